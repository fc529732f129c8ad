import AutoDiff
import BeamMaps

/// Free flight by the full Hamiltonian H = −pz − pt/β, pz = √(δ² − px² − py²).
///
/// The time of flight (1/β − pt)/pz − 1/β cancels to the order of pt/γ². It is computed as (w +
/// p⊥²)/(β·pz·(a + pz)), without cancellation.
public struct FreeFlight<S: ParticleScalar>: Sendable {
  @usableFromInline let kinematics: Kinematics<S>

  /// Free flight relative to this reference particle.
  @inlinable @inline(__always)
  public init(_ reference: ReferenceParticle<S.Constant>) { kinematics = Kinematics(reference) }

  /// Moves the particle over `length` [m].
  ///
  /// - Returns: False where the particle does not move forward: pz² ≤ 0.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>, over length: S) -> S.Mask {
    let deficit = kinematics.momentumDeficit(z.pt)
    let transverse = z.px * z.px + z.py * z.py
    let squared = 1.0 - (deficit + transverse)
    let pz = S.sqrt(squared)
    let sum = kinematics.energyRatio(z.pt) + pz
    // One division serves both 1/pz and 1/(pz·(a + pz)).
    let inverse = 1.0 / (pz * sum)
    let lengthOverPz = length * (inverse * sum)
    z.x = z.x + lengthOverPz * z.px
    z.y = z.y + lengthOverPz * z.py
    z.t =
      z.t + length * inverse * kinematics.inverseBeta
      * (kinematics.slip(momentumDeficit: deficit) + transverse)
    return S.zero < squared
  }
}
