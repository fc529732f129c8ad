import Foundation
import Support

/// One entry of a case's `expected.json`.
struct Expectation: Decodable {
  enum Value: Decodable, CustomStringConvertible {
    case truth(Bool)
    case number(Double)
    case text(String)

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let truth = try? value.decode(Bool.self) {
        self = .truth(truth)
      } else if let number = try? value.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try value.decode(String.self))
      }
    }

    var description: String {
      switch self {
      case .truth(let value): "\(value)"
      case .number(let value): "\(value)"
      case .text(let value): "\"\(value)\""
      }
    }
  }

  let expected: Value
  /// Relative; absolute where 0 is expected.
  let tolerance: Double
  let how: String
  /// Where a number stands: a run file, one of its result files, a column, a row (the last one by
  /// default). A case that is new needs no code where its entries say so.
  let run: String?
  let file: String?
  let column: String?
  let row: Int?

  func isMet(by got: String) -> Bool {
    switch expected {
    case .truth(let value): got == "\(value)"
    case .text(let value): got == value
    case .number(let value):
      Double(got).map { abs($0 - value) <= tolerance * (value == 0 ? 1 : abs(value)) } ?? false
    }
  }
}

/// The run files of a case and what came of them; every file is run once.
final class CaseFolder {
  private struct Document: Decodable { let expected: [String: Expectation] }

  let name: String
  let expectations: [String: Expectation]
  let files: TemporaryFolder
  private var results: [String: Tool.Result] = [:]

  init(_ url: URL) throws {
    name = url.lastPathComponent
    let data = try Data(contentsOf: url.appendingPathComponent("expected.json"))
    expectations = try JSONDecoder().decode(Document.self, from: data).expected
    files = try TemporaryFolder()
    for file in try FileManager.default.contentsOfDirectory(atPath: url.path) {
      try FileManager.default.copyItem(
        at: url.appendingPathComponent(file), to: files.url.appendingPathComponent(file))
    }
  }

  /// The result of `beamtrack` for the run file NAME.json, its files in the folder out-NAME.
  func result(_ run: String, _ command: [String] = ["track"]) throws -> Tool.Result {
    if let known = results[run] { return known }
    let result = try Tool.run(
      command + ["\(run).json", "--output", "out-\(run)"], in: files.url)
    results[run] = result
    return result
  }

  func table(_ run: String, _ file: String) throws -> ResultTable {
    let result = try result(run)
    guard result.status == 0 else { throw CaseFailure(text: "status \(result.status)") }
    return try ResultTable(files.file("out-\(run)/\(file)"))
  }

  /// The field of a result file's column; negative rows count from the end.
  func text(_ run: String, _ file: String, _ column: String, row: Int = -1) throws -> String {
    let table = try table(run, file)
    let place = row < 0 ? table.rows.count + row : row
    guard table.columns.contains(column), table.rows.indices.contains(place) else {
      throw CaseFailure(text: "\(file) has no \(column) in row \(row)")
    }
    return table.text(column, row: place)
  }

  func number(_ run: String, _ file: String, _ column: String, row: Int = -1) throws -> Double {
    Double(try text(run, file, column, row: row)) ?? .nan
  }
}

struct CaseFailure: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}
