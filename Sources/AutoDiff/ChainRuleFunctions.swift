// Elementary functions of numbers that carry derivatives: each gives its value and its derivative,
// nothing else. Dual numbers and numbers on a tape share them.

extension ChainRuleScalar {
  @inlinable @inline(__always) public static func sqrt(_ x: Self) -> Self {
    let root = Value.sqrt(x.value)
    return x.mapped(to: root, derivative: 0.5 / root)
  }
  @inlinable @inline(__always) public static func reciprocal(_ x: Self) -> Self {
    let inverse = Value.reciprocal(x.value)
    return x.mapped(to: inverse, derivative: -(inverse * inverse))
  }
  @inlinable public static func cbrt(_ x: Self) -> Self {
    let root = Value.cbrt(x.value)
    return x.mapped(to: root, derivative: 1.0 / (3.0 * root * root))
  }
  /// √(x² + y²). At the origin, where it has no derivative, it is taken as 0.
  @inlinable public static func hypot(_ x: Self, _ y: Self) -> Self {
    let length = Value.hypot(x.value, y.value)
    let divisor = Value.select(length <= .zero, .one, length)
    return combined(x, y, to: length, derivatives: (x.value / divisor, y.value / divisor))
  }

  @inlinable public static func sin(_ x: Self) -> Self { sincos(x).sin }
  @inlinable public static func cos(_ x: Self) -> Self { sincos(x).cos }
  @inlinable public static func sincos(_ x: Self) -> (sin: Self, cos: Self) {
    let (sine, cosine) = Value.sincos(x.value)
    return (x.mapped(to: sine, derivative: cosine), x.mapped(to: cosine, derivative: -sine))
  }
  @inlinable public static func tan(_ x: Self) -> Self {
    let tangent = Value.tan(x.value)
    return x.mapped(to: tangent, derivative: 1.0 + tangent * tangent)
  }
  @inlinable public static func asin(_ x: Self) -> Self {
    x.mapped(to: .asin(x.value), derivative: 1.0 / .sqrt((1.0 - x.value) * (1.0 + x.value)))
  }
  @inlinable public static func acos(_ x: Self) -> Self {
    x.mapped(to: .acos(x.value), derivative: -1.0 / .sqrt((1.0 - x.value) * (1.0 + x.value)))
  }
  @inlinable public static func atan(_ x: Self) -> Self {
    x.mapped(to: .atan(x.value), derivative: 1.0 / (1.0 + x.value * x.value))
  }
  @inlinable public static func atan2(y: Self, x: Self) -> Self {
    // Scaled by the distance twice, so that neither square can overflow.
    let r = Value.hypot(x.value, y.value)
    return combined(
      y, x, to: .atan2(y: y.value, x: x.value),
      derivatives: (x.value / r / r, -(y.value / r / r)))
  }

  @inlinable public static func exp(_ x: Self) -> Self {
    let value = Value.exp(x.value)
    return x.mapped(to: value, derivative: value)
  }
  @inlinable public static func expMinusOne(_ x: Self) -> Self {
    x.mapped(to: .expMinusOne(x.value), derivative: .exp(x.value))
  }
  @inlinable public static func log(_ x: Self) -> Self {
    x.mapped(to: .log(x.value), derivative: .reciprocal(x.value))
  }
  @inlinable public static func log(onePlus x: Self) -> Self {
    x.mapped(to: .log(onePlus: x.value), derivative: 1.0 / (1.0 + x.value))
  }
  /// xʸ. The derivative with respect to y is taken as 0 at x = 0, which is its limit for y > 0, and
  /// for negative x, where only integer y are defined; so a constant integer y may be used with any
  /// x. x⁰ is constant, also at 0.
  @inlinable public static func pow(_ x: Self, _ y: Self) -> Self {
    let value = Value.pow(x.value, y.value)
    let isPositive = Value.zero < x.value
    let logarithm = Value.log(Value.select(isPositive, x.value, .one))
    let isConstant = Value.abs(y.value) <= .zero
    let exponent = Value.select(isConstant, .one, y.value)
    let slope = Value.select(isConstant, .zero, exponent * .pow(x.value, exponent - 1.0))
    return combined(x, y, to: value, derivatives: (slope, value * logarithm))
  }

  @inlinable public static func sinh(_ x: Self) -> Self {
    x.mapped(to: .sinh(x.value), derivative: .cosh(x.value))
  }
  @inlinable public static func cosh(_ x: Self) -> Self {
    x.mapped(to: .cosh(x.value), derivative: .sinh(x.value))
  }
  @inlinable public static func tanh(_ x: Self) -> Self {
    // 1 − tanh² would cancel where the slope is small.
    let secant = Value.reciprocal(.cosh(x.value))
    return x.mapped(to: .tanh(x.value), derivative: secant * secant)
  }
  @inlinable public static func asinh(_ x: Self) -> Self {
    x.mapped(to: .asinh(x.value), derivative: 1.0 / .hypot(.one, x.value))
  }

  /// The polynomial and its derivative as polynomials of the value: their cost does not grow with
  /// the number of directions.
  @inlinable @inline(__always)
  public static func polynomial<let m: Int>(_ x: Self, _ c: InlineArray<m, Double>) -> Self {
    // The derivative's coefficients (i + 1)·c[i + 1]; the last is zero and costs one addition.
    let derived = InlineArray<m, Double> { i in i + 1 < m ? Double(i + 1) * c[i + 1] : 0.0 }
    return x.mapped(
      to: .polynomial(x.value, c), derivative: .polynomial(x.value, derived))
  }
}
