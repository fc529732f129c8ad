import Foundation
import Support
import Testing

/// A run of an example's file, changed or not, in a folder of its own.
struct ExampleRun {
  private let folder: TemporaryFolder
  /// What the tool says.
  let result: Tool.Result

  /// Runs `Examples/NAME/NAME.json` with a command of the tool and its options.
  init(
    _ name: String, _ command: String = "track", options: [String] = [],
    _ change: (inout String) -> Void = { _ in }
  ) throws {
    let source = Tool.package.appendingPathComponent("Examples/\(name)/\(name).json")
    var text = try String(contentsOf: source, encoding: .utf8)
    change(&text)
    folder = try TemporaryFolder()
    try folder.write(text, to: "run.json")
    result = try Tool.run(
      [command, folder.file("run.json"), "--output", folder.file("out")] + options)
    #expect(result.status == 0, "\(name): \(result.errors)")
  }

  /// One of the tables that were written: "moments.csv".
  func table(_ name: String) throws -> ResultTable {
    try ResultTable(folder.file("out/" + name))
  }
}

extension ResultTable {
  /// All numbers of a column.
  func numbers(_ column: String) -> [Double] { rows.indices.map { number(column, row: $0) } }
}

extension String {
  /// Replaces `old`, which has to be there.
  mutating func change(_ old: String, to new: String) {
    #expect(contains(old), "\(old) is not in the file")
    self = replacingOccurrences(of: old, with: new)
  }
}
