// sin, cos and tan.

extension Lanes where Shape: DoubleLaneShape {
  /// An angle's distance to the nearest multiple of π/2, and which multiple that is.
  @frozen
  @usableFromInline
  struct ReducedAngle {
    @usableFromInline var r: LanePair<Shape>
    /// The multiple, in the lowest bits of its significand.
    @usableFromInline var quadrant: Lanes<Shape>

    @inlinable @inline(__always) init(r: LanePair<Shape>, quadrant: Lanes<Shape>) {
      self.r = r
      self.quadrant = quadrant
    }
    /// True in the quadrants where sine and cosine change places.
    @inlinable @inline(__always) var isOdd: LaneMask<Shape> {
      LaneMask(vector: Shape.significandBit(quadrant.vector, 0))
    }
    /// True in the quadrants where the sine is negated.
    @inlinable @inline(__always) var isLowerHalf: LaneMask<Shape> {
      LaneMask(vector: Shape.significandBit(quadrant.vector, 1))
    }
  }

  /// The largest angle that is reduced in the lanes.
  @inlinable @inline(__always) static var largestReducedAngle: Double { 0x1p20 }

  /// x − n·π/2 for |x| ≤ 2²⁰ (W. J. Cody, W. Waite, 1980).
  ///
  /// π/2 is split in three parts of 33 bits and one of 53. n has 20 bits, so the first three
  /// products are exact; so is the first subtraction, and the errors of the next two are kept. No
  /// double below 2²⁰ is closer to a multiple than about 2⁻⁵⁹, and the last product is rounded at
  /// 2⁻¹³²: that is 2⁻⁷³ of r. Single precision needs 2⁻⁵⁸ only: two parts.
  @inlinable @inline(__always)
  func reducedAngle(_ accuracy: Accuracy) -> ReducedAngle {
    let quadrant = self * 0.6366197723675814 + Self.roundingShift
    let n = Self.difference(quadrant, Self.roundingShift)
    let first = self - n * 0x1.921fb54400000p+0
    var angle: ReducedAngle
    switch accuracy {
    case .single:
      angle = ReducedAngle(
        r: LanePair(first - n * 0x1.0b4611a626331p-34, .zero), quadrant: quadrant)
    case .double:
      let second = LanePair<Shape>(sumOf: first, Self.product(n, Self(-0x1.0b4611a600000p-34)))
      let third = LanePair<Shape>(
        sumOf: second.high, Self.product(n, Self(-0x1.3198a2e000000p-69)))
      let rest = (second.low + third.low) - n * 0x1.b839a252049c1p-104
      angle = ReducedAngle(r: LanePair(sumOfLarger: third.high, rest), quadrant: quadrant)
    }
    let isLarge = Self(Self.largestReducedAngle) < Self.abs(self)
    if isLarge.any { angle = replacingLargeAngles(isLarge, in: angle) }
    return angle
  }

  /// The reduction done number by number in the lanes where the mask is true.
  @inlinable @inline(never)
  func replacingLargeAngles(_ mask: Mask, in angle: ReducedAngle) -> ReducedAngle {
    var angle = angle
    for i in 0..<Self.count where mask[i] {
      let (quadrant, r, rest) = reducedLargeAngle(self[i])
      angle.r.high[i] = r
      angle.r.low[i] = rest
      angle.quadrant[i] = Self.roundingShift[i] + quadrant
    }
    return angle
  }

  /// sin r for |r| ≤ π/4 (a little beyond) as a leading part and a small rest.
  ///
  /// sin r = r + r³·S(r²), minimax on [0, (π/4)²], Remez exchange at 250 bits, error relative to
  /// sin r. Double: degree 5, 2⁻⁵⁸. Single: degree 3, 2⁻³⁷.
  @inlinable @inline(__always)
  static func sinePair(_ r: LanePair<Shape>, _ accuracy: Accuracy) -> LanePair<Shape> {
    let z = r.high * r.high
    switch accuracy {
    case .double:
      let s = polynomial(
        z,
        [
          -0.16666666666666632, 0.008333333333322418, -0.0001984126982981238,
          2.755731369357205e-06, -2.5050758384210468e-08, 1.5896811786475076e-10,
        ])
      return LanePair(r.high, r.high * z * s + (r.low - 0.5 * z * r.low))
    case .single:
      let s = polynomial(
        z,
        [
          -0.16666666641617, 0.008333329384764138, -0.00019839334468758595,
          2.7183079498535507e-06,
        ])
      return LanePair(r.high, r.high * z * s)
    }
  }

  /// cos r for |r| ≤ π/4 (a little beyond) as a leading part and a small rest.
  ///
  /// Double: cos r = 1 − r²/2 + r⁴·C(r²), degree 5, 2⁻⁶⁴; 1 − r²/2 keeps its rounding error.
  /// Single: cos r = 1 + r²·C(r²), degree 3, 2⁻³⁴. Minimax on [0, (π/4)²], Remez exchange at 250
  /// bits, absolute error.
  @inlinable @inline(__always)
  static func cosinePair(_ r: LanePair<Shape>, _ accuracy: Accuracy) -> LanePair<Shape> {
    let z = product(r.high, r.high)
    switch accuracy {
    case .double:
      let c = polynomial(
        z,
        [
          0.0416666666666666, -0.0013888888888874131, 2.4801587289487006e-05,
          -2.755731435378699e-07, 2.08757234787458e-09, -1.1359658829533434e-11,
        ])
      let leading = LanePair<Shape>(sumOfLarger: one, -0.5 * z)
      return LanePair(leading.high, leading.low + (z * z * c - r.high * r.low))
    case .single:
      let c = polynomial(
        z,
        [
          -0.49999999724998606, 0.04166662331139192, -0.0013886763371542092,
          2.439040990599666e-05,
        ])
      return LanePair(one, z * c)
    }
  }

  @inlinable @inline(__always)
  func sineAndCosine(_ accuracy: Accuracy) -> (sine: Self, cosine: Self) {
    let angle = reducedAngle(accuracy)
    let s = Self.sinePair(angle.r, accuracy)
    let c = Self.cosinePair(angle.r, accuracy)
    let sine = Self.sum(s.high, s.low)
    let cosine = Self.sum(c.high, c.low)
    let isOdd = angle.isOdd
    let isLowerHalf = angle.isLowerHalf
    // The smallest angles are their own sines, with the sign of zero.
    let isTiny = Self.abs(self) < Self(0x1p-28)
    return (
      Self.select(isTiny, self, Self.select(isOdd, cosine, sine).negated(where: isLowerHalf)),
      Self.select(isOdd, sine, cosine).negated(where: isOdd).negated(where: isLowerHalf)
    )
  }

  @inlinable @inline(__always) func sine(_ accuracy: Accuracy) -> Self {
    sineAndCosine(accuracy).sine
  }
  @inlinable @inline(__always) func cosine(_ accuracy: Accuracy) -> Self {
    sineAndCosine(accuracy).cosine
  }

  /// sin r/cos r, or −cos r/sin r in the odd quadrants.
  @inlinable @inline(__always)
  func tangent(_ accuracy: Accuracy) -> Self {
    let angle = reducedAngle(accuracy)
    let s = Self.sinePair(angle.r, accuracy)
    let c = Self.cosinePair(angle.r, accuracy)
    let isOdd = angle.isOdd
    let ratio: Self
    switch accuracy {
    case .single:
      let sine = s.high + s.low
      let cosine = c.high + c.low
      ratio = Self.select(isOdd, cosine, sine) / Self.select(isOdd, sine, cosine)
    case .double:
      let sine = s.normalized
      let cosine = c.normalized
      ratio = LanePair.quotient(
        LanePair(
          Self.select(isOdd, cosine.high, sine.high), Self.select(isOdd, cosine.low, sine.low)),
        LanePair(
          Self.select(isOdd, sine.high, cosine.high), Self.select(isOdd, sine.low, cosine.low)))
    }
    // The smallest angles are their own tangents, with the sign of zero.
    let isTiny = Self.abs(self) < Self(0x1p-28)
    return Self.select(isTiny, self, ratio.negated(where: isOdd))
  }
}
