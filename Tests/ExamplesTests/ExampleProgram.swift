import Foundation
import Support

/// An example that is a program, run as a user runs it.
struct ExampleProgram {
  let status: Int32
  /// What it printed: rows of a name and numbers.
  let rows: [String: [Double]]
  let errors: String

  /// Runs the example `name`, which the build made beside the tool, to its end.
  init(_ name: String, _ arguments: [String] = []) throws {
    let process = Process()
    process.executableURL = Tool.executable().deletingLastPathComponent().appendingPathComponent(
      name)
    process.arguments = arguments
    process.currentDirectoryURL = Tool.package
    process.standardInput = FileHandle.nullDevice
    let folder = try TemporaryFolder()
    try folder.write("", to: "output")
    try folder.write("", to: "errors")
    process.standardOutput = FileHandle(forWritingAtPath: folder.file("output"))
    process.standardError = FileHandle(forWritingAtPath: folder.file("errors"))
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    errors = try folder.text("errors")
    var rows: [String: [Double]] = [:]
    for line in try folder.text("output").split(separator: "\n") {
      let words = line.split(separator: " ")
      let numbers = words.dropFirst().compactMap { Double($0) }
      if let name = words.first, !numbers.isEmpty, numbers.count == words.count - 1 {
        rows[String(name)] = numbers
      }
    }
    self.rows = rows
  }

  /// The numbers of the row `name`; NaNs if there is none.
  subscript(name: String) -> [Double] { rows[name] ?? [Double](repeating: .nan, count: 8) }
}
