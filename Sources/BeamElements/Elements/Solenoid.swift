import AutoDiff
import BeamMaps
import ParameterTables

/// A solenoid magnet with hard edges, including the focusing of its edges. What soft edges add, and
/// multipoles inside it, are optional.
public struct Solenoid: SplitElement {
  /// Length along the design orbit [m].
  public var length: Double
  /// Normalised field B_z over the rigidity [1/m].
  public var ks: Double
  /// Field B_z [T], divided by the signed rigidity and added to `ks`.
  public var field: Double
  /// Normal multipoles kn_m [m^−(m+1)] from m = 0: dipole, quadrupole, sextupole ….
  public var normal: [Double]
  /// Skew multipoles ks_m [m^−(m+1)].
  public var skew: [Double]
  /// ∫B(B₀ − B) ds/B₀² through each edge [m]; 0 for a hard edge.
  public var fringeFocusing: Double
  /// ∫B′² ds/B₀² through each edge [1/m]; 0 leaves this aberration out.
  public var fringeAberration: Double
  /// The model by which it is tracked: linear, chromatic or exact.
  public var model: ElementModel
  /// Order of the splitting, used with multipoles: 2, 4 or 6; nil for an automatic choice.
  public var order: Int?
  /// Number of splitting steps in each slice; nil for an automatic choice.
  public var steps: Int?

  /// A solenoid of `length` [m] with strength `ks` [1/m], or with `field` [T].
  public init(
    length: Double, ks: Double = 0, field: Double = 0, model: ElementModel = .chromatic
  ) {
    self.length = length
    self.ks = ks
    self.field = field
    self.model = model
    normal = []
    skew = []
    fringeFocusing = 0
    fringeAberration = 0
  }

  public var splitting: Splitting {
    get { Splitting(order: order, steps: steps) }
    set { (order, steps) = (newValue.order, newValue.steps) }
  }

  /// It has multipoles, which are split from the solenoid in every model.
  public var isSplit: Bool { !(normal.isEmpty && skew.isEmpty) }

  public init() { self.init(length: 0) }

  public static let kind = "Solenoid"
  public static let summary = "A solenoid magnet: it focuses in both planes and turns the beam."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .chromatic, .exact], \.model)
  /// A run file's solenoid is a matrix where no model is named.
  public static let unnamedModel = ElementModel.linear
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>(
    [
      .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length."),
      .real("ks", \.ks, unit: "1/m", "Normalised field, B_z over the rigidity."),
      .real("field", \.field, unit: "T", "Field B_z, instead of ks."),
      .vector(
        "normal", \.normal, unit: "1/m^(m+1)",
        "Normal multipoles from m = 0; the linear model has dipole and quadrupole."),
      .vector(
        "skew", \.skew, unit: "1/m^(m+1)",
        "Skew multipoles from m = 0; the linear model has dipole and quadrupole."),
      .real(
        "fringe_focusing", \.fringeFocusing, unit: "m",
        "Integral of B(B0 - B)/B0^2 through each edge."),
      .real(
        "fringe_aberration", \.fringeAberration, unit: "1/m",
        "Integral of the square of B'/B0 through each edge; not in the linear model."),
      .chosen("order", \.order, among: [2, 4, 6], "Order of the splitting with multipoles."),
      .chosen("steps", \.steps, "Steps of the splitting in each slice, with multipoles."),
    ], alternatives: [.atMostOne(of: "ks", "field")])

  public var equivalentSlices: EquivalentSlices { .inner }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let ks = q.ks + q.field / reference.rigidity
    let length = slice.length(of: q.length)
    switch model {
    case .linear:
      let lens = 0.25 * (ks * ks * q.fringeFocusing)
      let edge = (x: lens, y: lens)
      let edges = (slice.isFirst ? edge : nil, slice.isLast ? edge : nil)
      let body = { (fraction: Double) in
        LinearSolenoid<S>(ks: ks, length: length * fraction, reference)
      }
      guard isSplit else { return TransferMap(EdgedMotion(body(1), edges, slice)) }
      // Dipole and quadrupole: what is beyond has no part of first order on the axis.
      let (normal, skew): ([S.Constant], [S.Constant]) = (q.normal, q.skew)
      let kicks = MultipoleKick<S>(
        normal: Array(normal.prefix(2)), skew: Array(skew.prefix(2)), strength: length)
      let motion = SplitMotion(SymplecticSplitting(splitting, unnamed: 1), a: body, b: kicks)
      return TransferMap(EdgedMotion(motion, edges, slice))
    case .exact:
      let body = { (fraction: Double) in
        ExactSolenoid<S>(ks: ks, length: length * fraction, reference)
      }
      guard isSplit else { return edged(body(1), q, slice, reference) { TransferMap($0) } }
      return edged(split(q, length, body), q, slice, reference) { TransferMap($0) }
    case .chromatic, .thin, .nonlinear:
      let body = { (fraction: Double) in
        ChromaticSolenoid<S>(ks: ks, length: length * fraction, reference)
      }
      guard isSplit else { return edged(body(1), q, slice, reference) { TransferMap(staged: $0) } }
      return edged(split(q, length, body), q, slice, reference) { TransferMap($0) }
    }
  }

  /// The solenoid `body` (A) and the kicks of multipoles (B).
  private func split<A: Motion>(
    _ q: Lifted<Self, A.S.Constant>, _ length: A.S.Constant, _ body: (Double) -> A
  ) -> SplitMotion<A, MultipoleKick<A.S>> {
    SplitMotion(
      SymplecticSplitting(splitting, unnamed: 1), a: body,
      b: MultipoleKick<A.S>(normal: q.normal, skew: q.skew, strength: length))
  }

  /// The map of the motion `body`: as `plain` makes it where the edges are hard, else between the
  /// slice's edges.
  private func edged<Body: Motion>(
    _ body: Body, _ q: Lifted<Self, Body.S.Constant>, _ slice: Slice,
    _ reference: ReferenceParticle<Body.S.Constant>, _ plain: (Body) -> TransferMap<Body.S>
  ) -> TransferMap<Body.S> {
    let isSoft =
      fringeFocusing != 0 || fringeAberration != 0 || q.replaces(\.fringeFocusing)
      || q.replaces(\.fringeAberration)
    guard isSoft else { return plain(body) }
    func edge(_ isInSlice: Bool) -> SolenoidEdgeKick<Body.S> {
      let sign = isInSlice ? (slice.isBackward ? -1.0 : 1.0) : 0
      return SolenoidEdgeKick(
        ks: q.ks + q.field / reference.rigidity, focusing: q.fringeFocusing * sign,
        aberration: q.fringeAberration * sign, reference)
    }
    return TransferMap(
      EdgedSolenoid(
        body, before: edge(slice.isBackward ? slice.isLast : slice.isFirst),
        after: edge(slice.isBackward ? slice.isFirst : slice.isLast)))
  }
}
