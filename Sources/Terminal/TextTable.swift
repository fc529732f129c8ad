import Foundation

/// A table with aligned columns: the first and the last to the left, those between to the right.
public struct TextTable {
  /// The lines of the table, each with a line end.
  public let text: String

  /// Aligns the columns of `rows`.
  ///
  /// - Parameter rows: The entries of each row; rows may differ in length.
  public init(_ rows: [[String]]) {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { j in rows.map { $0.count > j ? $0[j].count : 0 }.max() ?? 0 }
    text =
      rows.map { row in
        var line = ""
        for (j, entry) in row.enumerated() {
          let space = String(repeating: " ", count: widths[j] - entry.count)
          let isLeft = j == 0 || j == columns - 1
          line += (j == 0 ? "" : "  ") + (isLeft ? entry + space : space + entry)
        }
        while line.last == " " { line.removeLast() }
        return line
      }.joined(separator: "\n") + "\n"
  }

  /// A number with at most 7 significant digits; "-" if it is not finite.
  public static func number(_ value: Double) -> String {
    value.isFinite ? String(format: "%.7g", value) : "-"
  }
}
