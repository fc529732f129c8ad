import AutoDiff
import BeamMaps
import ParameterTables

/// A quadrupole magnet with hard edges. Their fringe fields are optional: they are of third order, so that
/// the linear model has none.
public struct Quadrupole: SplitElement {
  /// Length along the design orbit [m].
  public var length: Double
  /// Normalised gradient [m⁻²]; positive focuses the beam's own species in x.
  public var k1: Double
  /// Gradient ∂B_y/∂x [T/m], divided by the signed rigidity and added to `k1`.
  public var gradient: Double
  /// Whether particles pass the fringe fields of its ends, those of ``QuadrupoleEdge``.
  public var fringe: Bool
  /// The model by which it is tracked: linear, chromatic or exact.
  public var model: ElementModel
  /// Order of the splitting in the exact model: 2, 4 or 6; nil for an automatic choice.
  public var order: Int?
  /// Number of splitting steps in each slice; nil for an automatic choice.
  public var steps: Int?

  /// A quadrupole of `length` [m] with strength `k1` [m⁻²], or with `gradient` [T/m].
  public init(
    length: Double, k1: Double = 0, gradient: Double = 0, model: ElementModel = .chromatic
  ) {
    self.length = length
    self.k1 = k1
    self.gradient = gradient
    self.model = model
    fringe = false
  }

  public var splitting: Splitting {
    get { Splitting(order: order, steps: steps) }
    set { (order, steps) = (newValue.order, newValue.steps) }
  }

  public init() { self.init(length: 0) }

  public static let kind = "Quadrupole"
  public static let summary = "Focuses in one plane and defocuses in the other."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .chromatic, .exact], \.model)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>(
    [
      .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length."),
      .real("k1", \.k1, unit: "1/m^2", "Normalised gradient; positive focuses in x."),
      .real("gradient", \.gradient, unit: "T/m", "Gradient, instead of k1."),
      .flag("fringe", \.fringe, "Whether its ends have fringe fields, beyond the linear model."),
      .chosen("order", \.order, among: [2, 4, 6], "Order of the splitting in the exact model."),
      .chosen("steps", \.steps, "Steps of the splitting in each slice, in the exact model."),
    ], alternatives: [.atMostOne(of: "k1", "gradient")])

  public var equivalentSlices: EquivalentSlices { fringe && model != .linear ? .inner : .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let k = q.k1 + q.gradient / reference.rigidity
    let length = slice.length(of: q.length)
    switch model {
    case .linear:
      return TransferMap(
        LinearMotion<S>(length: length, curvature: .zero, focusing: (k, -k), reference))
    case .exact:
      // The full Hamiltonian is split into the linear quadrupole (A) and the part of free flight
      // beyond first order (B). B has no part of second order, so that the Jacobian on the axis is
      // exactly the linear matrix.
      let motion = SplitMotion(
        SymplecticSplitting(splitting, unnamed: 5),
        a: { fraction in
          LinearMotion<S>(
            length: length * fraction, curvature: .zero, focusing: (k, -k), reference)
        },
        b: DriftBeyondLinear<S>(length: length, reference))
      guard fringe else { return TransferMap(motion) }
      return TransferMap(
        FringedMotion(motion, normal: [.zero, k], skew: [], slice, reference))
    case .chromatic, .thin, .nonlinear:
      let motion = ChromaticQuadrupole<S>(k: k, length: length, reference)
      guard fringe else { return TransferMap(staged: motion) }
      return TransferMap(
        FringedMotion(motion, normal: [.zero, k], skew: [], slice, reference))
    }
  }
}
