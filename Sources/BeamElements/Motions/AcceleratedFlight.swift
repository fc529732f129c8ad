import AutoDiff
import BeamMaps

/// What a uniform accelerating field does on the axis: the path ∫ds/p, and the time of flight against
/// the reference particle.
///
/// In momenta over mc, with the particle's γ(s) = γ_ref(s) − P and the indices I, F for the particle, i,
/// f for the reference particle before and after, ∫ds/p = (arcosh γ_F − arcosh γ_I)/γ′ is computed as
/// L·W·asinhc((γ′·L·W)²) with W = (γ_F + γ_I)/(p_F·γ_I + γ_F·p_I), which is regular at γ′ = 0.
///
/// The time of flight on the axis, (p_F − p_I)/γ′ − (p_f − p_i)/γ′, cancels to the order of P/γ².
/// With γ/p = 1 + (γ − p)/p and γ − p = 1/(γ + p) it is L·P times a sum of positive terms.
@frozen
public struct AcceleratedFlight<S: ParticleScalar>: Sendable {
  @usableFromInline let length: S
  /// γ′·L = γ_f − γ_i
  @usableFromInline let gain: S
  @usableFromInline let before, after: Energy
  /// γ_i + γ_f
  @usableFromInline let energySum: S
  /// 2(γ_i − p_i + γ_f − p_f)
  @usableFromInline let excess: S
  /// L/(p_i + p_f)
  @usableFromInline let lengthOverMomenta: S

  /// The energy of a particle in three forms.
  @usableFromInline
  struct Energy: Sendable {
    /// γ − 1
    @usableFromInline let kinetic: S
    /// p = √((γ − 1)(γ + 1))
    @usableFromInline let momentum: S
    /// γ − p = 1/(γ + p)
    @usableFromInline let excess: S

    @inlinable @inline(__always)
    init(kinetic: S) {
      self.kinetic = kinetic
      momentum = S.sqrt(kinetic * (kinetic + 2.0))
      excess = 1.0 / (1.0 + kinetic + momentum)
    }

    @inlinable
    init(kinetic: S.Constant, momentum: S.Constant) {
      self.kinetic = S(kinetic)
      self.momentum = S(momentum)
      excess = S(1.0 / (1.0 + kinetic + momentum))
    }

    @inlinable @inline(__always) var gamma: S { 1.0 + kinetic }
  }

  /// The flight over `length` L [m] from the reference energy γ − 1 = `before` to `after`, where
  /// `gain` is γ′·L.
  @inlinable
  public init(length: S.Constant, gain: S.Constant, from before: S.Constant, to after: S.Constant) {
    typealias C = S.Constant
    let (p0, p1) = (C.sqrt(before * (before + 2.0)), C.sqrt(after * (after + 2.0)))
    self.length = S(length)
    self.gain = S(gain)
    self.before = Energy(kinetic: before, momentum: p0)
    self.after = Energy(kinetic: after, momentum: p1)
    let (gamma0, gamma1) = (1.0 + before, 1.0 + after)
    energySum = S(gamma0 + gamma1)
    excess = S(2.0 / (gamma0 + p0) + 2.0 / (gamma1 + p1))
    lengthOverMomenta = S(length / (p0 + p1))
  }

  /// The flight of one particle.
  @frozen
  public struct Flight: Sendable {
    /// ∫ds/p [m]
    public let path: S
    /// The time on the axis, against the reference particle [m].
    public let delay: S
    /// ∫γ/p³ ds [m]: what half the square of a constant transverse momentum adds.
    public let slip: S
    /// False where the particle has no kinetic energy, before or after.
    public let isInside: S.Mask

    @inlinable @inline(__always)
    init(path: S, delay: S, slip: S, isInside: S.Mask) {
      (self.path, self.delay, self.slip, self.isInside) = (path, delay, slip, isInside)
    }
  }

  /// The flight of a particle whose energy γ is lower by `deficit` P than the reference particle's.
  @inlinable @inline(__always)
  public func callAsFunction(_ deficit: S) -> Flight {
    let start = Energy(kinetic: before.kinetic - deficit)
    let end = Energy(kinetic: after.kinetic - deficit)
    let gammas = start.gamma + end.gamma
    let w = gammas / (end.momentum * start.gamma + end.gamma * start.momentum)
    let path = length * w * S.asinhc((gain * w).squared)
    // The time, with P·[(γ_i + γ_f)(a + b) + 2(γ_i − p_i + γ_f − p_f)] for the difference of
    // (γ_i + γ_f)/(p_i + p_f); a and b are (γ_I + γ_i)/(p_I + p_i) − 1 and the same at the end.
    let a = (start.excess + before.excess) / (start.momentum + before.momentum)
    let b = (end.excess + after.excess) / (end.momentum + after.momentum)
    let inverse = 1.0 / (start.momentum + end.momentum)
    return Flight(
      path: path,
      delay: lengthOverMomenta * deficit * (energySum * (a + b) + excess) * inverse,
      slip: length * gammas * inverse / (start.momentum * end.momentum),
      isInside: (S.zero < start.kinetic) .& (S.zero < end.kinetic))
  }
}
