import AutoDiff
import BeamMaps

/// The exact rotation in the plane of x and s from a frame in which the design orbit has the angle
/// φi to a frame in which it has φo: free flight onto the turned plane. With θ = φo − φi and
///
///     q = −2pt/β + pt² − px² − py² − 2px·sin φi,  pz = √(cos²φi + q)
///
/// MaryLie 3.0 manual, section 6.5; A. Dragt, Lie Methods, appendix V. There px turns by the
/// difference pz − cos φi, which cancels for small q; here it is q/(pz + cos φi).
public struct FrameRotation<S: ParticleScalar>: Motion {
  @usableFromInline let kinematics: Kinematics<S>
  /// sin φi and cos φi
  @usableFromInline let sineBefore, cosineBefore: S
  /// cos²φi
  @usableFromInline let cosineBeforeSquared: S
  /// sin θ and cos θ
  @usableFromInline let sine, cosine: S

  /// The rotation from a frame with the angle `before` φi to one with `after` φo [rad].
  @inlinable
  public init(
    from before: S.Constant, to after: S.Constant, _ reference: ReferenceParticle<S.Constant>
  ) {
    kinematics = Kinematics(reference)
    let (sineBefore, cosineBefore) = S.Constant.sincos(before)
    let (sine, cosine) = S.Constant.sincos(after - before)
    self.sineBefore = S(sineBefore)
    self.cosineBefore = S(cosineBefore)
    cosineBeforeSquared = S(cosineBefore * cosineBefore)
    self.sine = S(sine)
    self.cosine = S(cosine)
  }

  /// - Returns: False where the particle does not fly forward in one of the two frames.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let excess =
      -(kinematics.momentumDeficit(z.pt) + z.py * z.py + z.px * (z.px + 2.0 * sineBefore))
    let squared = cosineBeforeSquared + excess
    let pz = S.sqrt(squared)
    let pzAfter = pz * cosine - (z.px + sineBefore) * sine
    // The length of the flight over the particle's momentum.
    let flight = z.x * sine / pzAfter
    z.x = z.x * pz / pzAfter
    z.px = z.px * cosine + excess * sine / (pz + cosineBefore)
    z.y = z.y + z.py * flight
    z.t = z.t + (kinematics.inverseBeta - z.pt) * flight
    return (S.zero < squared) .& (S.zero < pzAfter)
  }
}
