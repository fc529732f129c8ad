import AutoDiff
import BeamMaps
import ParameterTables

/// A straight magnet with multipoles of any order, tracked by the full Hamiltonian.
///
/// A dipole coefficient kicks the particles; it does not bend the design orbit.
public struct Multipole: SplitElement {
  /// Length along the design orbit [m].
  public var length: Double
  /// Normal coefficients kn_m [m^−(m+1)] from m = 0: dipole, quadrupole, sextupole ….
  public var normal: [Double]
  /// Skew coefficients ks_m [m^−(m+1)].
  public var skew: [Double]
  /// Whether particles pass the fringe fields of its ends, those of ``MultipoleEdge``.
  public var fringe: Bool
  /// Order of the splitting: 2, 4 or 6; nil for an automatic choice.
  public var order: Int?
  /// Number of splitting steps in each slice; nil for an automatic choice.
  public var steps: Int?

  /// A magnet of `length` [m] with these coefficients [m^−(m+1)].
  public init(length: Double, normal: [Double] = [], skew: [Double] = []) {
    self.length = length
    self.normal = normal
    self.skew = skew
    fringe = false
  }

  public var splitting: Splitting {
    get { Splitting(order: order, steps: steps) }
    set { (order, steps) = (newValue.order, newValue.steps) }
  }

  public init() { self.init(length: 0) }

  public static let kind = "Multipole"
  public static let summary = "A straight magnet with multipoles of any order."
  public static let modelChoice = ModelChoice<Self>.only(.exact)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length."),
    .vector("normal", \.normal, unit: "1/m^(m+1)", "Normal coefficients from m = 0, the dipole."),
    .vector("skew", \.skew, unit: "1/m^(m+1)", "Skew coefficients from m = 0."),
    .flag("fringe", \.fringe, "Whether its ends have fringe fields."),
    .chosen("order", \.order, among: [2, 4, 6], "Order of the splitting."),
    .chosen("steps", \.steps, "Steps of the splitting in each slice."),
  ])

  public var equivalentSlices: EquivalentSlices { fringe ? .inner : .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    thickMultipole(
      normal: q.normal, skew: q.skew, q.length, fringe: fringe,
      SymplecticSplitting(splitting, unnamed: 1), slice, reference)
  }
}

/// Free flight (A) and kicks of multipoles (B) in a slice of an element of `length` [m]: H = −pz − pt/β +
/// Re Σ_m (kn_m + i·ks_m)(x + iy)^{m+1}/(m+1)!. With `fringe` the ends have fringe fields.
func thickMultipole<S: ParticleScalar>(
  normal: [S.Constant], skew: [S.Constant], _ length: S.Constant, fringe: Bool,
  _ splitting: SymplecticSplitting, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
) -> TransferMap<S> {
  let length = slice.length(of: length)
  let body = SplitMotion(
    splitting,
    a: { fraction in ExactDrift<S>(length: length * fraction, reference) },
    b: MultipoleKick<S>(normal: normal, skew: skew, strength: length))
  guard fringe else { return TransferMap(body) }
  return TransferMap(FringedMotion(body, normal: normal, skew: skew, slice, reference))
}

extension Array where Element: RealScalar {
  /// The list with `number` added to the entry of this index, and zeros before it where there were none.
  func adding(_ number: Element, at index: Int) -> Self {
    var list = self
    while list.count <= index { list.append(.zero) }
    list[index] = list[index] + number
    return list
  }
}
