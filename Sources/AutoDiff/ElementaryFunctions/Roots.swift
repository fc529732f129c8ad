// cbrt and hypot.

extension Lanes where Shape: DoubleLaneShape {
  /// ∛x, x = 8^q·a with ½ ≤ a < 4.
  ///
  /// An estimate t of ∛a by the minimax polynomial of degree 5 on [1, 2) (Remez exchange, relative
  /// error 2⁻¹⁹) is rounded to 24 bits, so that t² is exact; one step of Halley's iteration, t·(1 +
  /// (a/t² − t)/(2t + a/t²)), leaves 2⁻⁵⁸ and rounding: 0.67 ulp, as in fdlibm's s_cbrt.c.
  @inlinable @inline(__always)
  func cubeRoot() -> Self {
    let magnitude = Self.abs(self)
    let isSubnormal = magnitude < Self(0x1p-1022)
    let normal = Self.select(isSubnormal, magnitude * 0x1p54, magnitude)
    let exponent = Self(vector: Shape.exponent(normal.vector))
    let significand = Self(vector: Shape.significand(normal.vector))
    // The nearest third of the exponent: remainder −1, 0 or 1.
    let third = (exponent * 0.3333333333333333).rounded
    let remainder = exponent - 3.0 * third
    let isDoubled = Self.zero < remainder
    let isHalved = remainder < .zero
    let a = significand * Self.select(isDoubled, Self(2.0), Self.select(isHalved, Self(0.5), .one))
    let root = Self.select(
      isDoubled, Self(1.2599210498948732),
      Self.select(isHalved, Self(0.7937005259840998), .one))
    let estimate =
      root
      * Self.polynomial(
        significand,
        [
          0.4733306782099574, 0.8381600364641664, -0.4692287236698822, 0.2027772322302952,
          -0.050386539952376914, 0.0053485476795744205,
        ])
    // Adding 1.5·2²⁹ leaves 23 bits behind the point.
    let shift = Self(0x1.8p29)
    let t = Self.difference(Self.sum(estimate, shift), shift)
    let quotient = a / (t * t)
    let improved = t + t * ((quotient - t) / (2.0 * t + quotient))
    let scale = Self.difference(third, Self.select(isSubnormal, Self(18.0), .zero))
    let isOrdinary = (Self.zero < magnitude) .& (magnitude < Self(Double.infinity))
    return Self.select(
      isOrdinary, improved.scaledWithinRange(scale).withSign(of: self), self)
  }

  /// √(self² + y²). Rounding adds up to about 1.3 ulp at most; scaling keeps the squares in range.
  @inlinable @inline(__always)
  func length(_ y: Self, _ accuracy: Accuracy) -> Self {
    let infinity = Self(Double.infinity)
    let a = Self.abs(self)
    let b = Self.abs(y)
    let isInfinite = Self.equal(a, infinity) .| Self.equal(b, infinity)
    let length: Self
    switch accuracy {
    case .single: length = Self.sqrt(a * a + b * b)
    case .double:
      let largest = Self.maximum(a, b)
      let isHuge = Self(0x1p500) < largest
      let isTiny = largest < Self(0x1p-400)
      let scale = Self.select(isHuge, Self(0x1p-600), Self.select(isTiny, Self(0x1p600), .one))
      let inverse = Self.select(isHuge, Self(0x1p600), Self.select(isTiny, Self(0x1p-600), .one))
      let scaledA = a * scale
      let scaledB = b * scale
      length = Self.sqrt(scaledA * scaledA + scaledB * scaledB) * inverse
    }
    return Self.select(isInfinite, infinity, length)
  }
}
