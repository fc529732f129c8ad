import Foundation

/// A row of a table: a name of 14 letters and columns of 12.
public func row(_ name: String, _ numbers: Double..., format: String = "%12.5g") -> String {
  name.padding(toLength: max(14, name.count), withPad: " ", startingAt: 0)
    + numbers.map { String(format: format, $0) }.joined()
}

/// The head of a table with such rows.
public func head(_ name: String, _ columns: String...) -> String {
  name.padding(toLength: max(14, name.count), withPad: " ", startingAt: 0)
    + columns.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
}
