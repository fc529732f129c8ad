// Elementary functions of lanes, each lane within two units in the last place.
//
// Every function is evaluated in double precision, by the same formula for both precisions: single
// precision takes shorter polynomials and leaves out the compensation of rounding errors, because
// 2⁻³⁰ suffices there. Half a vector of floats fills one of doubles, so that a float costs less
// than a double, float arguments are never subnormal inside, and nothing depends on a fused
// multiply-add.
//
// The formulas are in the files beside this one. No lane causes a branch, but for an angle beyond
// 2²⁰ rad.

/// The precision for which a formula is evaluated in double precision.
@frozen
@usableFromInline
enum Accuracy: Sendable {
  /// Relative error below 2⁻³⁰, to be rounded to 24 bits.
  case single
  /// About one unit in the last place of a double.
  case double
}

extension Lanes {
  @inlinable @inline(__always) static var accuracy: Accuracy {
    epsilon > 1e-10 ? .single : .double
  }

  /// A function of one number, given for lanes of doubles.
  @inlinable @inline(__always)
  static func evaluate(
    _ x: Self, _ function: (Lanes<Shape.Wide>) -> Lanes<Shape.Wide>
  ) -> Self {
    let lower = function(Lanes<Shape.Wide>(vector: Shape.lower(x.vector)))
    switch accuracy {
    case .double: return Self(vector: Shape.joined(lower.vector, lower.vector))
    case .single:
      let upper = function(Lanes<Shape.Wide>(vector: Shape.upper(x.vector)))
      return Self(vector: Shape.joined(lower.vector, upper.vector))
    }
  }

  /// A function of two numbers, given for lanes of doubles.
  @inlinable @inline(__always)
  static func evaluate(
    _ x: Self, _ y: Self,
    _ function: (Lanes<Shape.Wide>, Lanes<Shape.Wide>) -> Lanes<Shape.Wide>
  ) -> Self {
    let lower = function(
      Lanes<Shape.Wide>(vector: Shape.lower(x.vector)),
      Lanes<Shape.Wide>(vector: Shape.lower(y.vector)))
    switch accuracy {
    case .double: return Self(vector: Shape.joined(lower.vector, lower.vector))
    case .single:
      let upper = function(
        Lanes<Shape.Wide>(vector: Shape.upper(x.vector)),
        Lanes<Shape.Wide>(vector: Shape.upper(y.vector)))
      return Self(vector: Shape.joined(lower.vector, upper.vector))
    }
  }
}

extension Lanes {
  @inlinable
  public static func sincos(_ x: Self) -> (sin: Self, cos: Self) {
    let lower = Lanes<Shape.Wide>(vector: Shape.lower(x.vector)).sineAndCosine(accuracy)
    switch accuracy {
    case .double:
      return (
        Self(vector: Shape.joined(lower.sine.vector, lower.sine.vector)),
        Self(vector: Shape.joined(lower.cosine.vector, lower.cosine.vector))
      )
    case .single:
      let upper = Lanes<Shape.Wide>(vector: Shape.upper(x.vector)).sineAndCosine(accuracy)
      return (
        Self(vector: Shape.joined(lower.sine.vector, upper.sine.vector)),
        Self(vector: Shape.joined(lower.cosine.vector, upper.cosine.vector))
      )
    }
  }
  @inlinable public static func sin(_ x: Self) -> Self {
    evaluate(x) { $0.sine(accuracy) }
  }
  @inlinable public static func cos(_ x: Self) -> Self {
    evaluate(x) { $0.cosine(accuracy) }
  }
  @inlinable public static func tan(_ x: Self) -> Self {
    evaluate(x) { $0.tangent(accuracy) }
  }
  @inlinable public static func asin(_ x: Self) -> Self {
    evaluate(x) { $0.arcsine(accuracy) }
  }
  @inlinable public static func acos(_ x: Self) -> Self {
    evaluate(x) { $0.arccosine(accuracy) }
  }
  @inlinable public static func atan(_ x: Self) -> Self {
    evaluate(x) { $0.arctangent(accuracy) }
  }
  @inlinable public static func atan2(y: Self, x: Self) -> Self {
    evaluate(y, x) { $0.angle(above: $1, accuracy) }
  }
  @inlinable public static func exp(_ x: Self) -> Self {
    evaluate(x) { $0.exponential(accuracy) }
  }
  @inlinable public static func expMinusOne(_ x: Self) -> Self {
    evaluate(x) { $0.exponentialMinusOne(accuracy) }
  }
  @inlinable public static func log(_ x: Self) -> Self {
    evaluate(x) { $0.logarithm(accuracy) }
  }
  @inlinable public static func log(onePlus x: Self) -> Self {
    evaluate(x) { $0.logarithmOfOnePlus(accuracy) }
  }
  @inlinable public static func pow(_ x: Self, _ y: Self) -> Self {
    evaluate(x, y) { $0.power($1, accuracy) }
  }
  @inlinable public static func sinh(_ x: Self) -> Self {
    evaluate(x) { $0.hyperbolicSine(accuracy) }
  }
  @inlinable public static func cosh(_ x: Self) -> Self {
    evaluate(x) { $0.hyperbolicCosine(accuracy) }
  }
  @inlinable public static func tanh(_ x: Self) -> Self {
    evaluate(x) { $0.hyperbolicTangent(accuracy) }
  }
  @inlinable public static func asinh(_ x: Self) -> Self {
    evaluate(x) { $0.inverseHyperbolicSine(accuracy) }
  }
  @inlinable public static func cbrt(_ x: Self) -> Self {
    evaluate(x) { $0.cubeRoot() }
  }
  @inlinable public static func hypot(_ x: Self, _ y: Self) -> Self {
    evaluate(x, y) { $0.length($1, accuracy) }
  }
}
