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
  /// Further normal multipoles kn_m [m^−(m+1)] from m = 0, such as errors of the field.
  public var normal: [Double]
  /// Further skew multipoles ks_m [m^−(m+1)].
  public var skew: [Double]
  /// Whether particles pass the fringe fields of its ends, those of ``QuadrupoleEdge``.
  public var fringe: Bool
  /// The model by which it is tracked: linear, chromatic or exact.
  public var model: ElementModel
  /// Order of the splitting in the exact model, and with further multipoles: 2, 4 or 6; nil for an automatic choice.
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
    normal = []
    skew = []
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
      .vector(
        "normal", \.normal, unit: "1/m^(m+1)",
        "Further normal multipoles from m = 0; the linear model has dipole and quadrupole."),
      .vector(
        "skew", \.skew, unit: "1/m^(m+1)",
        "Further skew multipoles from m = 0; the linear model has dipole and quadrupole."),
      .flag("fringe", \.fringe, "Whether its ends have fringe fields, beyond the linear model."),
      .chosen(
        "order", \.order, among: [2, 4, 6],
        "Order of the splitting in the exact model, and with multipoles."),
      .chosen(
        "steps", \.steps,
        "Steps of the splitting in each slice, in the exact model and with multipoles."),
    ], alternatives: [.atMostOne(of: "k1", "gradient")])

  /// The exact model is split, and further multipoles are split from the quadrupole in every model.
  public var isSplit: Bool { model == .exact || hasMultipoles }

  private var hasMultipoles: Bool { !(normal.isEmpty && skew.isEmpty) }

  public var equivalentSlices: EquivalentSlices { fringe && model != .linear ? .inner : .all }

  public func tangentKernel(
    _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> TangentKernel? {
    let map: TransferMap<Tangent<Tangent<Lanes<NativeDoubleShape.Shape>>>>? = undividedMap(
      lifted(inputs.substitutions), inputs.slice, inputs.reference)
    return map.map { TangentKernel($0) }
  }
  public func tangentKernel(
    _ inputs: SliceInputs<TangentPair<Tangent<Double>>>
  ) -> TangentKernel? {
    let map: TransferMap<TangentPair<Tangent<Lanes<NativeDoubleShape.Shape>>>>? = undividedMap(
      lifted(inputs.substitutions), inputs.slice, inputs.reference)
    return map.map { TangentKernel($0) }
  }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    if let map: TransferMap<S> = undividedMap(q, slice, reference) { return map }
    let k = focusing(q, reference)
    let length = slice.length(of: q.length)
    let linear = { (fraction: Double) in
      LinearMotion<S>(length: length * fraction, curvature: .zero, focusing: (k, -k), reference)
    }
    switch model {
    case .linear:
      // Dipole and quadrupole: what is beyond has no part of first order on the axis.
      return TransferMap(
        SplitMotion(
          SymplecticSplitting(splitting, unnamed: 1), a: linear,
          b: multipoles(q, length, orders: 2)))
    case .exact:
      // The full Hamiltonian is split into the linear quadrupole (A) and the part of free flight
      // beyond first order (B). B has no part of second order, so that the Jacobian on the axis is
      // exactly the linear matrix.
      let method = SymplecticSplitting(splitting, unnamed: 5)
      let beyond = DriftBeyondLinear<S>(length: length, reference)
      guard hasMultipoles else {
        return fringed(SplitMotion(method, a: linear, b: beyond), k, q, slice, reference)
      }
      let kicked = KickedFlow(beyond, multipoles(q, length))
      return fringed(SplitMotion(method, a: linear, b: kicked), k, q, slice, reference)
    case .chromatic, .thin, .nonlinear:
      let chromatic = { (fraction: Double) in
        ChromaticQuadrupole<S>(k: k, length: length * fraction, reference)
      }
      guard hasMultipoles else { return fringed(chromatic(1), k, q, slice, reference) }
      let motion = SplitMotion(
        SymplecticSplitting(splitting, unnamed: 1), a: chromatic, b: multipoles(q, length))
      return fringed(motion, k, q, slice, reference)
    }
  }

  /// The normalised gradient [1/m²].
  private func focusing<C: RealScalar>(
    _ q: Lifted<Self, C>, _ reference: ReferenceParticle<C>
  ) -> C { q.k1 + q.gradient / reference.rigidity }

  /// The map where the whole slice is one motion: linear or chromatic, without further multipoles
  /// and fringe fields; nil for all others.
  private func undividedMap<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S>? {
    if hasMultipoles || model == .exact || fringe && model != .linear { return nil }
    let k = focusing(q, reference)
    let length = slice.length(of: q.length)
    if model == .linear {
      return TransferMap(
        LinearMotion<S>(length: length, curvature: .zero, focusing: (k, -k), reference))
    }
    return TransferMap(staged: ChromaticQuadrupole<S>(k: k, length: length, reference))
  }

  /// The kicks of the further multipoles over `length` [m], of the first orders only where it says so.
  private func multipoles<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ length: S.Constant, orders: Int = .max
  ) -> MultipoleKick<S> {
    let (normal, skew): ([S.Constant], [S.Constant]) = (q.normal, q.skew)
    return MultipoleKick(
      normal: Array(normal.prefix(orders)), skew: Array(skew.prefix(orders)), strength: length)
  }

  /// The map of the motion `body`, between fringe fields if the magnet has them.
  private func fringed<Body: Motion>(
    _ body: Body, _ k: Body.S.Constant, _ q: Lifted<Self, Body.S.Constant>, _ slice: Slice,
    _ reference: ReferenceParticle<Body.S.Constant>
  ) -> TransferMap<Body.S> {
    guard fringe else { return TransferMap(body) }
    let (normal, skew): ([Body.S.Constant], [Body.S.Constant]) = (q.normal, q.skew)
    return TransferMap(
      FringedMotion(body, normal: normal.adding(k, at: 1), skew: skew, slice, reference))
  }
}
