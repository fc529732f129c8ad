/// A number or a truth value of a formula that is being recorded: a literal, or what a node of the
/// recording gives. A literal truth value is 1 or 0.
///
/// A term refers to its recorder. Literals have none; an operation on literals alone is calculated
/// at once.
struct RecordedTerm: Sendable {
  let recorder: Recorder?
  let node: Int32
  let literal: Double

  init(_ literal: Double) {
    recorder = nil
    node = -1
    self.literal = literal
  }

  init(_ isTrue: Bool) { self.init(isTrue ? 1 : 0) }

  init(node: Int32, in recorder: Recorder) {
    self.recorder = recorder
    self.node = node
    literal = 0
  }

  var isLiteral: Bool { recorder == nil }

  func isLiteral(_ value: Double) -> Bool { isLiteral && literal == value }

  func isSame(as other: Self) -> Bool {
    isLiteral
      ? other.isLiteral && literal.bitPattern == other.literal.bitPattern
      : other.recorder === recorder && other.node == node
  }

  /// What the term is applied to where it is the result of `operation`.
  private func operand(of operation: Operation) -> RecordedTerm? {
    guard let recorder, recorder.table.nodes[Int(node)].operation == operation else { return nil }
    return recorder.term(recorder.table.nodes[Int(node)].a)
  }

  /// Records an operation as it is, without simplification.
  static func note(
    _ operation: Operation, _ a: RecordedTerm, _ b: RecordedTerm? = nil, _ c: RecordedTerm? = nil
  ) -> RecordedTerm {
    if let recorder = a.recorder ?? b?.recorder ?? c?.recorder {
      return recorder.note(operation, a, b, c)
    }
    return RecordedTerm(
      operation.value(a.literal, b?.literal ?? 0, c?.literal ?? 0, [0]))
  }
}

// MARK: Operations, and simpler ones that give the same
//
// All but four rules keep the bits. x + 0 → x and 0 − x → −x lose the sign of a zero result; x·0 → 0
// and 0/x → 0 lose it too, and where x is infinite or no number the result is 0 and not NaN. These are
// what makes programs of derivatives small.

extension RecordedTerm {
  static prefix func - (x: Self) -> Self {
    x.operand(of: .negate) ?? note(.negate, x)
  }

  static func + (a: Self, b: Self) -> Self {
    if a.isLiteral(0) { return b }
    if b.isLiteral(0) { return a }
    if let negated = b.operand(of: .negate) { return a - negated }
    if let negated = a.operand(of: .negate) { return b - negated }
    return note(.add, a, b)
  }

  static func - (a: Self, b: Self) -> Self {
    if b.isLiteral(0) { return a }
    if a.isLiteral(0) { return -b }
    if b.isLiteral && !a.isLiteral { return note(.add, a, RecordedTerm(-b.literal)) }
    if let negated = b.operand(of: .negate) { return a + negated }
    return note(.subtract, a, b)
  }

  static func * (a: Self, b: Self) -> Self {
    if a.isLiteral(0) || b.isLiteral(0) { return RecordedTerm(0.0) }
    if a.isLiteral(1) { return b }
    if b.isLiteral(1) { return a }
    if a.isLiteral(-1) { return -b }
    if b.isLiteral(-1) { return -a }
    return note(.multiply, a, b)
  }

  static func / (a: Self, b: Self) -> Self {
    if b.isLiteral(1) { return a }
    if b.isLiteral(-1) { return -a }
    if a.isLiteral(1) { return note(.reciprocal, b) }
    if a.isLiteral(0) && !b.isLiteral { return RecordedTerm(0.0) }
    return note(.divide, a, b)
  }

  static func .& (a: Self, b: Self) -> Self {
    if a.isLiteral(0) || b.isLiteral(0) { return RecordedTerm(false) }
    if a.isLiteral { return b }
    if b.isLiteral || a.isSame(as: b) { return a }
    return note(.and, a, b)
  }

  static func .| (a: Self, b: Self) -> Self {
    if a.isLiteral(1) || b.isLiteral(1) { return RecordedTerm(true) }
    if a.isLiteral { return b }
    if b.isLiteral || a.isSame(as: b) { return a }
    return note(.or, a, b)
  }

  static prefix func .! (a: Self) -> Self {
    a.operand(of: .not) ?? note(.not, a)
  }

  static func select(_ mask: Self, _ a: Self, _ b: Self) -> Self {
    if mask.isLiteral { return mask.isLiteral(0) ? b : a }
    if a.isSame(as: b) { return a }
    return note(.select, mask, a, b)
  }

  /// Coefficients that end in zeros, as those of derivatives do, are cut.
  static func polynomial(_ x: Self, _ coefficients: [Double]) -> Self {
    var coefficients = coefficients
    while coefficients.count > 1 && coefficients[coefficients.count - 1] == 0 {
      coefficients.removeLast()
    }
    switch coefficients.count {
    case 1: return RecordedTerm(coefficients[0])
    case 2: return RecordedTerm(coefficients[1]) * x + RecordedTerm(coefficients[0])
    default:
      return x.recorder?.note(polynomial: coefficients, of: x)
        ?? RecordedTerm(Operation.polynomial.value(x.literal, 0, 0, coefficients))
    }
  }
}
