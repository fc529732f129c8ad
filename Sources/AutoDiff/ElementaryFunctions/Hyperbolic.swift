// sinh, cosh, tanh and asinh.
//
// With |x| = n·ln 2 + r the addition theorems give
//
//     sinh|x| = 2ⁿ·(a·cosh r + b·sinh r)    a = (1 − 4⁻ⁿ)/2
//     cosh|x| = 2ⁿ·(b·cosh r + a·sinh r)    b = (1 + 4⁻ⁿ)/2
//
// without a division. n = 0 gives sinh r and cosh r themselves, and at n = 1, r = −½ ln 2, where
// the first sum cancels most, it still is half its first term.

extension Lanes where Shape: DoubleLaneShape {
  /// The two sums above, each as a leading part and a small rest, and n.
  ///
  /// `exactly` keeps the rounding errors of b·r and a·r, and what a and b lose of 4⁻ⁿ for 2n > 52.
  @inlinable @inline(__always)
  static func hyperbolicPairs(
    _ magnitude: Self, _ accuracy: Accuracy, exactly: Bool
  ) -> (sinh: LanePair<Shape>, cosh: LanePair<Shape>, n: Self) {
    let (n, r) = magnitude.reducedByLogarithmOfTwo()
    let (odd, even) = r.high.hyperbolicParts(accuracy)
    let root = Self(vector: Shape.powerOfTwo((-minimum(Self(100.0), n)).vector))
    let quarter = 0.5 * root * root
    let a = Self.difference(Self(0.5), quarter)
    let b = Self.sum(Self(0.5), quarter)
    switch accuracy {
    case .single:
      return (
        LanePair(a, a * even + b * (r.high + odd)), LanePair(b, b * even + a * (r.high + odd)), n
      )
    case .double:
      let tail = r.low + odd
      var oddTerm: LanePair<Shape>
      var evenTerm: LanePair<Shape>
      if exactly {
        oddTerm = LanePair(productOf: b, r.high)
        evenTerm = LanePair(productOf: a, r.high)
        let restOfA = difference(difference(Self(0.5), a), quarter)
        let restOfB = sum(difference(Self(0.5), b), quarter)
        oddTerm.low += restOfA + restOfB * r.high
        evenTerm.low += restOfB + restOfA * r.high
      } else {
        oddTerm = LanePair(product(b, r.high), zero)
        evenTerm = LanePair(product(a, r.high), zero)
      }
      let sine = LanePair<Shape>(sumOf: a, oddTerm.high)
      let cosine = LanePair<Shape>(sumOfLarger: b, evenTerm.high)
      return (
        LanePair(sine.high, sine.low + (oddTerm.low + (a * even + b * tail))),
        LanePair(cosine.high, cosine.low + (evenTerm.low + (b * even + a * tail))), n
      )
    }
  }

  @inlinable @inline(__always)
  func hyperbolicSine(_ accuracy: Accuracy) -> Self {
    // Beyond 715 the result overflows.
    let magnitude = Self.minimum(Self(715.0), Self.abs(self))
    let (sine, _, n) = Self.hyperbolicPairs(magnitude, accuracy, exactly: true)
    return Self.sum(sine.high, sine.low).scaled(n).withSign(of: self)
  }

  @inlinable @inline(__always)
  func hyperbolicCosine(_ accuracy: Accuracy) -> Self {
    let magnitude = Self.minimum(Self(715.0), Self.abs(self))
    let (_, cosine, n) = Self.hyperbolicPairs(magnitude, accuracy, exactly: false)
    return Self.sum(cosine.high, cosine.low).scaled(n)
  }

  @inlinable @inline(__always)
  func hyperbolicTangent(_ accuracy: Accuracy) -> Self {
    // 1 − tanh 22 = 2e-19 is less than half the last bit of 1.
    let magnitude = Self.minimum(Self(22.0), Self.abs(self))
    let (sine, cosine, _) = Self.hyperbolicPairs(magnitude, accuracy, exactly: true)
    let ratio: Self
    switch accuracy {
    case .single: ratio = (sine.high + sine.low) / (cosine.high + cosine.low)
    case .double: ratio = LanePair.quotient(sine.normalized, cosine.normalized)
    }
    return ratio.withSign(of: self)
  }

  /// asinh|x| = log(1 + |x| + x²/(1 + √(1 + x²))): no term cancels, and small x is left alone.
  @inlinable @inline(__always)
  func inverseHyperbolicSine(_ accuracy: Accuracy) -> Self {
    let magnitude = Self.abs(self)
    // From 2²⁸ on, √(1 + x²) is x to within 2⁻⁵⁷, and x² could overflow: log|x| + log 2.
    let isLarge = Self(0x1p28) <= magnitude
    let x = Self.select(isLarge, Self.one, magnitude)
    let square = x * x
    let rest = square / (1.0 + Self.sqrt(1.0 + square))
    let excess = LanePair<Shape>(sumOfLarger: x, rest)
    let onePlus = LanePair<Shape>(sumOf: Self.one, excess.high)
    let argument = Self.select(isLarge, magnitude, onePlus.high)
    let correction = Self.select(
      isLarge, .zero, (onePlus.low + excess.low) / onePlus.high)
    let logarithm =
      Self.positiveLogarithm(argument, plus: correction, accuracy)
      + Self.select(isLarge, Self(0.6931471805599453), .zero)
    // Below 2⁻²⁸ the result is x to within 2⁻⁵⁸; infinite and NaN arguments stay what they are.
    let isOrdinary = (Self(0x1p-28) <= magnitude) .& (magnitude < Self(Double.infinity))
    return Self.select(isOrdinary, logarithm.withSign(of: self), self)
  }
}
