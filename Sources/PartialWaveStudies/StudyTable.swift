import DataFiles
import SystemLibrary

/// A table of words and numbers, to be written as CSV and Markdown and to be printed.
public struct StudyTable: Sendable, Equatable {
  /// What stands in a cell.
  public enum Cell: Sendable, Equatable {
    case text(String)
    case count(Int)
    /// Written in full to CSV, and with so many significant digits for readers; empty if not finite.
    case number(Double, digits: Int = 4)
    case empty

    /// A number, or nothing.
    public static func optional(_ value: Double?, digits: Int = 4) -> Self {
      value.map { .number($0, digits: digits) } ?? .empty
    }

    /// The cell for a reader.
    public var text: String {
      switch self {
      case .text(let text): text
      case .count(let count): count.description
      case .number(let value, let digits):
        value.isFinite ? String(value, significantDigits: digits) : "-"
      case .empty: "-"
      }
    }
  }

  public let columns: [String]
  public private(set) var rows: [[Cell]] = []

  public init(columns: [String]) { self.columns = columns }

  public mutating func append(_ row: [Cell]) {
    precondition(row.count == columns.count, "a row has one cell for each column")
    rows.append(row)
  }

  /// The header and all rows as words.
  public var lines: [[String]] { [columns] + rows.map { $0.map(\.text) } }

  /// A table of GitHub's Markdown; numbers to the right.
  public var markdown: String {
    let rules = columns.indices.map { $0 == 0 ? "---" : "---:" }
    return ([columns, rules] + rows.map { $0.map(\.text) }).map { cells in
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }.joined(separator: "\n") + "\n"
  }

  /// Writes the table as CSV; the file is whole or not there.
  public func writeCSV(to path: String) throws {
    try AtomicFile.write(to: path) { file in
      var writer = try CSVWriter(file, columns: columns)
      for row in rows {
        for cell in row {
          switch cell {
          case .text(let text): writer.field(text)
          case .count(let count): writer.field(count)
          case .number(let value, _): writer.field(value)
          case .empty: writer.field(nil)
          }
        }
        try writer.endRow()
      }
    }
  }
}
