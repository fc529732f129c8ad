import AutoDiff

/// Relations between the energy and momentum of a particle and of the reference particle, without
/// cancellation: each quantity that is small against the reference is computed as a small quantity.
public struct Kinematics<S: RealScalar>: Sendable {
  /// β of the reference particle.
  public let beta: S
  /// 1/β
  public let inverseBeta: S
  /// 1/γ², from γ itself and not from 1 − β².
  public let inverseGammaSquared: S

  /// The constants for this reference particle.
  @inlinable @inline(__always)
  public init(_ reference: ReferenceParticle<S.Constant>) {
    let beta = reference.beta
    let gamma = reference.gamma
    self.beta = S(beta)
    inverseBeta = S(1.0 / beta)
    inverseGammaSquared = S(1.0 / (gamma * gamma))
  }

  /// 1 − δ² = pt(2/β − pt), for δ = p/p₀.
  @inlinable @inline(__always) public func momentumDeficit(_ pt: S) -> S {
    pt * (2.0 * inverseBeta - pt)
  }

  /// a = γ_particle/γ = 1 − β·pt
  @inlinable @inline(__always) public func energyRatio(_ pt: S) -> S { 1.0 - beta * pt }

  /// a² − δ² = (1 − δ²)/γ²: the slip in time between particles of different energy.
  @inlinable @inline(__always) public func slip(momentumDeficit: S) -> S {
    momentumDeficit * inverseGammaSquared
  }
}
