// asin, acos, atan and atan2.

extension Lanes where Shape: DoubleLaneShape {
  /// The angle of the point (x, y) of the first quadrant against the x axis, for finite x, y ≥ 0,
  /// as a leading part and a rest.
  ///
  /// The angle is an offset 0, π/4 or π/2 plus the arctangent of t = y/x, (y − x)/(y + x) or −x/y,
  /// so that |t| ≤ tan(π/8). In double precision t carries the rounding errors of its numerator,
  /// denominator and quotient along. atan t = t + t³·A(t²), minimax on [0, tan²(π/8)], Remez
  /// exchange at 250 bits, error relative to atan t. Double: degree 10, 2⁻⁵⁹; single: degree 4,
  /// 2⁻³⁰.
  @inlinable @inline(__always)
  static func firstQuadrantAngle(
    y: Self, x: Self, _ accuracy: Accuracy
  ) -> LanePair<Shape> {
    let isMiddle = 0.41421356237309503 * x < y
    let isSteep = 2.414213562373095 * x < y
    let plainNumerator = select(isSteep, -x, y)
    let plainDenominator = select(isSteep, y, x)
    let isDiagonal = isMiddle .& (.!isSteep)
    let offset = select(
      isSteep, Self(0x1.921fb54442d18p+0), select(isMiddle, Self(0x1.921fb54442d18p-1), zero))
    switch accuracy {
    case .single:
      let numerator = select(isDiagonal, y - x, plainNumerator)
      let denominator = select(isDiagonal, y + x, plainDenominator)
      let t = numerator / denominator
      let z = t * t
      let a = polynomial(
        z,
        [
          -0.33333315497102434, 0.1999848889427274, -0.14243837769096715, 0.10595915560617856,
          -0.06083224003135925,
        ])
      return LanePair(offset, t + t * z * a)
    case .double:
      let difference = LanePair<Shape>(sumOf: y, -x)
      let sum = LanePair<Shape>(sumOf: y, x)
      let numerator = select(isDiagonal, difference.high, plainNumerator)
      let denominator = select(isDiagonal, sum.high, plainDenominator)
      let t = numerator / denominator
      let check = LanePair<Shape>(productOf: t, denominator)
      let remainder =
        (Self.difference(numerator, check.high) - check.low)
        + select(isDiagonal, difference.low - t * sum.low, zero)
      // Without a diagonal, the remainder of a subnormal numerator cannot be represented, and need
      // not.
      let correction = select(
        abs(numerator) < Self(0x1p-900), zero, remainder / denominator)
      let z = t * t
      let a = polynomial(
        z,
        [
          -0.333333333333332, 0.1999999999995404, -0.14285714280244105, 0.11111110785907306,
          -0.09090897829556144, 0.0769206151026103, -0.06663118897759408, 0.05847997806009773,
          -0.05039794206818906, 0.03807698789050854, -0.01792078896317598,
        ])
      let leading = LanePair<Shape>(sumOfLarger: offset, t)
      let offsetRest = select(
        isSteep, Self(0x1.1a62633145c07p-54),
        select(isMiddle, Self(0x1.1a62633145c07p-55), zero))
      return LanePair(
        leading.high, leading.low + (t * z * a + (correction - correction * z + offsetRest)))
    }
  }

  @inlinable @inline(__always)
  func arctangent(_ accuracy: Accuracy) -> Self {
    // Beyond 2¹⁰⁰ the angle is π/2; a NaN passes the limit.
    let magnitude = Self.minimum(Self(0x1p100), Self.abs(self))
    let angle = Self.firstQuadrantAngle(y: magnitude, x: .one, accuracy)
    return Self.sum(angle.high, angle.low).withSign(of: self)
  }

  /// The angle of the point (x, self) against the positive x axis.
  @inlinable @inline(__always)
  func angle(above x: Self, _ accuracy: Accuracy) -> Self {
    let infinity = Self(Double.infinity)
    var vertical = Self.abs(self)
    var horizontal = Self.abs(x)
    // A point at infinity lies on an axis or on a diagonal, the origin on the axis.
    let largest = Self.maximum(vertical, horizontal)
    let isInfinite = Self.equal(largest, infinity)
    let isOrigin = Self.equal(largest, .zero)
    let verticalLimit = Self.select(Self.equal(vertical, infinity), Self.one, .zero)
    let horizontalLimit = Self.select(Self.equal(horizontal, infinity), Self.one, .zero)
    if accuracy == .double {
      // Keep sums from overflowing and remainders from underflowing. What the first scale rounds
      // belongs to an angle that is zero.
      let scale = Self.select(
        Self(0x1p900) < largest, Self(0x1p-100),
        Self.select(largest < Self(0x1p-400), Self(0x1p600), .one))
      vertical = vertical * scale
      horizontal = horizontal * scale
    }
    vertical = Self.select(isInfinite, verticalLimit, vertical)
    horizontal = Self.select(
      isInfinite, horizontalLimit, Self.select(isOrigin, .one, horizontal))
    let angle = Self.firstQuadrantAngle(y: vertical, x: horizontal, accuracy)
    // In the left half plane, π minus the angle.
    let isLeft = Self.one.withSign(of: x) < .zero
    let mirrored = LanePair<Shape>(sumOfLarger: Self(0x1.921fb54442d18p+1), -angle.high)
    let left = Self.sum(mirrored.high, mirrored.low + (0x1.1a62633145c07p-53 - angle.low))
    let right = Self.sum(angle.high, angle.low)
    let isOrdered = Self.equal(self, self) .& Self.equal(x, x)
    return Self.select(
      isOrdered, Self.select(isLeft, left, right).withSign(of: self), Self(Double.nan))
  }

  /// asin s − s for 0 ≤ s ≤ ½, given z = s².
  ///
  /// asin s = s + s³·R(s²), minimax on [0, ¼], Remez exchange at 250 bits, error relative to asin
  /// s. Double: degree 12, 2⁻⁵⁹; single: degree 5, 2⁻³¹.
  @inlinable @inline(__always)
  static func arcsineExcess(_ s: Self, square z: Self, _ accuracy: Accuracy) -> Self {
    switch accuracy {
    case .double:
      return s * z
        * polynomial(
          z,
          [
            0.16666666666666763, 0.0749999999997022, 0.04464285717516366, 0.03038194268146968,
            0.022372215723232936, 0.017351598920052724, 0.013980975972976518,
            0.011397653435108328, 0.010787236240842516, 0.0036802961817451697,
            0.021770357130986233, -0.021087242793989183, 0.03268326307348252,
          ])
    case .single:
      return s * z
        * polynomial(
          z,
          [
            0.1666665986714971, 0.07500511222117678, 0.044515657729144356, 0.031818165973512814,
            0.014400394915102198, 0.03756845721901342,
          ])
    }
  }

  /// asin of |x| ≤ ½, or of √((1 − |x|)/2) beyond, which is half the arccosine: a leading part, a
  /// rest.
  @inlinable @inline(__always)
  func arcsineOfSmallSide(
    _ accuracy: Accuracy
  ) -> (angle: LanePair<Shape>, isHalfArccosine: Mask) {
    let magnitude = Self.abs(self)
    let isHalf = Self(0.5) < magnitude
    let half = 0.5 * Self.difference(Self.one, magnitude)
    let root = Self.sqrt(half)
    let s = Self.select(isHalf, root, magnitude)
    let z = Self.select(isHalf, half, magnitude * magnitude)
    let excess = Self.arcsineExcess(s, square: z, accuracy)
    switch accuracy {
    case .single: return (LanePair(s, excess), isHalf)
    case .double:
      // The root's own rounding error, (half − root²)/(2·root); the addition only keeps 0/0 away.
      let square = LanePair<Shape>(productOf: root, root)
      let error = (Self.difference(half, square.high) - square.low) / (2.0 * root + 0x1p-900)
      return (LanePair(s, excess + Self.select(isHalf, error, .zero)), isHalf)
    }
  }

  @inlinable @inline(__always)
  func arcsine(_ accuracy: Accuracy) -> Self {
    let (angle, isHalf) = arcsineOfSmallSide(accuracy)
    let direct = Self.sum(angle.high, angle.low)
    // π/2 − 2·angle
    let leading = LanePair<Shape>(sumOfLarger: Self(0x1.921fb54442d18p+0), -2.0 * angle.high)
    let complement = Self.sum(
      leading.high, leading.low + (0x1.1a62633145c07p-54 - 2.0 * angle.low))
    return Self.select(isHalf, complement, direct).withSign(of: self)
  }

  @inlinable @inline(__always)
  func arccosine(_ accuracy: Accuracy) -> Self {
    let (angle, isHalf) = arcsineOfSmallSide(accuracy)
    let isNegative = self < .zero
    // |x| ≤ ½: π/2 ∓ angle. Beyond: 2·angle, or π − 2·angle.
    let factor = Self.select(
      isHalf, Self.select(isNegative, Self(-2.0), Self(2.0)),
      Self.select(isNegative, Self(1.0), Self(-1.0)))
    let offset = Self.select(
      isHalf, Self.select(isNegative, Self(0x1.921fb54442d18p+1), .zero),
      Self(0x1.921fb54442d18p+0))
    let offsetRest = Self.select(
      isHalf, Self.select(isNegative, Self(0x1.1a62633145c07p-53), .zero),
      Self(0x1.1a62633145c07p-54))
    let leading = LanePair<Shape>(sumOfLarger: offset, Self.product(factor, angle.high))
    return Self.sum(leading.high, leading.low + (factor * angle.low + offsetRest))
  }
}
