import AutoDiff

/// A sector of uniform field whose faces are normal to the design orbit, by the full Hamiltonian
///
///     H = −(1 + hx)·pz + h(x + hx²/2) − pt/β
///
/// D. L. Bruhwiler et al., EPAC 98, 1171 (1998); its limit of high energy in E. Forest et al., Part. Accel. 45, 65 (1994).
/// The textbook form adds and subtracts the radius 1/h: at h = 1e-9/m it loses nine digits. Here the change of px is
/// h·A, the particle's own angle is h·b, and h = 0 is free flight, an ordinary point.
struct ExactBend<S: ParticleScalar>: Motion {
  let kinematics: Kinematics<S>
  let length: S
  /// h
  let curvature: S
  /// cos φ, φ = hL
  let cosine: S
  /// sin φ/h
  let chord: S
  /// h·(1 − cos φ)/h² = (1 − cos φ)/h
  let sagitta: S

  init(length: S.Constant, curvature: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    let angle = curvature * length
    let stumpff = Stumpff(angle * angle)
    self.length = S(length)
    self.curvature = S(curvature)
    cosine = S(stumpff.c0)
    chord = S(length * stumpff.c1)
    sagitta = S(length * angle * stumpff.c2)
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
    // 1 − pz
    let lag = (deficit + px * px + py * py) / (1.0 + pz)
    // (final px − px)/h
    let a = -(sagitta * px) - (lag + curvature * x) * chord
    let pxFinal = px + curvature * a
    let squaredFinal = planar - pxFinal * pxFinal
    let pzFinal = S.sqrt(squaredFinal)
    let slope = (pxFinal + px) / (pz + pzFinal)
    // The direction turns by the angle h·b against the reference: its sine is h·d/planar, its cosine e/planar, and
    // the tangent of its half h·d/(planar + e), which has no branch.
    let d = a * (pz + px * slope)
    let e = pz * pzFinal + px * pxFinal
    let half = d / (planar + e)
    let b = 2.0 * half * S.atanc((curvature * half).squared)
    // ∫(1 + hx)/pz ds
    let path = length - b
    z.x = x * cosine - lag * sagitta + px * chord - a * slope
    z.px = pxFinal
    z.y = z.y + py * path
    z.t = z.t - (b * kinematics.inverseBeta + z.pt * path)
    return (S.zero < squared) .& (S.zero < squaredFinal)
  }
}
