import AutoDiff

/// A sector of uniform field whose faces are normal to the design orbit, by the full Hamiltonian
///
///     H = −(1 + hx)·pz + h(x + hx²/2) − pt/β
///
/// D. L. Bruhwiler et al., EPAC 98, 1171 (1998); its limit of high energy in E. Forest et al.,
/// Part. Accel. 45, 65 (1994). The textbook form adds and subtracts the radius 1/h: at h = 1e-9/m
/// it loses nine digits. Here the change of px is h·A, the particle's own angle is h·b, and h = 0
/// is free flight, an ordinary point.
///
/// With Λ = ∫(1 + hx)/pz ds = L − b the time of flight is (aΛ − L)/β, which cancels to the order of
/// pt/γ². It is written as ((a − pz)Λ − G)/β with G = L − pz·Λ, which is zero without curvature;
/// see ``advance(_:)``.
struct ExactBend<S: ParticleScalar>: Motion {
  let kinematics: Kinematics<S>
  let length: S
  /// h
  let curvature: S
  /// cos φ, φ = hL
  let cosine: S
  /// sin φ/h
  let chord: S
  /// (1 − cos φ)/h
  let sagitta: S
  /// L − sin φ/h
  let lengthBeyondChord: S

  init(length: S.Constant, curvature: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    let angle = curvature * length
    let stumpff = Stumpff(angle * angle)
    self.length = S(length)
    self.curvature = S(curvature)
    cosine = S(stumpff.c0)
    chord = S(length * stumpff.c1)
    sagitta = S(length * angle * stumpff.c2)
    lengthBeyondChord = S(length * angle * angle * stumpff.c3)
  }

  /// - Returns: False where the particle flies backward at the entrance or at the exit.
  @inline(__always)
  func advance(_ z: inout PhaseSpace<S>) -> S.Mask {
    let (x, px, py) = (z.x, z.px, z.py)
    let deficit = kinematics.momentumDeficit(z.pt)
    // Momentum in the plane of the bend, squared: pz² + px², a constant of the motion.
    let planar = 1.0 - (deficit + py * py)
    let squared = planar - px * px
    let pz = S.sqrt(squared)
    let transverse = px * px + py * py
    // 1 − pz
    let lag = (deficit + transverse) / (1.0 + pz)
    // (final px − px)/h: A = −bent − (1 − pz)·chord
    let bent = sagitta * px + curvature * x * chord
    let a = -bent - lag * chord
    let pxFinal = px + curvature * a
    let squaredFinal = planar - pxFinal * pxFinal
    let pzFinal = S.sqrt(squaredFinal)
    let inverseSum = 1.0 / (pz + pzFinal)
    let slope = (pxFinal + px) * inverseSum
    // The direction turns by the angle h·b against the reference; the tangent of its half is
    // h·A/(pz + final pz), which has no branch. With u its square, atan√u/√u = 1 − u·r(u).
    let half = a * inverseSum
    let u = (curvature * half).squared
    let remainder = u * S.atancRemainder(u)
    let b = 2.0 * half * (1.0 - remainder)
    let path = length - b
    // G = L − pz·Λ = (1 − pz)(L − chord·c) − bent·c with c = pz·b/A. The difference of c from 1 is
    // (pzFinal − pz + 2pz·u·r)/(pz + pzFinal), where pzFinal − pz = −h·A·slope.
    let turn = (2.0 * pz * remainder - curvature * a * slope) * inverseSum
    let geometric = lag * (lengthBeyondChord + chord * turn) - bent * (1.0 - turn)
    z.x = x * cosine - lag * sagitta + px * chord - a * slope
    z.px = pxFinal
    z.y = z.y + py * path
    // a − pz with a = γ/γ₀ of the particle, as in free flight.
    let slip =
      (kinematics.slip(momentumDeficit: deficit) + transverse)
      / (kinematics.energyRatio(z.pt) + pz)
    z.t = z.t + kinematics.inverseBeta * (slip * path - geometric)
    return (S.zero < squared) .& (S.zero < squaredFinal)
  }
}

extension RealScalar {
  /// (1 − atan(√u)/√u)/u for u ≥ 0, analytic at u = 0.
  ///
  /// For u ≤ tan²(π/16) the series Σ (−u)^j/(2j+3) of twelve terms leaves 0.0396¹²/27 < 1e-18 (five
  /// in single precision: 1e-8). Larger arguments are brought there by halving the angle: with k =
  /// 1/(1 + √(1 + u)), r(u) = k²(1 + 2k·r(k²u)), a sum of positive terms.
  @inline(__always)
  static func atancRemainder(_ u: Self) -> Self {
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

  @inline(__always)
  private static func atancRemainderSeries(_ u: Self) -> Self {
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
}
