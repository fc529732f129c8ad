import DataFiles
import SystemLibrary

/// A table of words and numbers, for CSV, Markdown and the terminal.
public struct StudyTable: Sendable, Equatable {
  /// The content of a cell.
  public enum Cell: Sendable, Equatable {
    /// Words.
    case text(String)
    /// A whole number.
    case count(Int)
    /// A number, written in full to CSV and with `digits` significant digits for readers; "-" for
    /// readers if it is not finite.
    case number(Double, digits: Int = 4)
    /// Nothing: empty in CSV, "-" for readers.
    case empty

    /// A number, or nothing.
    public static func optional(_ value: Double?, digits: Int = 4) -> Self {
      value.map { .number($0, digits: digits) } ?? .empty
    }

    /// The text of the cell for readers.
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

  /// Titles of the columns.
  public let columns: [String]
  /// The rows, each with one cell for each column.
  public private(set) var rows: [[Cell]] = []

  /// A table without rows.
  public init(columns: [String]) { self.columns = columns }

  /// Adds a row at the end.
  ///
  /// - Precondition: It has one cell for each column.
  public mutating func append(_ row: [Cell]) {
    precondition(row.count == columns.count, "a row has one cell for each column")
    rows.append(row)
  }

  /// The header and all rows as texts for readers.
  public var lines: [[String]] { [columns] + rows.map { $0.map(\.text) } }

  /// The table in GitHub's Markdown; all columns but the first are aligned to the right.
  public var markdown: String {
    let rules = columns.indices.map { $0 == 0 ? "---" : "---:" }
    return ([columns, rules] + rows.map { $0.map(\.text) }).map { cells in
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }.joined(separator: "\n") + "\n"
  }

  /// Writes the table as CSV; the file is whole or not there.
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
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
