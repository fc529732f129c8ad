import AutoDiff
import BeamMaps

/// A sector of uniform field with faces normal to the design orbit, by the full Hamiltonian
///
///     H = −(1 + hx)·pz + h(x + hx²/2) − pt/β
///
/// D. L. Bruhwiler et al., EPAC 98, 1171 (1998); its limit of high energy in E. Forest et al.,
/// Part. Accel. 45, 65 (1994). The textbook form adds and subtracts the radius 1/h: at h = 1e-9/m
/// it loses nine digits. Here the change of px is h·A and the particle's own angle is h·b, and h =
/// 0 is free flight, a regular case.
///
/// With Λ = ∫(1 + hx)/pz ds = L − b the time of flight is (aΛ − L)/β, which cancels to the order of
/// pt/γ². It is computed as ((a − pz)Λ − G)/β with G = L − pz·Λ, which is zero without curvature;
/// see ``move(_:)``.
public struct ExactBend<S: ParticleScalar>: Motion {
  @inlinable public static var kept: KeptCoordinates { .energy }

  @usableFromInline let kinematics: Kinematics<S>
  @usableFromInline let length: S
  /// h
  @usableFromInline let curvature: S
  /// cos φ, φ = hL
  @usableFromInline let cosine: S
  /// sin φ/h
  @usableFromInline let chord: S
  /// (1 − cos φ)/h
  @usableFromInline let sagitta: S
  /// L − sin φ/h
  @usableFromInline let lengthBeyondChord: S

  /// A sector over `length` [m] of the design orbit with `curvature` h [1/m].
  @inlinable
  public init(length: S.Constant, curvature: S.Constant, _ reference: ReferenceParticle<S.Constant>)
  {
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
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
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
