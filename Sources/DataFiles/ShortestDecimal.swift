/// The shortest decimal that reads back to the same double; of several, that which is nearest to it.
///
/// R. Giulietti, The Schubfach way to render doubles (2020), https://drive.google.com/file/d/1IEeATSVnEE6TkrHlCYNY2GjaraBjOT4f.
/// A double c·2^q stands for all reals between its neighbours' midpoints, (4c − 2)·2^(q−2) and
/// (4c + 2)·2^(q−2). These are scaled by 10⁻ᵏ, with the greatest 10ᵏ not above the distance of the
/// midpoints (section 9.1): the interval then holds at least one integer, and at most one multiple of ten.
struct ShortestDecimal {
  /// The digits as an integer; they may end with zeros.
  let digits: UInt64
  /// The power of ten to multiply them with.
  let exponent: Int

  /// The decimal of a magnitude, which is positive and finite.
  @inline(__always)
  init(_ magnitude: Double) {
    let fraction = magnitude.significandBitPattern
    let stored = Int(magnitude.exponentBitPattern)
    // c·2^q; subnormal numbers have the least q.
    let c = stored == 0 ? fraction : fraction | 1 << 52
    let q = max(stored, 1) - 1075
    // Below a power of two, doubles lie half as far apart.
    let isNarrowBelow = fraction == 0 && stored > 1
    let k = Self.exponent(ofDistance: q, isNarrowBelow: isNarrowBelow)
    let power = PowerOfTen.of(-k)
    // The scaled midpoints and the double, times four, come from integers below 2⁶⁰.
    let shift = UInt64(q + PowerOfTen.binaryExponent(of: -k) + 1)
    let lower = Self.scaled(4 * c - (isNarrowBelow ? 1 : 2), shift, power)
    let value = Self.scaled(4 * c, shift, power)
    let upper = Self.scaled(4 * c + 2, shift, power)
    // A midpoint reads back to the double whose last bit is zero.
    let excluded = c & 1
    @inline(__always) func isInside(_ integer: UInt64) -> Bool {
      lower + excluded <= 4 * integer && 4 * integer + excluded <= upper
    }
    let below = value / 4
    let tens = below / 10
    if isInside(10 * tens) {
      (digits, exponent) = (tens, k + 1)
    } else if isInside(10 * (tens + 1)) {
      (digits, exponent) = (tens + 1, k + 1)
    } else {
      let isBelowInside = isInside(below)
      // Both sides may be inside: the nearer one, or the even one of two that are equally near.
      let isAboveNearer = value > 4 * below + 2 || (value == 4 * below + 2 && below & 1 == 1)
      let takesAbove = isInside(below + 1) && (!isBelowInside || isAboveNearer)
      (digits, exponent) = (takesAbove ? below + 1 : below, k)
    }
  }

  /// ⌊log₁₀ 2^q⌋, or ⌊log₁₀(¾·2^q)⌋ (section 9.1: 1262611·2⁻²² is log₁₀ 2, 524031·2⁻²² is log₁₀ 4/3, exact for
  /// all exponents of doubles).
  @inline(__always)
  private static func exponent(ofDistance q: Int, isNarrowBelow: Bool) -> Int {
    (1_262_611 * q - (isNarrowBelow ? 524_031 : 0)) >> 22
  }

  /// ⌊number·2^shift·power·2⁻¹²⁸⌋, with the last bit set if anything was cut off ("round to odd", section 9.6:
  /// comparisons with multiples of two come out as those of the exact product, in spite of the rounded power).
  @inline(__always)
  private static func scaled(_ number: UInt64, _ shift: UInt64, _ power: PowerOfTen) -> UInt64 {
    let factor = number << shift
    let carried = power.low.multipliedFullWidth(by: factor).high
    let (high, low) = power.high.multipliedFullWidth(by: factor)
    let (sum, overflow) = low.addingReportingOverflow(carried)
    return (high + (overflow ? 1 : 0)) | (sum > 1 ? 1 : 0)
  }
}
