// exp and expMinusOne.
//
// With x = n·ln 2 + r, |r| ≤ ½ ln 2, everything follows from the odd and even parts of eʳ − 1, two
// short polynomials in r² that are evaluated side by side.

extension Lanes where Shape: DoubleLaneShape {
  /// The nearest n to x/ln 2, and the pair r = x − n·ln 2, for |n| < 2¹¹.
  ///
  /// ln 2 is split in two: the upper part has 32 bits, so that n times it is exact, and so is the
  /// subtraction (both are multiples of the last bit of the smaller, and |r| < 1). The error of r
  /// is that of rounding n·(ln 2's lower part): 2¹⁰·2⁻³³·2⁻⁵³ = 2⁻⁷⁶.
  @inlinable @inline(__always)
  func reducedByLogarithmOfTwo() -> (n: Self, r: LanePair<Shape>) {
    let n = (self * 1.4426950408889634).rounded
    let upper = self - n * 0x1.62e42fee00000p-1
    let lower = n * 0x1.a39ef35793c76p-33
    let r = Self.difference(upper, lower)
    return (n, LanePair(r, Self.difference(Self.difference(upper, r), lower)))
  }

  /// sinh r − r and cosh r − 1 for |r| ≤ ½ ln 2.
  ///
  /// Minimax in z = r² on [0, (½ ln 2)²], Remez exchange at 250 bits, error relative to sinh r or
  /// to cosh r − 1. Double: sinh degree 4, 2⁻⁶²; cosh degree 5, 2⁻⁷⁰. Single: both degree 2, 2⁻³⁷
  /// and 2⁻³⁴.
  @inlinable @inline(__always)
  func hyperbolicParts(_ accuracy: Accuracy) -> (odd: Self, even: Self) {
    let z = self * self
    switch accuracy {
    case .double:
      let odd = Self.polynomial(
        z,
        [
          0.16666666666666677, 0.008333333333321577, 0.00019841269886268202,
          2.7557244059930932e-06, 2.510909110342998e-08,
        ])
      let even = Self.polynomial(
        z,
        [
          0.5, 0.04166666666666671, 0.001388888888886385, 2.4801587363553992e-05,
          2.755724169265761e-07, 2.0924466123381544e-09,
        ])
      return (self * z * odd, z * even)
    case .single:
      let odd = Self.polynomial(
        z, [0.16666666754761125, 0.008333288883583754, 0.00019905011671058137])
      let even = Self.polynomial(
        z, [0.50000000793272, 0.041666266434332196, 0.0013946276062503753])
      return (self * z * odd, z * even)
    }
  }

  /// e^(x + δ) for a rest δ of the argument, |δ| < 2⁻⁴⁰, of which eʳ·δ is taken.
  ///
  /// 1 + r is rounded with its error kept, so that the sum's own rounding is all that counts: 0.52
  /// ulp. The limits lie beyond overflow and beyond rounding to zero; a NaN passes both.
  @inlinable @inline(__always)
  func exponential(_ accuracy: Accuracy, withRest rest: Self? = nil) -> Self {
    let x = Self.maximum(Self(-750.0), Self.minimum(Self(715.0), self))
    let (n, r) = x.reducedByLogarithmOfTwo()
    let (odd, even) = r.high.hyperbolicParts(accuracy)
    switch accuracy {
    case .single:
      // Lanes of floats overflow at n = 128 and vanish at n = −150, far inside a double's range.
      return (1.0 + (r.high + (odd + even)))
        .scaledWithinRange(Self.maximum(Self(-1000.0), Self.minimum(Self(1000.0), n)))
    case .double:
      let leading = LanePair<Shape>(sumOfLarger: Self.one, r.high)
      var low = r.low
      if let rest {
        let tail = low + rest
        low = tail + tail * (r.high + (odd + even))
      }
      return Self.sum(leading.high, leading.low + (low + (odd + even))).scaled(n)
    }
  }

  /// eˣ − 1 = 2ⁿ·((1 − 2⁻ⁿ) + (eʳ − 1)), where 1 − 2⁻ⁿ is exact as long as 2⁻ⁿ matters, and the sum
  /// with r is a pair, because it cancels to 0.2 at n = 1.
  @inlinable @inline(__always)
  func exponentialMinusOne(_ accuracy: Accuracy) -> Self {
    // Below −40 the result rounds to −1.
    let x = Self.maximum(Self(-40.0), Self.minimum(Self(715.0), self))
    let (n, r) = x.reducedByLogarithmOfTwo()
    let (odd, even) = r.high.hyperbolicParts(accuracy)
    let limited = Self.minimum(Self(100.0), n)
    let offset = Self.difference(Self.one, Self(vector: Shape.powerOfTwo((-limited).vector)))
    switch accuracy {
    case .single:
      return (offset + (r.high + (odd + even)))
        .scaledWithinRange(Self.minimum(Self(1000.0), n)).withSign(of: self)
    case .double:
      let leading = LanePair<Shape>(sumOf: offset, r.high)
      let tail = leading.low + (r.low + (odd + even))
      return Self.sum(leading.high, tail).scaled(n).withSign(of: self)
    }
  }
}
