import AutoDiff
import BeamMaps

/// A uniform field B_z between hard edges, by the full Hamiltonian with α = ks/2:
///
///     H = −√(δ² − N) − pt/β,  N = (px + αy)² + (py − αx)²
///
/// N and with it pz = √(δ² − N) are constant, so that ``SolenoidTurn`` solves it with ℓ = L/pz. The
/// time of flight is that of free flight, with N for p⊥²: (w + N)/(β·pz·(a + pz)), without
/// cancellation.
public struct ExactSolenoid<S: ParticleScalar>: Motion {
  @usableFromInline let kinematics: Kinematics<S>
  @usableFromInline let turn: SolenoidTurn<S>
  @usableFromInline let length: S

  /// A solenoid of strength `ks` [1/m] over `length` [m].
  @inlinable
  public init(ks: S.Constant, length: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    turn = SolenoidTurn(ks: ks)
    self.length = S(length)
  }

  /// - Returns: False where the particle does not move forward: N ≥ δ².
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let deficit = kinematics.momentumDeficit(z.pt)
    let transverse = turn.transverse(z)
    let squared = 1.0 - (deficit + transverse)
    let pz = S.sqrt(squared)
    let sum = kinematics.energyRatio(z.pt) + pz
    // One division serves both 1/pz and 1/(pz·(a + pz)).
    let inverse = 1.0 / (pz * sum)
    z.t =
      z.t + length * inverse * kinematics.inverseBeta
      * (kinematics.slip(momentumDeficit: deficit) + transverse)
    turn.move(&z, over: length * (inverse * sum))
    return S.zero < squared
  }
}
