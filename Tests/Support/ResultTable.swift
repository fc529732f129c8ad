import Foundation

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
