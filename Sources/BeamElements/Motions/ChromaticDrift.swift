import AutoDiff
import BeamMaps

/// The drift with H = −δ + (px² + py²)/(2δ) − pt/β: second order in the transverse coordinates,
/// exact in the energy.
///
/// The time of flight a/(βδ) − 1/β would lose all its digits at high energy. It is computed as
/// w/(βδ(a + δ)).
public struct ChromaticDrift<S: ParticleScalar>: Motion {
  @inlinable public static var kept: KeptCoordinates { .momenta }

  @usableFromInline let kinematics: Kinematics<S>
  @usableFromInline let length: S

  /// A drift over `length` [m].
  @inlinable
  public init(length: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    self.length = S(length)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let deficit = kinematics.momentumDeficit(z.pt)
    let squared = 1.0 - deficit
    let delta = S.sqrt(squared)
    let a = kinematics.energyRatio(z.pt)
    let inverse = 1.0 / (delta * (a + delta))
    let inverseDelta = inverse * (a + delta)
    let slope = length * inverseDelta
    let transverse = z.px * z.px + z.py * z.py
    z.x = z.x + slope * z.px
    z.y = z.y + slope * z.py
    let slip: S = kinematics.slip(momentumDeficit: deficit) * inverse
    let detour: S = 0.5 * a * transverse * (inverseDelta * inverseDelta * inverseDelta)
    z.t = z.t + length * kinematics.inverseBeta * (slip + detour)
    return S.zero < squared
  }
}
