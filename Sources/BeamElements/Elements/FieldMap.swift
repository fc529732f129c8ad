import AutoDiff
import BeamMaps
import ParameterTables

/// Overlapping fields of axial symmetry, rf and solenoids, given by their values on the axis: complete to
/// third order in the transverse coordinates, exact in the energy, and symplectic for any profiles.
///
/// Each slice has `steps` steps, so that more slices change the result like more steps. Inside the map
/// momenta are canonical in the gauge of ``FieldMapMotion``; at its ends they are the particles' own if
/// the fields vanish there smoothly.
public struct FieldMap: SplitElement {
  /// Length of the map Λ [m], positive.
  public var length: Double
  /// Order of the splitting: 2, 4 or 6; nil for an automatic choice.
  public var order: Int?
  /// Number of splitting steps in each slice; nil for an automatic choice.
  public var steps: Int?
  /// Whether phases are measured from those of greatest gain: the first field that oscillates would have the
  /// phase 0 there, and the others keep their differences from it.
  public var autophase = false
  // One number of each field: those that may vary are stored properties.
  private var scales: [Double] = []
  private var strengths: [Double] = []
  private var frequencies: [Double] = []
  private var phases: [Double] = []
  private var shapes: [MappedField] = []
  private var profiles: [Profile] = []

  /// The Fourier coefficients of a field.
  private struct Profile: Sendable {
    let cosine, sine: [Double]
  }

  /// A map of `length` [m] with these fields.
  public init(length: Double, fields: [MappedField] = []) {
    self.length = length
    self.fields = fields
  }

  public init() { self.init(length: 1) }

  /// The fields.
  public var fields: [MappedField] {
    get {
      shapes.indices.map { i in
        var field = shapes[i]
        (field.scale, field.field) = (scales[i], strengths[i])
        (field.frequency, field.phase) = (frequencies[i], phases[i])
        return field
      }
    }
    set {
      shapes = newValue
      scales = newValue.map(\.scale)
      strengths = newValue.map(\.field)
      frequencies = newValue.map(\.frequency)
      phases = newValue.map(\.phase)
      profiles = newValue.map {
        Profile(cosine: $0.coefficients.cosine, sine: $0.coefficients.sine)
      }
    }
  }

  public var splitting: Splitting {
    get { Splitting(order: order, steps: steps) }
    set { (order, steps) = (newValue.order, newValue.steps) }
  }
  public var isSplit: Bool { true }

  public static let hasAccurateMatrix = false
  public static let kind = "FieldMap"
  public static let summary = "Overlapping rf fields and solenoids, by their fields on the axis."
  public static let modelChoice = ModelChoice<Self>.only(.exact)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", in: .positive, required: true, "Length of the map."),
    .objects(
      "fields", \.fields, of: MappedField.parameters, required: true, "The fields.",
      make: { MappedField(.rf) }),
    .column(
      "scale", \.scales, of: "fields", unit: "1/m", "Peak fields over rest energy or mass times c."),
    .column("field", \.strengths, of: "fields", unit: "V/m or T", "Peak fields."),
    .column("frequency", \.frequencies, of: "fields", unit: "Hz", "Frequencies of rf fields."),
    .column("phase", \.phases, of: "fields", unit: "rad", "Phases of rf fields."),
    .flag(
      "autophase", \.autophase,
      "Phases are measured from that of the first rf field with greatest gain in the whole map; "
        + "other fields keep their differences from it."),
    .chosen("order", \.order, among: [2, 4, 6], "Order of the splitting."),
    .chosen("steps", \.steps, "Steps of the splitting in each slice."),
  ])

  public var mistakes: [String] {
    fields.enumerated().flatMap { index, field in
      field.mistakes(length: length).map { "fields[\(index)]: \($0)" }
    }
  }

  public var warnings: [String] {
    fields.enumerated().flatMap { index, field in
      var found: [String] = []
      if field.kind == .solenoid && (field.frequency != 0 || field.phase != 0) {
        found.append("fields[\(index)]: a solenoid has no frequency and no phase")
      }
      if field.hasNotes {
        found.append(
          "fields[\(index)]: phase_of_maximum_gain and maximum_gain are not used: autophase finds them"
        )
      }
      return found
    }
  }

  /// The fields as numbers that may carry derivatives.
  private func sources<C: RealScalar>(
    _ q: Lifted<Self, C>, _ species: Species
  ) -> [FieldMapPassage<C>.Source] {
    let (scales, strengths): ([C], [C]) = (q.scales, q.strengths)
    let (frequencies, phases): ([C], [C]) = (q.frequencies, q.phases)
    return shapes.indices.map { i in
      let unit: Double =
        shapes[i].kind == .rf ? species.gammaPerVolt : 1 / species.rigidityPerMomentum
      return FieldMapPassage<C>.Source(
        isWave: shapes[i].kind == .rf, isStatic: shapes[i].frequency == 0,
        scale: scales[i] + strengths[i] * unit,
        wavenumber: frequencies[i] * (2 * .pi / PhysicalConstants.speedOfLight),
        phase: phases[i],
        profile: AxialField<Double>(
          cosine: profiles[i].cosine, sine: profiles[i].sine, length: 1))
    }
  }

  /// The integration through `slice`, from `reference`, which notes the phase of greatest gain at the
  /// element's entrance.
  private func passage<C: RealScalar>(
    _ q: Lifted<Self, C>, _ slice: Slice, from reference: inout ReferenceParticle<C>
  ) -> FieldMapPassage<C> {
    var sources = sources(q, reference.species)
    let splitting = SymplecticSplitting(splitting, unnamed: 10)
    if autophase, let first = sources.firstIndex(where: { $0.isWave && !$0.isStatic }) {
      let crest = reference.crestPhase(in: slice) { reference in
        FieldMapPassage.gain(
          slice.count, length: q.length,
          sources.map { $0.shifted(by: C.zero - sources[first].phase) }, splitting,
          from: reference)
      }
      sources = sources.map { $0.shifted(by: crest) }
    }
    return FieldMapPassage(slice, length: q.length, sources, splitting, from: reference)
  }

  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    guard length != 0 else { return }
    let passage = passage(q, slice, from: &reference)
    reference.fly(over: slice.length(of: q.length))
    reference.timeSum = passage.timeSum
    reference.kineticEnergyOverMass = passage.kineticEnergyOverMass
  }

  /// `reference` is at the end of the slice. The integration from there back to the beginning also
  /// gives the numbers of the particles' map.
  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    guard length != 0 else { return TransferMap(Rest<S>()) }
    var origin = reference
    return TransferMap(
      FieldMapMotion<S>(reversing: passage(q, slice.reversed, from: &origin), to: reference))
  }
}
