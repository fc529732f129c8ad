import Foundation

/// A table with aligned columns: the first to the left, numbers to the right.
public struct TextTable {
  public let text: String

  /// - Parameter rows: The first is the header.
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

  public static func number(_ value: Double) -> String {
    value.isFinite ? String(format: "%.7g", value) : "-"
  }
}
