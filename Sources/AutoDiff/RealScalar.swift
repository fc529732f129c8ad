/// A real number as a physics formula sees it: a plain number, a group of particles' numbers in
/// SIMD lanes, or either of these with derivatives attached.
///
/// A formula that is generic over `RealScalar` is written once and instantiated for `Double`,
/// `Float`, ``Lanes`` of either, and ``Dual`` numbers over any of them. Three rules keep it valid
/// for all:
///
/// - Numbers that are known while the formula is written (`0.5 * x`) are plain `Double`s: they
///   carry no derivative and cost none.
/// - Comparisons give a ``Mask``, with one truth value per lane; choose with ``select(_:_:_:)``,
///   never with `if`. There are `<` and `<=` only: `>` would clash with `Comparable` for plain
///   numbers.
/// - What depends on the beamline element alone, and not on the particle, is computed as a
///   ``Constant`` and converted once, by `S(constant)`, outside the formula for a particle.
///
/// The names of the elementary functions are those of swift-numerics' `ElementaryFunctions`.
public protocol RealScalar: Sendable {
  /// A truth value per lane.
  associatedtype Mask: ScalarMask
  /// The type of a beamline element's constants: one number for all lanes, in double precision,
  /// with as many tangents as `Self` has.
  associatedtype Constant: RealScalar where Constant.Constant == Constant

  /// The number `value` in every lane, rounded to this precision, with no derivative.
  init(_ value: Double)
  /// The constant in every lane, rounded to this precision, with its derivatives.
  init(_ constant: Constant)

  /// The distance from 1 to the next larger number of this precision. Formulas choose the length of
  /// a series by it.
  static var epsilon: Double { get }

  static prefix func - (x: Self) -> Self
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self

  static func + (a: Double, b: Self) -> Self
  static func - (a: Double, b: Self) -> Self
  static func * (a: Double, b: Self) -> Self
  static func / (a: Double, b: Self) -> Self
  static func + (a: Self, b: Double) -> Self
  static func - (a: Self, b: Double) -> Self
  static func * (a: Self, b: Double) -> Self
  static func / (a: Self, b: Double) -> Self

  static func < (a: Self, b: Self) -> Mask
  static func <= (a: Self, b: Self) -> Mask

  /// `a` in the lanes where the mask is true, `b` in the others.
  ///
  /// Both are evaluated in all lanes. If derivatives are wanted, those of neither may be NaN or
  /// infinite, not even where it is not selected.
  static func select(_ mask: Mask, _ a: Self, _ b: Self) -> Self

  /// The magnitude; its derivative at zero is taken from the right.
  static func abs(_ x: Self) -> Self
  static func minimum(_ a: Self, _ b: Self) -> Self
  static func maximum(_ a: Self, _ b: Self) -> Self

  static func sqrt(_ x: Self) -> Self
  static func cbrt(_ x: Self) -> Self
  static func reciprocal(_ x: Self) -> Self
  /// √(x² + y²) without undue overflow or underflow.
  static func hypot(_ x: Self, _ y: Self) -> Self

  static func sin(_ x: Self) -> Self
  static func cos(_ x: Self) -> Self
  static func tan(_ x: Self) -> Self
  /// Sine and cosine of the same angle [rad], for little more than the price of one.
  static func sincos(_ x: Self) -> (sin: Self, cos: Self)
  static func asin(_ x: Self) -> Self
  static func acos(_ x: Self) -> Self
  static func atan(_ x: Self) -> Self
  /// The angle of the point (x, y) against the positive x axis, in [−π, π] [rad].
  static func atan2(y: Self, x: Self) -> Self

  static func exp(_ x: Self) -> Self
  static func expMinusOne(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
  static func log(onePlus x: Self) -> Self
  static func pow(_ x: Self, _ y: Self) -> Self

  static func sinh(_ x: Self) -> Self
  static func cosh(_ x: Self) -> Self
  static func tanh(_ x: Self) -> Self
  static func asinh(_ x: Self) -> Self

  /// c[0] + c[1]·x + … + c[n−1]·xⁿ⁻¹ by Horner's rule.
  static func polynomial<let n: Int>(_ x: Self, _ c: InlineArray<n, Double>) -> Self
  /// The same with coefficients of a number that is known at run time, as recorded formulas have
  /// them.
  static func polynomial(_ x: Self, _ c: PolynomialCoefficients) -> Self
}

/// A truth value for each lane of a ``RealScalar``.
public protocol ScalarMask: Sendable {
  init(repeating value: Bool)
  /// True in every lane.
  var all: Bool { get }
  /// True in at least one lane.
  var any: Bool { get }
  static func .& (a: Self, b: Self) -> Self
  static func .| (a: Self, b: Self) -> Self
  static prefix func .! (a: Self) -> Self
}

extension RealScalar {
  @inlinable @inline(__always) public static func += (a: inout Self, b: Self) { a = a + b }
  @inlinable @inline(__always) public static func -= (a: inout Self, b: Self) { a = a - b }
  @inlinable @inline(__always) public static func *= (a: inout Self, b: Self) { a = a * b }
  @inlinable @inline(__always) public static func /= (a: inout Self, b: Self) { a = a / b }

  /// 0, without a derivative.
  @inlinable @inline(__always) public static var zero: Self { Self(0.0) }
  /// 1, without a derivative.
  @inlinable @inline(__always) public static var one: Self { Self(1.0) }

  @inlinable @inline(__always) public static func + (a: Double, b: Self) -> Self { Self(a) + b }
  @inlinable @inline(__always) public static func - (a: Double, b: Self) -> Self { Self(a) - b }
  @inlinable @inline(__always) public static func * (a: Double, b: Self) -> Self { Self(a) * b }
  @inlinable @inline(__always) public static func / (a: Double, b: Self) -> Self { Self(a) / b }
  @inlinable @inline(__always) public static func + (a: Self, b: Double) -> Self { a + Self(b) }
  @inlinable @inline(__always) public static func - (a: Self, b: Double) -> Self { a - Self(b) }
  @inlinable @inline(__always) public static func * (a: Self, b: Double) -> Self { a * Self(b) }
  @inlinable @inline(__always) public static func / (a: Self, b: Double) -> Self { a / Self(b) }

  @inlinable @inline(__always) public static func abs(_ x: Self) -> Self {
    select(x < zero, -x, x)
  }
  @inlinable @inline(__always) public static func minimum(_ a: Self, _ b: Self) -> Self {
    select(b < a, b, a)
  }
  @inlinable @inline(__always) public static func maximum(_ a: Self, _ b: Self) -> Self {
    select(a < b, b, a)
  }
  @inlinable @inline(__always) public static func reciprocal(_ x: Self) -> Self { 1.0 / x }

  /// The square.
  @inlinable @inline(__always) public var squared: Self { self * self }

  /// xⁿ by repeated squaring; 1 for n = 0, also at x = 0.
  @inlinable public static func pow(_ x: Self, _ n: Int) -> Self {
    var remaining = n.magnitude
    var square = x
    var result = one
    while remaining > 0 {
      if remaining & 1 == 1 { result *= square }
      remaining >>= 1
      if remaining > 0 { square *= square }
    }
    return n < 0 ? reciprocal(result) : result
  }

  @inlinable @inline(__always)
  public static func polynomial<let n: Int>(_ x: Self, _ c: InlineArray<n, Double>) -> Self {
    var sum = Self(c[n - 1])
    for i in 1..<n {
      sum = sum * x + c[n - 1 - i]
    }
    return sum
  }
}

extension Bool: ScalarMask {
  @inlinable @inline(__always) public init(repeating value: Bool) { self = value }
  @inlinable @inline(__always) public var all: Bool { self }
  @inlinable @inline(__always) public var any: Bool { self }
  @inlinable @inline(__always) public static func .& (a: Bool, b: Bool) -> Bool { a && b }
  @inlinable @inline(__always) public static func .| (a: Bool, b: Bool) -> Bool { a || b }
  @inlinable @inline(__always) public static prefix func .! (a: Bool) -> Bool { !a }
}
