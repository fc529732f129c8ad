/// What an instruction of a program does, or a node of a recording.
///
/// l is a number that the instruction contains, such as 0.5 in `0.5 * x`; it has no derivative. In
/// a recording such a factor is an operand like any other. Forms with l, and those of a product and
/// a sum together, appear only in a ``Program``.
@usableFromInline
enum Operation: UInt8, Sendable {
  // Where numbers come from; in recordings only.

  case literal
  case parameter
  case variable

  // Arithmetic.

  case negate
  case add
  case subtract
  case multiply
  case divide
  case reciprocal

  // Arithmetic with l; in programs only.

  /// a + l
  case addLiteral
  /// l − a
  case subtractFromLiteral
  /// l·a
  case scale
  /// a/l
  case divideByLiteral
  /// l/a
  case divideLiteral

  // A product and a sum, each rounded by itself as in the formula; in programs only.

  /// a·b + c
  case multiplyAdd
  /// a·b − c
  case multiplySubtract
  /// c − a·b
  case subtractProduct
  /// l·a + c
  case scaleAdd
  /// a·b + l
  case multiplyAddLiteral
  /// l − a·b
  case subtractProductFromLiteral

  // Functions of one number.

  case magnitude
  case squareRoot
  case cubeRoot
  case sine
  case cosine
  /// Both; the second result is the cosine. In programs only.
  case sineAndCosine
  case tangent
  case arcsine
  case arccosine
  case arctangent
  case exponential
  case exponentialMinusOne
  case logarithm
  case logarithmOfOnePlus
  case hyperbolicSine
  case hyperbolicCosine
  case hyperbolicTangent
  case inverseHyperbolicSine
  /// Σ c_i·aⁱ
  case polynomial

  // Functions of two numbers.

  case minimum
  case maximum
  case hypotenuse
  /// Of the point (b, a).
  case angle
  case power

  // Truth values, and the choice between two numbers.

  /// a < b
  case less
  /// a ≤ b
  case lessOrEqual
  /// 0 < a: how a truth value that was carried as 1 or 0 is read.
  case isPositive
  case and
  case or
  case not
  /// b where the truth value a holds, otherwise c.
  case select

  /// Whether the result is a truth value.
  var isTruth: Bool { Self.less.rawValue <= rawValue && self != .select }

  /// Whether operand `i` is a truth value.
  func takesTruth(_ i: Int) -> Bool {
    switch self {
    case .and, .or, .not: true
    case .select: i == 0
    default: false
    }
  }

  /// Whether operands may be exchanged.
  var isCommutative: Bool {
    self == .add || self == .multiply || self == .and || self == .or
  }
}
