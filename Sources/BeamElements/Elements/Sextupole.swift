import AutoDiff
import BeamMaps
import ParameterTables

/// A sextupole magnet, tracked by the full Hamiltonian.
public struct Sextupole: SplitElement {
  /// Length along the design orbit [m].
  public var length: Double
  /// Normal strength [m⁻³].
  public var k2: Double
  /// Skew strength [m⁻³].
  public var k2s: Double
  /// Further normal multipoles kn_m [m^−(m+1)] from m = 0, such as errors of the field.
  public var normal: [Double]
  /// Further skew multipoles ks_m [m^−(m+1)].
  public var skew: [Double]
  /// Whether particles pass the fringe fields of its ends, those of ``MultipoleEdge``.
  public var fringe: Bool
  /// Order of the splitting: 2, 4 or 6; nil for an automatic choice.
  public var order: Int?
  /// Number of splitting steps in each slice; nil for an automatic choice.
  public var steps: Int?

  /// A sextupole of `length` [m] with strengths `k2` and `k2s` [m⁻³].
  public init(length: Double, k2: Double = 0, k2s: Double = 0) {
    self.length = length
    self.k2 = k2
    self.k2s = k2s
    normal = []
    skew = []
    fringe = false
  }

  public var splitting: Splitting {
    get { Splitting(order: order, steps: steps) }
    set { (order, steps) = (newValue.order, newValue.steps) }
  }

  public init() { self.init(length: 0) }

  public static let kind = "Sextupole"
  public static let summary = "A sextupole magnet."
  public static let modelChoice = ModelChoice<Self>.only(.exact)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length."),
    .real("k2", \.k2, unit: "1/m^3", "Normal strength."),
    .real("k2s", \.k2s, unit: "1/m^3", "Skew strength."),
    .vector(
      "normal", \.normal, unit: "1/m^(m+1)",
      "Further normal multipoles from m = 0."),
    .vector(
      "skew", \.skew, unit: "1/m^(m+1)",
      "Further skew multipoles from m = 0."),
    .flag("fringe", \.fringe, "Whether its ends have fringe fields."),
    .chosen("order", \.order, among: [2, 4, 6], "Order of the splitting."),
    .chosen("steps", \.steps, "Steps of the splitting in each slice."),
  ])

  public var equivalentSlices: EquivalentSlices { fringe ? .inner : .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    thickMultipole(
      normal: q.normal.adding(q.k2, at: 2), skew: q.skew.adding(q.k2s, at: 2), q.length,
      fringe: fringe,
      SymplecticSplitting(splitting, unnamed: 1), slice, reference)
  }
}
