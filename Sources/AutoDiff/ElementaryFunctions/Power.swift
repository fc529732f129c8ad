// pow, by way of a logarithm with 64 bits.

extension Lanes where Shape: DoubleLaneShape {
  /// log x for a positive x as a pair with a relative error below 2⁻⁶⁴.
  ///
  /// log m = 2s·(1 + z·(1/3 + z·Q)) with s = (m − 1)/(m + 1) and z = s² as pairs. z·Q ≤ 0.006 is a
  /// plain number, rounded at 2⁻⁶⁰, which z ≤ 0.0295 scales to 2⁻⁶⁵ of the whole. Q: minimax in z
  /// on [0, 0.02944], degree 7, Remez exchange at 250 bits, error 2⁻⁷³ of log m.
  @inlinable @inline(__always)
  static func pairLogarithm(_ x: Self) -> LanePair<Shape> {
    let (k, m) = x.splitAroundOne(.double)
    let f = difference(m, one)
    let denominator = LanePair<Shape>(sumOf: one, m)
    let inverse = 1.0 / denominator.high
    let estimate = product(f, inverse)
    let check = LanePair<Shape>(productOf: estimate, denominator.high)
    let remainder = (difference(f, check.high) - check.low) - estimate * denominator.low
    let s = LanePair<Shape>(sumOfLarger: estimate, remainder * inverse)
    let z = s * s
    let q = polynomial(
      z.high,
      [
        0.1999999999999999, 0.14285714285722556, 0.11111111108768232, 0.09090909435157273,
        0.07692278435504644, 0.06668158709435411, 0.058374092500407204, 0.0599450666312751,
      ])
    let third = LanePair<Shape>(sumOfLarger: Self(0x1.5555555555555p-2), product(z.high, q))
    let bracket = z * LanePair(third.high, third.low + (z.low * q + 0x1.5555555555555p-56))
    // 2s·(1 + bracket) = 2s + 2s·bracket
    let twice = LanePair<Shape>(2.0 * s.high, 2.0 * s.low)
    let rest = twice * bracket
    let logarithm = LanePair<Shape>(sumOfLarger: twice.high, rest.high)
    let low = logarithm.low + (twice.low + rest.low)
    let scale = LanePair<Shape>(sumOf: k * 0x1.62e42fee00000p-1, logarithm.high)
    return LanePair(
      sumOfLarger: scale.high, scale.low + (k * 0x1.a39ef35793c76p-33 + low))
  }

  /// selfʸ, with the special values of IEEE 754 and C99 (F.10.4.4).
  @inlinable @inline(__always)
  func power(_ y: Self, _ accuracy: Accuracy) -> Self {
    let infinity = Self(Double.infinity)
    let base = Self.abs(self)
    // No number but 1 has a logarithm below 2⁻⁵⁴, so that 2⁶⁶ is as good as infinity.
    let limit = Self(0x1p66)
    let exponent = Self.maximum(-limit, Self.minimum(limit, y))
    let magnitude: Self
    switch accuracy {
    case .single:
      let logarithm = Self.positiveLogarithm(base, plus: .zero, .double)
      magnitude = (logarithm * exponent).exponential(.single)
    case .double:
      let product = Self.pairLogarithm(base) * exponent
      // Where the power over- or underflows, the rest has no meaning and may be large.
      let isOrdinary = Self.abs(product.high) < Self(760.0)
      magnitude = product.high.exponential(
        .double, withRest: Self.select(isOrdinary, product.low, .zero))
    }
    let isZero = Self.equal(base, .zero)
    let isPositive = Self.zero < y
    let isExtreme = isZero .| Self.equal(base, infinity)
    let isLarge = (isZero .& (y < .zero)) .| ((.!isZero) .& isPositive)
    let withExtremes = Self.select(
      isExtreme, Self.select(isLarge, infinity, .zero), magnitude)

    let isInteger = y.isInteger
    let isOdd = isInteger .& (.!(0.5 * y).isInteger)
    let isNegative = Self.one.withSign(of: self) < .zero
    let signed = withExtremes.negated(where: isNegative .& isOdd)
    let isUndefined = (self < .zero) .& (-infinity < self) .& (.!isInteger)
    let isOrdered = Self.equal(self, self) .& Self.equal(y, y)
    let result = Self.select(
      isOrdered .& (.!isUndefined), signed, Self(Double.nan))
    return Self.select(Self.equal(y, .zero) .| Self.equal(self, .one), .one, result)
  }
}
