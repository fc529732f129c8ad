// Trigonometric functions of double-double numbers, for arguments of any size.
import AutoDiff

extension DoubleDouble {
  /// π/2; mpmath 1.3.
  public static let halfPi = DoubleDouble(high: 0x1.921fb54442d18p+0, low: 0x1.1a62633145c07p-54)
  public static let pi = 2.0 * halfPi

  /// 2/π = Σ wᵢ·2^(−32(i+1)), 1280 bits; mpmath 1.3 at 2000 bits.
  static let twoOverPi: [UInt64] = [
    0xa2f9_836e, 0x4e44_1529, 0xfc27_57d1, 0xf534_ddc0, 0xdb62_9599,
    0x3c43_9041, 0xfe51_63ab, 0xdebb_c561, 0xb724_6e3a, 0x424d_d2e0,
    0x0649_2eea, 0x09d1_921c, 0xfe1d_eb1c, 0xb129_a73e, 0xe882_35f5,
    0x2ebb_4484, 0xe99c_7026, 0xb45f_7e41, 0x3991_d639, 0x8353_39f4,
    0x9c84_5f8b, 0xbdf9_283b, 0x1ff8_97ff, 0xde05_980f, 0xef2f_118b,
    0x5a0a_6d1f, 0x6d36_7ecf, 0x27cb_09b7, 0x4f46_3f66, 0x9e5f_ea2d,
    0x7527_bac7, 0xebe5_f17b, 0x3d07_39f7, 0x8a52_92ea, 0x6bfb_5fb1,
    0x1f8d_5d08, 0x5603_3046, 0xfc7b_6bab, 0xf0cf_bc20, 0x9af4_361d,
  ]

  /// A double x = q·π/2 + r with q modulo 4 and |r| ≤ π/4 (M. Payne, R. Hanek, 1983).
  ///
  /// x is an integer m < 2⁵³ times 2ᵉ. m times ten words of 2/π, starting where the product is
  /// below 2⁸⁶, is an exact integer; what is left out is below 2⁻²³⁰, and no double is closer to a
  /// multiple than 2⁻⁶².
  static func reducedAngle(_ x: Double) -> (quadrant: Int, r: DoubleDouble) {
    if x.magnitude < 0.785 { return (0, Self(x)) }
    let e = Int(x.exponent) - 52
    let m = UInt64(x.significand * 0x1p52)
    let first = e > 2 ? (e - 2) / 32 : 0
    let count = 10

    // The product's limbs, lowest first.
    var limbs = [UInt64](repeating: 0, count: count + 2)
    for (shift, part) in [m & 0xffff_ffff, m >> 32].enumerated() {
      var carry: UInt64 = 0
      for i in 0..<count {
        let word = twoOverPi[first + count - 1 - i]
        let sum = limbs[i + shift] + word * part + carry
        limbs[i + shift] = sum & 0xffff_ffff
        carry = sum >> 32
      }
      limbs[count + shift] += carry
    }

    // The point stands before bit `point`: two bits of quadrant above, the fraction below.
    let point = 32 * (first + count) - e
    func limb(_ i: Int) -> UInt64 { i < limbs.count ? limbs[i] : 0 }
    func bit(_ i: Int) -> Int { Int(limb(i / 32) >> UInt64(i % 32)) & 1 }
    var quadrant = bit(point) + 2 * bit(point + 1)
    let isAboveHalf = bit(point - 1) == 1
    if isAboveHalf { quadrant += 1 }

    // The fraction, or its distance to 1: the complement, but for one unit in the last of 300 bits.
    var fraction = zero
    for i in stride(from: point / 32, through: 0, by: -1) {
      let width = min(32, point - 32 * i)
      let mask = (UInt64(1) << UInt64(width)) - 1
      let digits = (isAboveHalf ? ~limb(i) : limb(i)) & mask
      fraction += Self(Double(digits)).scaled(32 * i - point)
    }
    let r = (isAboveHalf ? -fraction : fraction) * halfPi
    return x < 0 ? ((4 - quadrant) & 3, -r) : (quadrant & 3, r)
  }

  public static func sincos(_ x: Self) -> (sin: Self, cos: Self) {
    guard x.high.isFinite else { return (Self(.nan), Self(.nan)) }
    var (quadrant, r) = reducedAngle(x.high)
    if x.low.magnitude < 0.5 {
      r += Self(x.low)
    } else {
      let rest = reducedAngle(x.low)
      quadrant += rest.quadrant
      r += rest.r
    }
    let (sine, cosine) = taylorSincos(r)
    switch quadrant & 3 {
    case 0: return (sine, cosine)
    case 1: return (cosine, -sine)
    case 2: return (-sine, -cosine)
    default: return (-cosine, sine)
    }
  }

  /// The series for |r| < 1.6: the first term left out is 1.6³⁸/38! = 1e-37.
  private static func taylorSincos(_ r: Self) -> (sin: Self, cos: Self) {
    let square = r * r
    var sineTerm = r
    var cosineTerm = one
    var sine = r
    var cosine = one
    for k in 1...18 {
      cosineTerm = -(cosineTerm * square) / Double((2 * k - 1) * (2 * k))
      sineTerm = -(sineTerm * square) / Double((2 * k) * (2 * k + 1))
      cosine += cosineTerm
      sine += sineTerm
      if cosineTerm.high.magnitude < 1e-36 { break }
    }
    return (sine, cosine)
  }

  public static func sin(_ x: Self) -> Self { sincos(x).sin }
  public static func cos(_ x: Self) -> Self { sincos(x).cos }
  public static func tan(_ x: Self) -> Self {
    let (sine, cosine) = sincos(x)
    return sine / cosine
  }

  /// The double angle, turned by what is missing: the angle between (x, y) and it is about 1e-16.
  public static func atan2(y: Self, x: Self) -> Self {
    let start = Double.atan2(y: y.high, x: x.high)
    let largest = max(x.high.magnitude, y.high.magnitude)
    guard largest > 0, largest.isFinite, start != 0 else { return Self(start) }
    let exponent = Int(largest.exponent)
    let a = x.scaled(-exponent)
    let b = y.scaled(-exponent)
    // A small angle is a ratio; the products below would underflow.
    if start.magnitude < 0x1p-200 { return b / a }
    let (sine, cosine) = sincos(Self(start))
    let d = (b * cosine - a * sine) / (a * cosine + b * sine)
    return Self(start) + (d - d * d * d / 3.0)
  }
  public static func atan(_ x: Self) -> Self {
    guard x.high.isFinite else { return Self(Double.atan(x.high)) }
    return atan2(y: x, x: one)
  }
  public static func asin(_ x: Self) -> Self {
    atan2(y: x, x: sqrt((1.0 - x) * (1.0 + x)))
  }
  public static func acos(_ x: Self) -> Self {
    atan2(y: sqrt((1.0 - x) * (1.0 + x)), x: x)
  }
}
