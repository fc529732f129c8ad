import Foundation

/// The built command-line tool, run as a user runs it.
public struct Tool {
  /// What a run of the tool came to.
  public struct Result {
    public let status: Int32
    public let output: String
    public let errors: String
  }

  /// The folder of the package.
  public static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The tool that the build made beside the tests.
  public static var executable: URL {
    var folder = Bundle.main.bundleURL
    for _ in 0..<6 {
      let candidate = folder.appendingPathComponent("beamtrack")
      var isDirectory: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isDirectory),
        !isDirectory.boolValue
      {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    preconditionFailure("the tool was not built beside the tests")
  }

  /// Starts the tool in `folder`.
  public static func start(_ arguments: [String], in folder: URL = package) throws -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Runs the tool in `folder` to its end.
  public static func run(_ arguments: [String], in folder: URL = package) throws -> Result {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    // Files and not pipes: nothing can fill up while the other is being read.
    let scratch = try TemporaryFolder()
    let output = scratch.url.appendingPathComponent("output")
    let errors = scratch.url.appendingPathComponent("errors")
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }
}

/// A folder that is gone when its owner is.
public final class TemporaryFolder {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "beamtrack-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file here.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// The names of everything here, sorted.
  public var contents: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}

/// A table of results as text, column by name.
public struct ResultTable {
  public let columns: [String]
  public let rows: [[String]]

  public init(_ path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    columns = lines.first?.split(separator: ",").map(String.init) ?? []
    rows = lines.dropFirst().map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// The number in `column` of row `row`; negative rows count from the end. NaN where the field is
  /// empty.
  public func number(_ column: String, row: Int) -> Double {
    Double(text(column, row: row)) ?? .nan
  }

  /// The text in `column` of row `row`; negative rows count from the end.
  public func text(_ column: String, row: Int) -> String {
    guard let place = columns.firstIndex(of: column) else {
      preconditionFailure("there is no column \(column)")
    }
    return rows[row < 0 ? rows.count + row : row][place]
  }

  /// The first row whose element has this name.
  public func row(of element: String) -> Int {
    let place = columns.firstIndex(of: "element") ?? 0
    return rows.firstIndex { $0[place] == element } ?? -1
  }
}
