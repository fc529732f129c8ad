import AutoDiff

/// The precision that a formula is recorded for: it decides, by `RealScalar.epsilon`, how long the
/// formula's series are.
public protocol RecordedPrecision: Sendable {
  /// The distance from 1 to the next number.
  static var epsilon: Double { get }
}

/// Programs for `Double`, and for lanes and tangents of it.
public enum DoublePrecision: RecordedPrecision {
  public static var epsilon: Double { Double.epsilon }
}

/// Programs for `Float`, and for lanes and tangents of it.
public enum SinglePrecision: RecordedPrecision {
  public static var epsilon: Double { Float.epsilon }
}

/// A number whose operations are recorded, so that a formula that is generic over the scalar
/// becomes a ``Program``.
///
/// It is a literal, or the result of an operation together with the recording of that operation. An
/// operation on numbers of two recordings ends the program. A beamline element's constants are
/// recorded in double precision whatever the precision of the formula.
public struct RecordedNumber<Precision: RecordedPrecision>: Sendable {
  let term: RecordedTerm

  init(_ term: RecordedTerm) { self.term = term }
}

/// A recorded number of double precision.
public typealias Recorded = RecordedNumber<DoublePrecision>

extension RecordedNumber: RealScalar {
  public typealias Mask = RecordedMask
  public typealias Constant = Recorded

  public init(_ value: Double) { term = RecordedTerm(value) }
  public init(_ constant: Recorded) { term = constant.term }

  public static var epsilon: Double { Precision.epsilon }

  public static prefix func - (x: Self) -> Self { Self(-x.term) }
  public static func + (a: Self, b: Self) -> Self { Self(a.term + b.term) }
  public static func - (a: Self, b: Self) -> Self { Self(a.term - b.term) }
  public static func * (a: Self, b: Self) -> Self { Self(a.term * b.term) }
  public static func / (a: Self, b: Self) -> Self { Self(a.term / b.term) }

  public static func < (a: Self, b: Self) -> Mask { Mask(.note(.less, a.term, b.term)) }
  public static func <= (a: Self, b: Self) -> Mask { Mask(.note(.lessOrEqual, a.term, b.term)) }
  public static func select(_ mask: Mask, _ a: Self, _ b: Self) -> Self {
    Self(.select(mask.term, a.term, b.term))
  }

  public static func abs(_ x: Self) -> Self { note(.magnitude, x) }
  public static func minimum(_ a: Self, _ b: Self) -> Self { note(.minimum, a, b) }
  public static func maximum(_ a: Self, _ b: Self) -> Self { note(.maximum, a, b) }
  public static func reciprocal(_ x: Self) -> Self { 1.0 / x }
  public static func sqrt(_ x: Self) -> Self { note(.squareRoot, x) }
  public static func cbrt(_ x: Self) -> Self { note(.cubeRoot, x) }
  public static func hypot(_ x: Self, _ y: Self) -> Self { note(.hypotenuse, x, y) }

  public static func sin(_ x: Self) -> Self { note(.sine, x) }
  public static func cos(_ x: Self) -> Self { note(.cosine, x) }
  public static func sincos(_ x: Self) -> (sin: Self, cos: Self) { (sin(x), cos(x)) }
  public static func tan(_ x: Self) -> Self { note(.tangent, x) }
  public static func asin(_ x: Self) -> Self { note(.arcsine, x) }
  public static func acos(_ x: Self) -> Self { note(.arccosine, x) }
  public static func atan(_ x: Self) -> Self { note(.arctangent, x) }
  public static func atan2(y: Self, x: Self) -> Self { note(.angle, y, x) }

  public static func exp(_ x: Self) -> Self { note(.exponential, x) }
  public static func expMinusOne(_ x: Self) -> Self { note(.exponentialMinusOne, x) }
  public static func log(_ x: Self) -> Self { note(.logarithm, x) }
  public static func log(onePlus x: Self) -> Self { note(.logarithmOfOnePlus, x) }
  public static func pow(_ x: Self, _ y: Self) -> Self { note(.power, x, y) }

  public static func sinh(_ x: Self) -> Self { note(.hyperbolicSine, x) }
  public static func cosh(_ x: Self) -> Self { note(.hyperbolicCosine, x) }
  public static func tanh(_ x: Self) -> Self { note(.hyperbolicTangent, x) }
  public static func asinh(_ x: Self) -> Self { note(.inverseHyperbolicSine, x) }

  public static func polynomial<let n: Int>(_ x: Self, _ c: InlineArray<n, Double>) -> Self {
    Self(.polynomial(x.term, c.indices.map { c[$0] }))
  }

  private static func note(_ operation: Operation, _ a: Self) -> Self {
    Self(.note(operation, a.term))
  }
  private static func note(_ operation: Operation, _ a: Self, _ b: Self) -> Self {
    Self(.note(operation, a.term, b.term))
  }
}

extension RecordedNumber {
  /// The polynomials of a program stay single instructions when it is recorded again.
  public static func polynomial(_ x: Self, _ c: PolynomialCoefficients) -> Self {
    Self(.polynomial(x.term, (0..<c.count).map { c[$0] }))
  }
}
