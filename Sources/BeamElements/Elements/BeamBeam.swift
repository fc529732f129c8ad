import AutoDiff
import BeamMaps
import ParameterTables

/// The kick of an opposing bunch with a Gaussian cross-section, which is not disturbed (weak–strong) and
/// has no length. Energy and time do not change.
public struct BeamBeam: Element {
  /// Number N of particles in the opposing bunch.
  public var particles: Double
  /// Charge of each of them [e], signed.
  public var charge: Double
  /// Standard deviation of the opposing bunch in x [m], above 0.
  public var sigmaX: Double
  /// Standard deviation of the opposing bunch in y [m], above 0.
  public var sigmaY: Double
  /// Centre of the opposing bunch in x [m].
  public var offsetX: Double
  /// Centre of the opposing bunch in y [m].
  public var offsetY: Double
  /// Velocity β₂ of the opposing bunch over that of light; nil for that of the reference particle.
  public var beta: Double?

  /// A bunch of `particles` with `charge` [e] each and standard deviations `sigmaX`, `sigmaY` [m].
  public init(particles: Double, charge: Double, sigmaX: Double, sigmaY: Double) {
    self.particles = particles
    self.charge = charge
    self.sigmaX = sigmaX
    self.sigmaY = sigmaY
    offsetX = 0
    offsetY = 0
  }

  public init() { self.init(particles: 0, charge: 1, sigmaX: 1e-3, sigmaY: 1e-3) }

  public static let kind = "BeamBeam"
  public static let summary = "The kick of an opposing bunch with a Gaussian cross-section."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([
    .real(
      "particles", \.particles, in: .nonNegative, required: true,
      "Number of particles in the opposing bunch."),
    .real("charge", \.charge, unit: "e", required: true, "Charge of each of them."),
    .real(
      "sigma_x", \.sigmaX, unit: "m", in: .positive, required: true,
      "Standard deviation of the opposing bunch in x."),
    .real(
      "sigma_y", \.sigmaY, unit: "m", in: .positive, required: true,
      "Standard deviation of the opposing bunch in y."),
    .real("offset_x", \.offsetX, unit: "m", "Centre of the opposing bunch in x."),
    .real("offset_y", \.offsetY, unit: "m", "Centre of the opposing bunch in y."),
    .optional(
      "beta", \.beta, in: 0...1, none: "same as reference",
      "Velocity of the opposing bunch over that of light; that of the reference if not given."),
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  /// 𝒦 = N·q·q₂·e²(1 + ββ₂)/(2πε₀mc²·βγ(β + β₂)) [m]: what acts in proportion to the charge density,
  /// electric and magnetic. It becomes 2Nr/γ at the speed of light.
  private func strength<C: RealScalar>(
    _ q: Lifted<Self, C>, _ reference: ReferenceParticle<C>
  ) -> C {
    let species = reference.species
    // e/(2πε₀) over mc²/e [V]
    let perParticle =
      PhysicalConstants.elementaryCharge / (2 * .pi * PhysicalConstants.vacuumPermittivity)
      / (species.mass * 1e6) * species.chargeNumber
    let own = reference.beta
    let opposing = q.beta ?? own
    return perParticle * q.particles * q.charge * (1.0 + own * opposing)
      / (reference.betaGamma * (own + opposing))
  }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(
      GaussianBeamKick<S>(
        strength: slice.kick(strength(q, reference)), sigma: (q.sigmaX, q.sigmaY),
        center: (q.offsetX, q.offsetY)))
  }
}
