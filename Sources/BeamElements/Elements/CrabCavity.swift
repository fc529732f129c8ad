import AutoDiff
import BeamMaps
import ParameterTables

/// A deflecting cavity: the kick in x goes with the time of arrival. The reference particle is not
/// touched. The placement's `tilt` by π/2 turns the deflection into y.
///
/// With a length it is a deflecting wave in step with the reference particle: free flight and kicks.
public struct CrabCavity: SplitElement, OscillatingElement {
  /// V = qV̂/(mc²) of the whole length.
  public var normalizedVoltage: Double
  /// Amplitude [V]; a positive one deflects the beam's own species to +x at phase 0. Divided by the
  /// rest energy, it is added to `normalizedVoltage`.
  public var voltage: Double
  /// Frequency of the field [Hz].
  public var frequency: Double
  /// The frequency over that of revolution in a ring, in its place; nil if the frequency is given.
  public var harmonic: Double?
  /// Phase φ of the field when the reference particle passes [rad]: 0 deflects most, −π/2 is the zero
  /// crossing where late particles go to +x.
  public var phase: Double
  /// Length along the design orbit [m].
  public var length: Double
  /// The model by which it is tracked: exact, or thin with one kick in the middle of each slice.
  public var model: ElementModel
  /// Order of the splitting in the exact model: 2, 4 or 6; nil for an automatic choice.
  public var order: Int?
  /// Number of splitting steps in each slice; nil for an automatic choice.
  public var steps: Int?

  /// A cavity with voltage over mc²/q or `voltage` [V], `frequency` [Hz], `phase` [rad] and `length`
  /// [m].
  public init(
    normalizedVoltage: Double = 0, voltage: Double = 0, frequency: Double, phase: Double = 0,
    length: Double = 0
  ) {
    self.normalizedVoltage = normalizedVoltage
    self.voltage = voltage
    self.frequency = frequency
    self.phase = phase
    self.length = length
    model = .exact
  }

  public var splitting: Splitting {
    get { Splitting(order: order, steps: steps) }
    set { (order, steps) = (newValue.order, newValue.steps) }
  }

  public init() { self.init(frequency: 0) }

  public static let kind = "CrabCavity"
  public static let summary = "A deflecting cavity: the kick in x goes with the time of arrival."
  public static let modelChoice = ModelChoice<Self>.among([.thin, .exact], \.model)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>(
    [
      .real(
        "normalized_voltage", \.normalizedVoltage, "Voltage times charge over rest energy."),
      .real(
        "voltage", \.voltage, unit: "V",
        "Voltage; positive deflects the beam's species to +x at phase 0."),
      .real(
        "frequency", \.frequency, unit: "Hz", in: .nonNegative,
        "Frequency of the field."),
      .optional(
        "harmonic", \.harmonic, in: .positive, fixed: true,
        "Frequency over that of revolution in a ring, instead of frequency."),
      .real(
        "phase", \.phase, unit: "rad",
        "Phase for the reference particle; 0 deflects most, -pi/2 is the zero crossing."),
      .real("length", \.length, unit: "m", in: .nonNegative, "Length."),
      .chosen("order", \.order, among: [2, 4, 6], "Order of the splitting in the exact model."),
      .chosen("steps", \.steps, "Steps of the splitting in each slice, in the exact model."),
    ],
    alternatives: [
      .exactlyOne(of: "normalized_voltage", "voltage"), .exactlyOne(of: "frequency", "harmonic"),
    ])

  /// Without a length there is nothing to split.
  public var isSplit: Bool { model == .exact && length != 0 }

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let voltage = q.normalizedVoltage + q.voltage * reference.species.gammaPerVolt
    let kick = DeflectingKick<S>(
      amplitude: slice.length(of: voltage) / reference.betaGamma, phase: q.phase,
      wavenumber: q.frequency * (2 * .pi / PhysicalConstants.speedOfLight))
    if length == 0 && !q.replaces(\.length) { return TransferMap(kick) }
    let sliceLength = slice.length(of: q.length)
    let method =
      model == .thin
      ? SymplecticSplitting(order: 2, steps: 1) : SymplecticSplitting(splitting, unnamed: 1)
    return TransferMap(
      SplitMotion(
        method,
        a: { fraction in ExactDrift<S>(length: sliceLength * fraction, reference) }, b: kick))
  }
}
