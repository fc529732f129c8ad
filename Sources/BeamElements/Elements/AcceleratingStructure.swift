import AutoDiff
import BeamMaps
import ParameterTables

/// An accelerating structure whose wave keeps step with the reference particle: energy gain by the time
/// of arrival, the focusing of its ends, and that of its space harmonics.
///
/// J. Rosenzweig, L. Serafini, Phys. Rev. E 49, 1599 (1994), with the energy of each particle. A wave
/// that does not keep step, at low energy, needs the field on the axis: a ``FieldMap``. A structure
/// without length is a ``ShortRFCavity``.
public struct AcceleratingStructure: SplitElement, OscillatingElement {
  /// Length along the design orbit [m].
  public var length: Double
  /// V = qV̂/(mc²): the largest gain of γ over the whole length.
  public var normalizedVoltage: Double
  /// Amplitude [V]; a positive one accelerates the beam's own species at phase 0. Divided by the
  /// rest energy, it is added to `normalizedVoltage`.
  public var voltage: Double
  /// Frequency of the field [Hz].
  public var frequency: Double
  /// The frequency over that of revolution in a ring, in its place; nil if the frequency is given.
  public var harmonic: Double?
  /// Phase φ of the wave at the reference particle [rad]: 0 on the crest, −π/2 at the zero crossing
  /// where late particles gain energy.
  public var phase: Double
  /// What kind of wave it is. One that is set sets `focusing`, too, where that is the one of the wave
  /// before.
  public var wave: Wave {
    didSet {
      if focusing == oldValue.focusing { focusing = wave.focusing }
    }
  }
  /// η, the strength of the space harmonics' focusing: 1 in a pure standing wave of the π mode, 0 in a
  /// pure travelling wave.
  public var focusing: Double
  /// Whether the fields of the two ends focus.
  public var edges: Bool
  /// Order of the splitting: 2, 4 or 6; nil for an automatic choice.
  public var order: Int?
  /// Number of splitting steps in each slice; nil for an automatic choice.
  public var steps: Int?

  /// The waves of accelerating structures.
  public enum Wave: String, ParameterWord {
    /// A standing wave.
    case standing
    /// A travelling wave.
    case traveling

    /// η if nothing else is said.
    var focusing: Double { self == .standing ? 1 : 0 }
  }

  /// A structure of `length` [m] with voltage over mc²/q or `voltage` [V], `frequency` [Hz] and `phase`
  /// [rad].
  public init(
    length: Double, normalizedVoltage: Double = 0, voltage: Double = 0, frequency: Double,
    phase: Double = 0, wave: Wave = .standing
  ) {
    self.length = length
    self.normalizedVoltage = normalizedVoltage
    self.voltage = voltage
    self.frequency = frequency
    self.phase = phase
    self.wave = wave
    focusing = wave.focusing
    edges = true
  }

  public var splitting: Splitting {
    get { Splitting(order: order, steps: steps) }
    set { (order, steps) = (newValue.order, newValue.steps) }
  }

  public init() { self.init(length: 1, frequency: 1e9) }

  public static let hasAccurateMatrix = false
  public static let kind = "AcceleratingStructure"
  public static let summary = "An accelerating structure in step with the beam, with its focusing."
  public static let modelChoice = ModelChoice<Self>.only(.chromatic)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>(
    [
      .real("length", \.length, unit: "m", in: .positive, required: true, "Length."),
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
      // Before the focusing, which it sets.
      .word("wave", \.wave.word, among: Wave.words, "Standing or travelling wave."),
      .real(
        "focusing", \.focusing, in: .nonNegative,
        "Strength of the space harmonics' focusing; 0 if not given for a travelling wave."),
      .flag("edges", \.edges, "Whether the ends focus."),
      .chosen("order", \.order, among: [2, 4, 6], "Order of the splitting."),
      .chosen("steps", \.steps, "Steps of the splitting in each slice."),
    ],
    alternatives: [
      .exactlyOne(of: "normalized_voltage", "voltage"), .exactlyOne(of: "frequency", "harmonic"),
    ])

  public var isSplit: Bool { length != 0 }

  public var mistakes: [String] {
    length == 0 ? ["a structure has a length; a ShortRFCavity has none"] : []
  }

  /// G, the greatest gain of γ per length.
  private func gradient<C: RealScalar>(_ q: Lifted<Self, C>, _ species: Species) -> C {
    (q.normalizedVoltage + q.voltage * species.gammaPerVolt) / q.length
  }

  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    guard length != 0 else { return }
    let length = slice.length(of: q.length)
    let before = reference
    reference.fly(over: length)
    reference.kineticEnergyOverMass +=
      gradient(q, reference.species) * C.cos(q.phase) * length
    reference.timeSum = before.timeSum
    reference.timeSum +=
      length * (before.gamma + reference.gamma) / (before.betaGamma + reference.betaGamma)
  }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    guard length != 0 else { return TransferMap(Rest<S>()) }
    // `reference` is at the end of the slice in the direction of passing.
    var before = reference
    advance(&before, over: slice.reversed, q)
    let drive = StructureMotion<S>.Drive(
      gradient: gradient(q, reference.species),
      wavenumber: q.frequency * (2 * .pi / PhysicalConstants.speedOfLight), phase: q.phase,
      focusing: q.focusing, hasEnds: edges)
    return TransferMap(
      StructureMotion<S>(
        drive, length: slice.length(of: q.length), slice, from: before.kineticEnergyOverMass,
        to: reference.kineticEnergyOverMass, SymplecticSplitting(splitting, unnamed: 10)))
  }
}
