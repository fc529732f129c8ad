/// The place of a character in a text file, as an editor shows it.
public struct SourcePosition: Equatable, Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Line number, from 1. A line ends with LF, CR LF or CR.
  public var line: Int
  /// Column, from 1, counted in Unicode scalars (not bytes).
  public var column: Int

  /// A place by its line and column, both from 1.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public var description: String { "\(line):\(column)" }

  public static func < (a: SourcePosition, b: SourcePosition) -> Bool {
    (a.line, a.column) < (b.line, b.column)
  }
}
