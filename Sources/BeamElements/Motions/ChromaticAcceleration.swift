import AutoDiff
import BeamMaps

/// Uniform electric and magnetic fields along the axis, solved exactly: second order in the
/// transverse coordinates, exact in the energy.
///
/// In momenta over mc, with α = bz/2 and the particle's γ(s) = γ_ref(s) − P, P = pt·βγ:
///
///     H = −√(γ² − 1) + [(px + αy)² + (py − αx)²]/(2√(γ² − 1)),  γ_ref′ = ez
///
/// A. Dragt, Lie Methods for Nonlinear Dynamics; H. Wiedemann, Particle Accelerator Physics, 4th
/// ed. With indices I, F for the particle and i, f for the reference particle before and after, the
/// particle turns by the angle αℓ of ℓ = ∫ds/p = (arcosh γ_F − arcosh γ_I)/ez. It is computed as
/// L·W·asinhc((ez·L·W)²) with W = (γ_F + γ_I)/(p_F·γ_I + γ_F·p_I), which is regular at ez = 0.
///
/// The time of flight on the axis, (p_F − p_I)/ez − (p_f − p_i)/ez, cancels to the order of P/γ².
/// With γ/p = 1 + (γ − p)/p and γ − p = 1/(γ + p) it is L·P times a sum of positive terms; see
/// ``move(_:)``.
public struct ChromaticAcceleration<S: ParticleScalar>: Motion {
  @usableFromInline let length: S
  /// ez·L = γ_f − γ_i
  @usableFromInline let gain: S
  /// α [1/m]
  @usableFromInline let alpha: S
  @usableFromInline let before: Energy
  @usableFromInline let after: Energy
  /// p_i/p_f
  @usableFromInline let momentumRatio: S
  /// α/p_f
  @usableFromInline let alphaOverMomentum: S
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
    init(_ reference: ReferenceParticle<S.Constant>) {
      kinetic = S(reference.kineticEnergyOverMass)
      momentum = S(reference.betaGamma)
      excess = S(1.0 / (reference.gamma + reference.betaGamma))
    }

    @inlinable @inline(__always) var gamma: S { 1.0 + kinetic }
  }

  /// The motion over `length` L [m] with fields `ez` = qE/(mc²) and `bz` = qB/(mc) [1/m], where
  /// the reference particle is accelerated from `before` to `after`.
  @inlinable
  public init(
    length: S.Constant, ez: S.Constant, bz: S.Constant,
    from before: ReferenceParticle<S.Constant>, to after: ReferenceParticle<S.Constant>
  ) {
    self.length = S(length)
    gain = S(ez * length)
    alpha = S(bz * 0.5)
    self.before = Energy(before)
    self.after = Energy(after)
    let (p0, p1) = (before.betaGamma, after.betaGamma)
    momentumRatio = S(p0 / p1)
    alphaOverMomentum = S(bz * 0.5 / p1)
    energySum = S(before.gamma + after.gamma)
    excess = S(2.0 / (before.gamma + p0) + 2.0 / (after.gamma + p1))
    lengthOverMomenta = S(length / (p0 + p1))
  }

  /// - Returns: False where the particle has no kinetic energy, before or after.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    // Momenta over mc.
    let deficit = z.pt * before.momentum
    let (px, py) = (z.px * before.momentum, z.py * before.momentum)
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
    let onAxis = lengthOverMomenta * deficit * (energySum * (a + b) + excess) * inverse
    // ∫γ/p³ ds = L(γ_I + γ_F)/((p_I + p_F)·p_I·p_F), times the kinetic momentum's square, which
    // stays.
    let kineticX = px + alpha * z.y
    let kineticY = py - alpha * z.x
    let slip = length * gammas * inverse / (start.momentum * end.momentum)
    z.t = z.t + (onAxis + 0.5 * slip * (kineticX.squared + kineticY.squared))

    // Both planes focus alike and then turn by θ, whose sine and cosine are Stumpff's functions.
    let angle = alpha * path
    let stumpff = Stumpff(angle.squared)
    let cosine = stumpff.c0
    let sine = angle * stumpff.c1
    let stretch = path * stumpff.c1
    let focusing = alphaOverMomentum * sine
    let (x, y) = (cosine * z.x + stretch * px, cosine * z.y + stretch * py)
    let xSlope = momentumRatio * (cosine * z.px) - focusing * z.x
    let ySlope = momentumRatio * (cosine * z.py) - focusing * z.y
    z.x = cosine * x + sine * y
    z.y = cosine * y - sine * x
    z.px = cosine * xSlope + sine * ySlope
    z.py = cosine * ySlope - sine * xSlope
    z.pt = momentumRatio * z.pt
    return (S.zero < start.kinetic) .& (S.zero < end.kinetic)
  }
}
