// Functions that transfer maps need and that are smooth where their textbook forms divide zero by
// zero.

/// Stumpff's functions c₀ … c₃ at one argument.
///
///     c₀ = cos√z    c₁ = sin√z/√z    c₂ = (1 − cos√z)/z    c₃ = (√z − sin√z)/z^{3/2}
///
/// They are entire in z: positive arguments oscillate, negative ones are hyperbolic, and zero is an
/// ordinary point. With z = κL² they give focusing, drift and defocusing by one formula: C = c₀, S
/// = L·c₁, (1 − C)/κ = L²c₂, (L − S)/κ = L³c₃.
@frozen
public struct Stumpff<S: RealScalar>: Sendable {
  /// c₀(z), c₁(z), c₂(z) and c₃(z) at the argument z that they were computed for.
  public var c0, c1, c2, c3: S

  /// Four values that are known already.
  @inlinable @inline(__always)
  public init(c0: S, c1: S, c2: S, c3: S) {
    self.c0 = c0
    self.c1 = c1
    self.c2 = c2
    self.c3 = c3
  }

  /// The four functions at `z`.
  @inlinable @inline(__always)
  public init(_ z: S) { self = Self.pair(z).plus }

  /// The four functions at `z` and at `-z`, as the two planes of a quadrupole need them; both for
  /// the price of one, since they share the even and odd parts of their series.
  @inlinable @inline(__always)
  public static func pair(_ z: S) -> (plus: Self, minus: Self) {
    let isSmall = S.abs(z) <= S(1.0)
    if isSmall.all { return series(z) }
    return mixed(z)
  }

  /// Both for lanes of which some are outside the domain of the series. This is rare, and not
  /// inlined into the loops of callers.
  @inlinable @inline(never)
  static func mixed(_ z: S) -> (plus: Self, minus: Self) {
    let isSmall = S.abs(z) <= S(1.0)
    let inside = series(S.select(isSmall, z, .zero))
    let (plus, minus) = closedForms(S.select(isSmall, S(2.0), z))
    return (
      choose(isSmall, inside.plus, plus), choose(isSmall, inside.minus, minus)
    )
  }

  @inlinable @inline(__always)
  static func choose(_ mask: S.Mask, _ a: Self, _ b: Self) -> Self {
    Self(
      c0: .select(mask, a.c0, b.c0), c1: .select(mask, a.c1, b.c1),
      c2: .select(mask, a.c2, b.c2), c3: .select(mask, a.c3, b.c3))
  }

  /// c_k(z) = Σ_j (−z)^j/(2j+k)!, for |z| ≤ 1.
  ///
  /// In double precision c₂ has nine terms and c₃ eight: the first one left out is below 1/20! =
  /// 4e-19 and 1/19! = 8e-18. In single precision five and four: 1/12! = 2e-9 and 1/11! = 3e-8 of
  /// c₃(0) = 1/6 … two units in the last place would be 4e-8.
  @inlinable @inline(__always)
  static func series(_ z: S) -> (plus: Self, minus: Self) {
    let w = z * z
    let even2: S
    let odd2: S
    let even3: S
    let odd3: S
    if S.epsilon > 1e-10 {
      even2 = .polynomial(w, [1.0 / 2, 1.0 / 720, 1.0 / 3_628_800])
      odd2 = .polynomial(w, [1.0 / 24, 1.0 / 40_320])
      even3 = .polynomial(w, [1.0 / 6, 1.0 / 5040, 1.0 / 39_916_800])
      odd3 = .polynomial(w, [1.0 / 120, 1.0 / 362_880])
    } else {
      even2 = .polynomial(
        w,
        [
          1.0 / 2, 1.0 / 720, 1.0 / 3_628_800, 1.0 / 87_178_291_200, 1.0 / 6_402_373_705_728_000,
        ])
      odd2 = .polynomial(
        w, [1.0 / 24, 1.0 / 40_320, 1.0 / 479_001_600, 1.0 / 20_922_789_888_000])
      even3 = .polynomial(
        w, [1.0 / 6, 1.0 / 5040, 1.0 / 39_916_800, 1.0 / 1_307_674_368_000])
      odd3 = .polynomial(
        w, [1.0 / 120, 1.0 / 362_880, 1.0 / 6_227_020_800, 1.0 / 355_687_428_096_000])
    }
    let c2Plus = even2 - z * odd2
    let c2Minus = even2 + z * odd2
    let c3Plus = even3 - z * odd3
    let c3Minus = even3 + z * odd3
    return (
      Self(c0: 1.0 - z * c2Plus, c1: 1.0 - z * c3Plus, c2: c2Plus, c3: c3Plus),
      Self(c0: 1.0 + z * c2Minus, c1: 1.0 + z * c3Minus, c2: c2Minus, c3: c3Minus)
    )
  }

  /// The closed forms at z and −z for |z| > 1, in half angles: 1 − cos φ = 2 sin²(φ/2) does not
  /// cancel, and 1 − sin φ/φ ≥ 0.158 loses less than three bits.
  @inlinable
  static func closedForms(_ z: S) -> (plus: Self, minus: Self) {
    let magnitude = S.abs(z)
    let root = S.sqrt(magnitude)
    let inverse = 1.0 / magnitude
    let (sine, cosine) = S.sincos(0.5 * root)
    let hyperbolicSine = S.sinh(0.5 * root)
    let hyperbolicCosine = S.cosh(0.5 * root)
    let oscillating1 = 2.0 * sine * cosine / root
    let oscillating = Self(
      c0: (cosine - sine) * (cosine + sine), c1: oscillating1, c2: 2.0 * sine * sine * inverse,
      c3: (1.0 - oscillating1) * inverse)
    let growing1 = 2.0 * hyperbolicSine * hyperbolicCosine / root
    let growing = Self(
      c0: 1.0 + 2.0 * hyperbolicSine * hyperbolicSine, c1: growing1,
      c2: 2.0 * hyperbolicSine * hyperbolicSine * inverse, c3: (growing1 - 1.0) * inverse)
    let isPositive = S.zero < z
    return (choose(isPositive, oscillating, growing), choose(isPositive, growing, oscillating))
  }
}

extension RealScalar {
  /// √(1 + x) − 1 without cancellation near x = 0; defined for x ≥ −1.
  @inlinable @inline(__always)
  public static func sqrtOnePlusMinusOne(_ x: Self) -> Self { x / (1.0 + sqrt(1.0 + x)) }

  /// sin x/x, smooth at x = 0.
  @inlinable
  public static func sinc(_ x: Self) -> Self { Stumpff(x * x).c1 }

  /// atan(√u)/√u for u ≥ 0, analytic at u = 0.
  ///
  /// For u ≤ tan²(π/16) it is 1 − u·r(u), r the series of ``atancRemainder(_:)``, with nothing to
  /// cancel. Larger arguments are brought there by halving the angle,
  /// atan x = 2·atan(x/(1 + √(1 + x²))), which is smooth too.
  @inlinable @inline(__always)
  public static func atanc(_ u: Self) -> Self {
    let limit = Self(0.0395)
    if (u <= limit).all { return 1.0 - u * atancRemainderSeries(u) }
    var v = u
    var factor = Self.one
    for _ in 0..<3 {
      let half = 1.0 / (1.0 + sqrt(1.0 + v))
      v = v * half * half
      factor = factor * (2.0 * half)
    }
    return factor * (1.0 - v * atancRemainderSeries(v))
  }

  /// (1 − atan(√u)/√u)/u for u ≥ 0, analytic at u = 0.
  ///
  /// For u ≤ tan²(π/16) the series Σ (−u)^j/(2j+3) of twelve terms leaves 0.0396¹²/27 < 1e-18 (five
  /// in single precision: 1e-8). Larger arguments are brought there by halving the angle: with k =
  /// 1/(1 + √(1 + u)), r(u) = k²(1 + 2k·r(k²u)), a sum of positive terms.
  @inlinable @inline(__always)
  public static func atancRemainder(_ u: Self) -> Self {
    if (u <= Self(0.0395)).all { return atancRemainderSeries(u) }
    let k1 = 1.0 / (1.0 + sqrt(1.0 + u))
    let u1 = k1 * k1 * u
    let k2 = 1.0 / (1.0 + sqrt(1.0 + u1))
    let u2 = k2 * k2 * u1
    let k3 = 1.0 / (1.0 + sqrt(1.0 + u2))
    let r3 = atancRemainderSeries(k3 * k3 * u2)
    let r2 = k3 * k3 * (1.0 + 2.0 * k3 * r3)
    let r1 = k2 * k2 * (1.0 + 2.0 * k2 * r2)
    return k1 * k1 * (1.0 + 2.0 * k1 * r1)
  }

  @inlinable @inline(__always)
  static func atancRemainderSeries(_ u: Self) -> Self {
    if epsilon > 1e-10 {
      return polynomial(u, [1.0 / 3, -1.0 / 5, 1.0 / 7, -1.0 / 9, 1.0 / 11])
    }
    return polynomial(
      u,
      [
        1.0 / 3, -1.0 / 5, 1.0 / 7, -1.0 / 9, 1.0 / 11, -1.0 / 13, 1.0 / 15, -1.0 / 17, 1.0 / 19,
        -1.0 / 21, 1.0 / 23, -1.0 / 25,
      ])
  }

  /// asinh(√u)/√u for u ≥ 0, analytic at u = 0.
  ///
  /// For u ≤ 0.04 the series Σ (−1)^j·(2j)!/(4^j·j!²·(2j + 1))·u^j of eleven terms leaves 0.0073·0.04¹¹ =
  /// 3e-18 (five in single precision: 2e-9). Above, √u ≥ 0.2 is far from the branch point.
  @inlinable @inline(__always)
  public static func asinhc(_ u: Self) -> Self {
    let isSmall = u <= Self(0.04)
    if isSmall.all { return asinhcSeries(u) }
    return mixedAsinhc(u, isSmall)
  }

  /// The same where some lanes are outside the domain of the series.
  @inlinable @inline(never)
  static func mixedAsinhc(_ u: Self, _ isSmall: Mask) -> Self {
    let inside = asinhcSeries(select(isSmall, u, .zero))
    let root = sqrt(select(isSmall, .one, u))
    return select(isSmall, inside, asinh(root) / root)
  }

  @inlinable @inline(__always)
  static func asinhcSeries(_ u: Self) -> Self {
    if epsilon > 1e-10 {
      return polynomial(u, [1, -1.0 / 6, 3.0 / 40, -5.0 / 112, 35.0 / 1152])
    }
    return polynomial(
      u,
      [
        1, -1.0 / 6, 3.0 / 40, -5.0 / 112, 35.0 / 1152, -63.0 / 2816, 231.0 / 13_312,
        -143.0 / 10_240, 6435.0 / 557_056, -12155.0 / 1_245_184, 46189.0 / 5_505_024,
      ])
  }
}
