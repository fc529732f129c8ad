import AutoDiff
import BeamMaps
import ParameterTables

/// A cavity of zero length. Each particle gains energy according to its own time of arrival. The
/// cavity does not focus.
///
/// The gain of the reference particle's γ is V·cos φ; momenta are rescaled to the new reference
/// momentum.
public struct ShortRFCavity: OscillatingElement {
  /// V = qV̂/(mc²): the largest gain of γ.
  public var normalizedVoltage: Double
  /// Amplitude [V]; a positive one accelerates the beam's own species at phase 0. Divided by the
  /// rest energy, it is added to `normalizedVoltage`.
  public var voltage: Double
  /// Frequency of the field [Hz].
  public var frequency: Double
  /// The frequency over that of revolution in a ring, in its place; nil if the frequency is given.
  public var harmonic: Double?
  /// Phase φ of the field when the reference particle passes [rad]: 0 on the crest, −π/2 at the
  /// zero crossing where late particles gain energy.
  public var phase: Double

  /// A cavity with voltage over mc²/q or `voltage` [V], `frequency` [Hz] and `phase` [rad].
  public init(
    normalizedVoltage: Double = 0, voltage: Double = 0, frequency: Double, phase: Double = 0
  ) {
    self.normalizedVoltage = normalizedVoltage
    self.voltage = voltage
    self.frequency = frequency
    self.phase = phase
  }

  public init() { self.init(frequency: 0) }

  public static let kind = "ShortRFCavity"
  public static let summary = "A cavity of zero length: energy gain by the time of arrival."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>(
    [
      .real(
        "normalized_voltage", \.normalizedVoltage,
        "Voltage times charge over rest energy: the largest gain of gamma."),
      .real(
        "voltage", \.voltage, unit: "V",
        "Voltage; positive accelerates the beam's species at phase 0."),
      .real(
        "frequency", \.frequency, unit: "Hz", in: .nonNegative,
        "Frequency of the field."),
      .optional(
        "harmonic", \.harmonic, in: .positive, fixed: true,
        "Frequency over that of revolution in a ring, instead of frequency."),
      .real(
        "phase", \.phase, unit: "rad",
        "Phase for the reference particle; 0 on the crest, -pi/2 bunches."),
    ],
    alternatives: [
      .exactlyOne(of: "normalized_voltage", "voltage"), .exactlyOne(of: "frequency", "harmonic"),
    ])

  /// V, the greatest gain of γ.
  private func amplitude<C: RealScalar>(
    _ q: Lifted<Self, C>, _ species: Species
  ) -> C {
    q.normalizedVoltage + q.voltage * species.gammaPerVolt
  }

  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    reference.kineticEnergyOverMass += slice.kick(
      amplitude(q, reference.species) * C.cos(q.phase))
  }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    // `reference` is at the end of the slice in the direction of passing.
    var before = reference
    advance(&before, over: slice.reversed, q)
    return TransferMap(
      CavityKick<S>(
        amplitude: slice.kick(amplitude(q, reference.species)), phase: q.phase,
        wavenumber: q.frequency * (2 * .pi / PhysicalConstants.speedOfLight),
        from: before, to: reference))
  }
}
