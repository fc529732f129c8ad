import AutoDiff
import BeamMaps

/// The part of free flight by the full Hamiltonian beyond the linear one: it changes positions and
/// time only.
public struct DriftBeyondLinear<S: ParticleScalar>: ScaledMotion {
  @usableFromInline let kinematics: Kinematics<S>
  @usableFromInline let length: S
  /// 1/(βγ)²
  @usableFromInline let inverseMomentumSquared: S

  /// This part of a flight over `length` [m].
  @inlinable
  public init(length: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    self.length = S(length)
    let betaGamma = reference.betaGamma
    inverseMomentumSquared = S(1.0 / (betaGamma * betaGamma))
  }

  /// - Returns: False where pz² ≤ 0.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>, times fraction: S) -> S.Mask {
    let length = length * fraction
    let transverse = z.px * z.px + z.py * z.py
    // q = 1 − pz²; 1/pz − 1 = q/(pz(1 + pz))
    let q = kinematics.momentumDeficit(z.pt) + transverse
    let squared = 1.0 - q
    let pz = S.sqrt(squared)
    let onePlus = 1.0 + pz
    let a = kinematics.energyRatio(z.pt)
    let sum = a + pz
    let inverse = 1.0 / (pz * onePlus * sum)
    let excess = length * q * inverse * sum
    z.x = z.x + excess * z.px
    z.y = z.y + excess * z.py
    z.t =
      z.t + length * inverse
      * (z.pt * inverseMomentumSquared * q * (onePlus + a)
        + transverse * kinematics.inverseBeta * onePlus)
    return S.zero < squared
  }
}
