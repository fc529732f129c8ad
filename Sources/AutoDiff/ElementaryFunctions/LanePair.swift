// Arithmetic with twice the digits, and the rounding that a formula with compensated errors needs.

extension Lanes {
  /// a + b, rounded by itself: never part of a fused multiply-add.
  @inlinable @inline(__always) static func sum(_ a: Self, _ b: Self) -> Self {
    Self(vector: Shape.exactAdd(a.vector, b.vector))
  }
  /// a − b, rounded by itself.
  @inlinable @inline(__always) static func difference(_ a: Self, _ b: Self) -> Self {
    Self(vector: Shape.exactSubtract(a.vector, b.vector))
  }
  /// a·b, rounded by itself.
  @inlinable @inline(__always) static func product(_ a: Self, _ b: Self) -> Self {
    Self(vector: Shape.exactMultiply(a.vector, b.vector))
  }
  @inlinable @inline(__always) static func equal(_ a: Self, _ b: Self) -> Mask {
    Mask(vector: Shape.equal(a.vector, b.vector))
  }
  /// The magnitude of `self` with the sign of `other`, also where that is −0.
  @inlinable @inline(__always) func withSign(of other: Self) -> Self {
    Self(vector: Shape.copysign(vector, other.vector))
  }
  /// The number −x where the mask is true, x elsewhere.
  @inlinable @inline(__always) func negated(where mask: Mask) -> Self {
    Self.select(mask, -self, self)
  }
}

extension Lanes where Shape: DoubleLaneShape {
  /// Adding this to a number below 2⁵¹ rounds it to an integer, found in the lowest bits of the
  /// sum.
  @inlinable @inline(__always) static var roundingShift: Self { Self(0x1.8p52) }

  /// The nearest integer, ties to even, for a magnitude below 2⁵¹.
  @inlinable @inline(__always) var rounded: Self {
    Self.difference(Self.sum(self, Self.roundingShift), Self.roundingShift)
  }

  /// True for an even or odd integer and for ±∞, at any size.
  @inlinable @inline(__always) var isInteger: Mask {
    // From 2⁵² on every number is an integer; below, adding 2⁵² rounds to one.
    let magnitude = Self.abs(self)
    let shift = Self(0x1p52)
    let rounded = Self.difference(Self.sum(magnitude, shift), shift)
    return Self.equal(rounded, magnitude) .| (shift <= magnitude)
  }

  /// self·2ⁿ for an integer n from −2000 to 2000, rounded once, also where the result is subnormal.
  @inlinable @inline(__always) func scaled(_ n: Self) -> Self {
    let half = (0.5 * n).rounded
    return self * Self(vector: Shape.powerOfTwo(half.vector))
      * Self(vector: Shape.powerOfTwo(Self.difference(n, half).vector))
  }

  /// self·2ⁿ for an integer n from −1022 to 1023.
  @inlinable @inline(__always) func scaledWithinRange(_ n: Self) -> Self {
    self * Self(vector: Shape.powerOfTwo(n.vector))
  }
}

/// The unevaluated sum of two lanes: about 106 bits where `low` is what rounding `high` left over.
///
/// T. J. Dekker, Numer. Math. 18 (1971) 224; D. E. Knuth, The Art of Computer Programming 2, 4.2.2.
@frozen
@usableFromInline
struct LanePair<Shape: DoubleLaneShape> {
  @usableFromInline typealias Number = Lanes<Shape>
  @usableFromInline var high: Number
  @usableFromInline var low: Number

  @inlinable @inline(__always) init(_ high: Number, _ low: Number) {
    self.high = high
    self.low = low
  }

  /// a + b without error, whatever their magnitudes.
  @inlinable @inline(__always) init(sumOf a: Number, _ b: Number) {
    high = .sum(a, b)
    let shareOfB = Number.difference(high, a)
    let shareOfA = Number.difference(high, shareOfB)
    low = .sum(.difference(a, shareOfA), .difference(b, shareOfB))
  }

  /// a + b without error if |a| ≥ |b| or a = 0; else with an error of an ulp of the low part.
  @inlinable @inline(__always) init(sumOfLarger a: Number, _ b: Number) {
    high = .sum(a, b)
    low = .difference(b, .difference(high, a))
  }

  /// a·b without error, if the error's 106 bits are in the range of a double.
  @inlinable @inline(__always) init(productOf a: Number, _ b: Number) {
    high = .product(a, b)
    if fusedMultiplyAddIsFast {
      low = Number(vector: Shape.fused(a.vector, b.vector, Shape.negate(high.vector)))
    } else {
      let (a1, a2) = Self.halves(a)
      let (b1, b2) = Self.halves(b)
      let cross = Number.sum(.product(a1, b2), .product(a2, b1))
      low = .sum(
        .sum(.difference(.product(a1, b1), high), cross), .product(a2, b2))
    }
  }

  /// A number of at most 26 bits and the rest (G. W. Veltkamp); overflows above 2⁹⁹⁶.
  @inlinable @inline(__always) static func halves(_ a: Number) -> (Number, Number) {
    let shifted = Number.product(a, Number(0x1p27 + 1))
    let upper = Number.difference(shifted, .difference(shifted, a))
    return (upper, .difference(a, upper))
  }

  /// The same number with |low| at most half a unit in the last place of `high`, if |low| ≤ |high|.
  @inlinable @inline(__always) var normalized: Self { Self(sumOfLarger: high, low) }

  /// a·b with a relative error of a few 2⁻¹⁰⁴.
  @inlinable @inline(__always) static func * (a: Self, b: Self) -> Self {
    let product = Self(productOf: a.high, b.high)
    return Self(
      sumOfLarger: product.high, product.low + (a.high * b.low + a.low * b.high))
  }

  @inlinable @inline(__always) static func * (a: Self, b: Number) -> Self {
    let product = Self(productOf: a.high, b)
    return Self(sumOfLarger: product.high, product.low + a.low * b)
  }

  /// a/b, rounded to one number: error below 0.51 units in the last place, if the pairs are exact.
  @inlinable @inline(__always) static func quotient(_ a: Self, _ b: Self) -> Number {
    let inverse = 1.0 / b.high
    let estimate = Number.product(a.high, inverse)
    let product = Self(productOf: estimate, b.high)
    let remainder = Number.difference(a.high, product.high) - product.low
    return estimate + (remainder + (a.low - estimate * b.low)) * inverse
  }
}
