import AutoDiff
import BeamMaps

/// The motion of a thin bend: px ← px − hθx + θ(δ − 1), t ← t + θx·a/(βδ).
public struct ThinBend<S: ParticleScalar>: Motion {
  @usableFromInline let kinematics: Kinematics<S>
  @usableFromInline let angle: S
  @usableFromInline let focusing: S

  /// A bend by `angle` θ [rad] with the weak focusing of `curvature` h [1/m].
  @inlinable
  public init(
    angle: S.Constant, curvature: S.Constant, _ reference: ReferenceParticle<S.Constant>
  ) {
    kinematics = Kinematics(reference)
    self.angle = S(angle)
    focusing = S(angle * curvature)
  }

  /// - Returns: False for a particle without momentum.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let deficit = kinematics.momentumDeficit(z.pt)
    let squared = 1.0 - deficit
    let delta = S.sqrt(squared)
    // δ − 1 = −deficit/(1 + δ), without cancellation.
    z.px = z.px - focusing * z.x - angle * (deficit / (1.0 + delta))
    z.t =
      z.t + angle * z.x * kinematics.energyRatio(z.pt) * kinematics.inverseBeta / delta
    return S.zero < squared
  }
}
