/// Why a text is no expression, or has no value, and where.
public struct ExpressionMistake: Error, Equatable, Sendable {
  /// What was expected, in one line.
  public var message: String
  /// Where in the text, counted in Unicode scalars from 0.
  public var offset: Int

  /// A mistake at the scalar `offset` of the text, counted from 0.
  public init(_ message: String, at offset: Int) {
    self.message = message
    self.offset = offset
  }
}
