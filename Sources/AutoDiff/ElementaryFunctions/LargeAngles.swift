// The reduction of angles that are too large for exact products in lanes.

/// 2/π = Σ wᵢ·2^(−64(i+1)): 1280 bits, as many as the largest double needs. mpmath 1.3 at 2500
/// bits.
private let twoOverPi: [UInt64] = [
  0xa2f9_836e_4e44_1529, 0xfc27_57d1_f534_ddc0, 0xdb62_9599_3c43_9041, 0xfe51_63ab_debb_c561,
  0xb724_6e3a_424d_d2e0, 0x0649_2eea_09d1_921c, 0xfe1d_eb1c_b129_a73e, 0xe882_35f5_2ebb_4484,
  0xe99c_7026_b45f_7e41, 0x3991_d639_8353_39f4, 0x9c84_5f8b_bdf9_283b, 0x1ff8_97ff_de05_980f,
  0xef2f_118b_5a0a_6d1f, 0x6d36_7ecf_27cb_09b7, 0x4f46_3f66_9e5f_ea2d, 0x7527_bac7_ebe5_f17b,
  0x3d07_39f7_8a52_92ea, 0x6bfb_5fb1_1f8d_5d08, 0x5603_3046_fc7b_6bab, 0xf0cf_bc20_9af4_361d,
]

/// An angle |x| ≥ 2²⁰ as q·π/2 + (r + rest), q = 0 … 3, |r| ≤ π/4; NaN for ±∞ and NaN.
///
/// M. Payne, R. Hanek, SIGNUM Newsletter 18 (1983) 19. x is an integer m < 2⁵³ times 2ᵉ. m times
/// five words of 2/π, starting where all before gives multiples of 4, is an exact integer; the
/// words left out contribute less than 2⁻²⁰⁰. No double is closer to a multiple of π/2 than 2⁻⁶²,
/// so that r + rest keeps the 104 bits that the last product leaves.
@usableFromInline
func reducedLargeAngle(_ x: Double) -> (quadrant: Double, r: Double, rest: Double) {
  guard x.isFinite else { return (0, .nan, .nan) }
  let e = Int(x.exponent) - 52
  let m = x.significandBitPattern | 1 << 52
  let first = max(0, (e - 2) / 64)

  // The product, lowest limb first; `point` bits of it are behind the point.
  var limbs: InlineArray<6, UInt64> = [0, 0, 0, 0, 0, 0]
  for i in 0..<5 {
    let product = twoOverPi[first + 4 - i].multipliedFullWidth(by: m)
    let (sum, overflow) = limbs[i].addingReportingOverflow(product.low)
    limbs[i] = sum
    limbs[i + 1] = product.high + (overflow ? 1 : 0)
  }
  let point = 64 * (first + 5) - e

  /// 64 bits of the product from bit `position` upwards.
  func bits(from position: Int) -> UInt64 {
    let i = position / 64
    let shift = UInt64(position % 64)
    let lower = i < 6 ? limbs[i] >> shift : 0
    let upper = i + 1 < 6 && shift > 0 ? limbs[i + 1] << (64 - shift) : 0
    return lower | upper
  }

  // The fraction's first 192 bits; above one half, its distance to the next quadrant.
  var quadrant = bits(from: point) & 3
  var fraction = (bits(from: point - 64), bits(from: point - 128), bits(from: point - 192))
  let isAboveHalf = fraction.0 >> 63 == 1
  if isAboveHalf {
    quadrant = (quadrant + 1) & 3
    fraction = (~fraction.0, ~fraction.1, ~fraction.2)
  }
  // The leading 106 bits as two doubles.
  var exponent = 0
  if fraction.0 == 0 {
    fraction = (fraction.1, fraction.2, 0)
    exponent = -64
  }
  let zeros = UInt64(fraction.0.leadingZeroBitCount)
  if zeros > 0 {
    fraction.0 = fraction.0 << zeros | fraction.1 >> (64 - zeros)
    fraction.1 = fraction.1 << zeros | fraction.2 >> (64 - zeros)
  }
  let scale = Double(sign: .plus, exponent: exponent - Int(zeros), significand: 1)
  let high = Double(fraction.0 >> 11) * 0x1p-53 * scale
  let low = Double(fraction.0 << 53 | fraction.1 >> 11) * 0x1p-117 * scale

  // Times π/2, as a pair.
  let product = high * 0x1.921fb54442d18p+0
  let error = (-product).addingProduct(high, 0x1.921fb54442d18p+0)
  let rest = error + (high * 0x1.1a62633145c07p-54 + low * 0x1.921fb54442d18p+0)
  let r = product + rest
  let tail = rest - (r - product)
  // The distance to the next quadrant is negative, and so is everything for a negative angle.
  let isNegative = isAboveHalf != (x < 0)
  let signedQuadrant = x < 0 ? (4 - quadrant) & 3 : quadrant
  return (Double(signedQuadrant), isNegative ? -r : r, isNegative ? -tail : tail)
}
