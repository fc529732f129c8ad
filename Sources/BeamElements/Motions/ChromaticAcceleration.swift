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
/// ed. The particle turns by the angle αℓ of ℓ = ∫ds/p, and its kinetic transverse momentum stays.
public struct ChromaticAcceleration<S: ParticleScalar>: Motion {
  @usableFromInline let flight: AcceleratedFlight<S>
  /// α [1/m]
  @usableFromInline let alpha: S
  /// p_i
  @usableFromInline let momentum: S
  /// p_i/p_f
  @usableFromInline let momentumRatio: S
  /// α/p_f
  @usableFromInline let alphaOverMomentum: S

  /// The motion over `length` L [m] with fields `ez` = qE/(mc²) and `bz` = qB/(mc) [1/m], where
  /// the reference particle is accelerated from `before` to `after`.
  @inlinable
  public init(
    length: S.Constant, ez: S.Constant, bz: S.Constant,
    from before: ReferenceParticle<S.Constant>, to after: ReferenceParticle<S.Constant>
  ) {
    flight = AcceleratedFlight(
      length: length, gain: ez * length, from: before.kineticEnergyOverMass,
      to: after.kineticEnergyOverMass)
    alpha = S(bz * 0.5)
    momentum = S(before.betaGamma)
    momentumRatio = S(before.betaGamma / after.betaGamma)
    alphaOverMomentum = S(bz * 0.5 / after.betaGamma)
  }

  /// - Returns: False where the particle has no kinetic energy, before or after.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    // Momenta over mc.
    let flight = flight(z.pt * momentum)
    let (px, py) = (z.px * momentum, z.py * momentum)
    let kineticX = px + alpha * z.y
    let kineticY = py - alpha * z.x
    z.t = z.t + (flight.delay + 0.5 * flight.slip * (kineticX.squared + kineticY.squared))

    // Both planes focus alike and then turn by θ, whose sine and cosine are Stumpff's functions.
    let angle = alpha * flight.path
    let stumpff = Stumpff(angle.squared)
    let cosine = stumpff.c0
    let sine = angle * stumpff.c1
    let stretch = flight.path * stumpff.c1
    let focusing = alphaOverMomentum * sine
    let (x, y) = (cosine * z.x + stretch * px, cosine * z.y + stretch * py)
    let xSlope = momentumRatio * (cosine * z.px) - focusing * z.x
    let ySlope = momentumRatio * (cosine * z.py) - focusing * z.y
    z.x = cosine * x + sine * y
    z.y = cosine * y - sine * x
    z.px = cosine * xSlope + sine * ySlope
    z.py = cosine * ySlope - sine * xSlope
    z.pt = momentumRatio * z.pt
    return flight.isInside
  }
}
