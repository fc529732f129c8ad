// log and log(onePlus:).
//
// x = 2ᵏ·m with m in (√½, √2], f = m − 1, s = f/(2 + f): log m = 2·atanh s. As in fdlibm's e_log.c
// (Sun Microsystems, 1993) this is written f − (f²/2 − s·(f²/2 + R)), whose terms do not cancel.

extension Lanes where Shape: DoubleLaneShape {
  /// The k and m of x = 2ᵏ·m, √½ < m ≤ √2, for a positive x.
  @inlinable @inline(__always)
  func splitAroundOne(_ accuracy: Accuracy) -> (k: Self, m: Self) {
    var normal = self
    let exponent: Self
    switch accuracy {
    case .single:
      // The smallest float is a normal double.
      exponent = Self(vector: Shape.exponent(vector))
    case .double:
      let isSubnormal = self < Self(0x1p-1022)
      normal = Self.select(isSubnormal, self * 0x1p54, self)
      exponent = Self.difference(
        Self(vector: Shape.exponent(normal.vector)),
        Self.select(isSubnormal, Self(54.0), .zero))
    }
    let significand = Self(vector: Shape.significand(normal.vector))
    let isLarge = Self(1.4142135623730951) < significand
    return (
      Self.select(isLarge, Self.sum(exponent, Self.one), exponent),
      Self.select(isLarge, 0.5 * significand, significand)
    )
  }

  /// log x + δ for a positive x and a small δ.
  ///
  /// R/s = log((1 + s)/(1 − s))/s − 2, minimax in z = s² on [0, 0.02944], Remez exchange at 250
  /// bits, error relative to 2·atanh(s)/s. Double: degree 6, 2⁻⁵⁸; single: degree 3, 2⁻³⁶. ln 2 is
  /// split so that k times the upper part is exact.
  @inlinable @inline(__always)
  static func positiveLogarithm(_ x: Self, plus delta: Self, _ accuracy: Accuracy) -> Self {
    let (k, m) = x.splitAroundOne(accuracy)
    let f = difference(m, one)
    let s = f / (2.0 + f)
    let z = s * s
    let halfSquare = 0.5 * f * f
    let upper = k * 0x1.62e42fee00000p-1
    let lower = k * 0x1.a39ef35793c76p-33 + delta
    let r: Self
    switch accuracy {
    case .double:
      r = polynomial(
        z,
        [
          0.6666666666666734, 0.3999999999941432, 0.28571428742474875, 0.2222219856348619,
          0.18183564866615654, 0.15314035837081624, 0.1479610542028126,
        ])
    case .single:
      r = polynomial(
        z, [0.6666666564504075, 0.4000033529360405, 0.2853730152463169, 0.23582293039785937])
    }
    return upper - ((halfSquare - (s * (halfSquare + z * r) + lower)) - f)
  }

  /// `result` for ordinary arguments x; −∞ at 0, NaN below, x itself if that is +∞ or NaN.
  @inlinable @inline(__always)
  static func logarithmWithSpecialValues(_ result: Self, of x: Self) -> Self {
    let infinity = Self(Double.infinity)
    let belowOne = select(equal(x, zero), -infinity, Self(Double.nan))
    let isFinite = x < infinity
    return select(
      isFinite .& (zero < x), result, select(x <= zero, belowOne, x))
  }

  @inlinable @inline(__always)
  func logarithm(_ accuracy: Accuracy) -> Self {
    Self.logarithmWithSpecialValues(
      Self.positiveLogarithm(self, plus: .zero, accuracy), of: self)
  }

  /// log(1 + x) = log u + c/u with u = 1 + x rounded and c what rounding lost.
  @inlinable @inline(__always)
  func logarithmOfOnePlus(_ accuracy: Accuracy) -> Self {
    let onePlus = LanePair<Shape>(sumOf: Self.one, self)
    let logarithm = Self.positiveLogarithm(
      onePlus.high, plus: onePlus.low / onePlus.high, accuracy)
    let result = Self.logarithmWithSpecialValues(logarithm, of: onePlus.high)
    // Below 2⁻⁵⁴ the result is x itself; this also keeps the sign of zero.
    return Self.select(Self.abs(self) < Self(0x1p-54), self, result)
  }
}
