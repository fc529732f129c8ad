import AutoDiff
import BeamMaps
import ParameterTables

/// A bending magnet. The faces of its body are normal to the design orbit; gradient, multipoles and the
/// faces' own angles and curvatures are optional.
///
/// A positive angle bends towards −x. One of angle, radius and field is given, see ``bending``; the
/// two others are zero.
public struct Bend: SplitElement {
  /// Arc length [m].
  public var length: Double
  /// Bending angle [rad]; 0 if not given.
  public private(set) var angle: Double
  /// Bending radius [m]; 0 if not given.
  public private(set) var radius: Double
  /// Magnetic field [T]; 0 if not given.
  public private(set) var field: Double
  /// Normalised gradient [m⁻²].
  public var k1: Double
  /// Angle between the entrance face and the normal to the orbit [rad].
  public var e1: Double
  /// Angle between the exit face and the normal to the orbit [rad].
  public var e2: Double
  /// Curvature of the entrance face [1/m], positive where it is convex.
  public var h1: Double
  /// Curvature of the exit face [1/m], positive where it is convex.
  public var h2: Double
  /// How the faces are passed: as thin lenses, or with the full Hamiltonian in the exact model.
  public var edgeModel: EdgeModel
  /// Whether the multipoles have fringe fields at exact faces.
  public var fringe: Bool
  /// How the gap enters the fringe field of the dipole.
  public var gapForm: GapForm
  /// Fringe field integral of K. L. Brown, a pure number.
  public var fint: Double
  /// Full gap between the poles [m].
  public var gap: Double
  /// Rotation of the plane of bending about the direction of flight [rad]: π/2 bends towards −y. It
  /// belongs to the design, and the reference particle follows; an error of roll is the placement's
  /// `tilt`.
  public var refTilt: Double
  /// Normal sector multipoles kn_m [m^−(m+1)] from m = 0, which must be 0.
  public var normal: [Double]
  /// Skew sector multipoles ks_m [m^−(m+1)].
  public var skew: [Double]
  /// Coefficients b_m [m^−(m+1)] of the field on the mid-plane, B_y = Σ b_m·x^m/m! over the rigidity,
  /// from m = 0, which must be 0: another way to give `normal`, which has sector multipoles. These are
  /// converted to three orders beyond the last.
  public var midplane: [Double]
  /// Curvature to which the field bends particles [1/m]; nil for that of the design orbit. Where they
  /// differ, particles on the axis leave it.
  public var k0: Double?
  /// The model by which it is tracked: linear or exact.
  public var model: ElementModel
  /// Order of the splitting, used with multipoles: 2, 4 or 6; nil for an automatic choice.
  public var order: Int?
  /// Number of splitting steps in each slice; nil for an automatic choice.
  public var steps: Int?

  /// The quantity that determines the curvature of the design orbit.
  public enum Bending: Sendable, Equatable {
    /// The angle of the whole magnet [rad].
    case angle(Double)
    /// The radius [m]; a negative one bends towards +x.
    case radius(Double)
    /// The magnetic field [T], which is divided by the signed rigidity of the reference particle.
    case field(Double)
  }

  /// A bend with an arc `length` [m] and gradient `k1` [m⁻²].
  public init(length: Double, _ bending: Bending, k1: Double = 0, model: ElementModel = .exact) {
    self.init(length: length, k1: k1, model: model)
    self.bending = bending
  }

  /// A bend with an arc `length` [m], `angle` [rad] and gradient `k1` [m⁻²].
  public init(length: Double, angle: Double = 0, k1: Double = 0, model: ElementModel = .exact) {
    self.length = length
    self.angle = angle
    self.k1 = k1
    self.model = model
    radius = 0
    field = 0
    e1 = 0
    e2 = 0
    h1 = 0
    h2 = 0
    edgeModel = .linear
    fringe = false
    gapForm = .firstOrder
    midplane = []
    fint = 1
    gap = 0
    refTilt = 0
    normal = []
    skew = []
  }

  /// A bend with parallel faces at a distance of `chord` [m], which bends by `angle` [rad].
  public static func rectangular(
    chord: Double, angle: Double, k1: Double = 0, model: ElementModel = .exact
  ) -> Self {
    var bend = Self(length: 0, angle: angle, k1: k1, model: model)
    bend.chord = chord
    return bend
  }

  /// The distance of the ends of the orbit [m].
  ///
  /// Setting it makes the bend rectangular, with the present angle φ or radius: the length becomes that
  /// of the arc, and both faces turn by φ/2.
  public var chord: Double {
    get {
      let half = 0.5 * bendingAngle
      return length * Stumpff(half * half).c1
    }
    set {
      let angle = radius == 0 ? angle : 2 * Double.asin(newValue / (2 * radius))
      let half = 0.5 * angle
      length = newValue / Stumpff(half * half).c1
      e1 += half
      e2 += half
      isChordOfField = field != 0
    }
  }

  /// Whether a chord was given where only the field tells the angle.
  private var isChordOfField = false

  /// The angle [rad]; 0 where only the field tells it.
  private var bendingAngle: Double { radius == 0 ? angle : length / radius }

  public var splitting: Splitting {
    get { Splitting(order: order, steps: steps) }
    set { (order, steps) = (newValue.order, newValue.steps) }
  }

  public init() { self.init(length: 0) }

  /// The given quantity: one of angle, radius and field.
  public var bending: Bending {
    get {
      if radius != 0 { return .radius(radius) }
      if field != 0 { return .field(field) }
      return .angle(angle)
    }
    set {
      (angle, radius, field) = (0, 0, 0)
      switch newValue {
      case .angle(let angle): self.angle = angle
      case .radius(let radius): self.radius = radius
      case .field(let field): self.field = field
      }
    }
  }

  public static let kind = "Bend"
  public static let summary = "A bending magnet."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .exact], \.model)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let designRoll: (WritableKeyPath<Self, Double> & Sendable)? =
    \Bend.refTilt
  public static let parameters = ParameterTable<Self>(
    [
      .real("length", \.length, unit: "m", in: .nonNegative, "Arc length."),
      .real("angle", \.angle, unit: "rad", "Bending angle; positive bends towards -x."),
      .real("radius", \.radius, unit: "m", "Bending radius, instead of the angle."),
      .real("field", \.field, unit: "T", "Magnetic field, instead of the angle."),
      .real("k1", \.k1, unit: "1/m^2", "Normalised gradient; positive focuses in x."),
      .real("e1", \.e1, unit: "rad", "Angle of the entrance face."),
      .real("e2", \.e2, unit: "rad", "Angle of the exit face."),
      // After what it needs and changes.
      .real(
        "chord", \.chord, unit: "m", in: .nonNegative,
        "Distance of parallel faces, instead of the length: e1 and e2 count from them."),
      .real("h1", \.h1, unit: "1/m", "Curvature of the entrance face; positive is convex."),
      .real("h2", \.h2, unit: "1/m", "Curvature of the exit face; positive is convex."),
      .word(
        "edge_model", \.edgeModel.word, among: EdgeModel.words,
        "How the faces are passed: as thin lenses, or by the full Hamiltonian."),
      .flag("fringe", \.fringe, "Whether multipoles have fringe fields at exact faces."),
      .word(
        "gap_form", \.gapForm.word, among: GapForm.words,
        "How the gap enters: to first order, or inside the tangent."),
      .real("fint", \.fint, "Fringe field integral of the faces."),
      .real("gap", \.gap, unit: "m", in: .nonNegative, "Full gap between the poles."),
      .real(
        "ref_tilt", \.refTilt, unit: "rad",
        "Roll of the plane of bending, by design; pi/2 bends towards -y."),
      .vector("normal", \.normal, unit: "1/m^(m+1)", "Normal multipoles; the entry m = 0 is 0."),
      .vector("skew", \.skew, unit: "1/m^(m+1)", "Skew multipoles; the entry m = 0 is 0."),
      .vector(
        "midplane", \.midplane, unit: "1/m^(m+1)",
        "Coefficients of the field on the mid-plane, instead of normal; the entry m = 0 is 0."),
      .optional(
        "k0", \.k0, unit: "1/m",
        "Curvature to which the field bends; that of the design orbit if not given."),
      .chosen("order", \.order, among: [2, 4, 6], "Order of the splitting with multipoles."),
      .chosen("steps", \.steps, "Steps of the splitting in each slice."),
    ],
    alternatives: [
      .exactlyOne(of: "length", "chord"), .exactlyOne(of: "angle", "radius", "field"),
      .atMostOne(of: "normal", "midplane"), .atMostOne(of: "k1", "midplane"),
    ])

  /// A curved face kicks in proportion to x².
  public var isLinear: Bool { model == .linear && h1 == 0 && h2 == 0 }

  public var equivalentSlices: EquivalentSlices { .inner }

  public var mistakes: [String] {
    var found: [String] = []
    if length == 0 && angle != 0 {
      found.append("an angle needs a length above 0; use a ThinDipole for a bend of zero length")
    }
    if let dipole = normal.first, dipole != 0 {
      found.append("normal[0] must be 0: the angle determines the curvature")
    }
    if let dipole = skew.first, dipole != 0 { found.append("skew[0] must be 0") }
    if k1 != 0 && normal.count > 1 && normal[1] != 0 {
      found.append("k1 and normal[1] exclude each other")
    }
    if model == .linear && skew.count > 1 && skew[1] != 0 {
      found.append("the linear model has no skew quadrupole; the exact model has")
    }
    if let dipole = midplane.first, dipole != 0 {
      found.append("midplane[0] must be 0: the angle, or k0, determines the dipole")
    }
    if isChordOfField { found.append("a chord needs the angle or the radius") }
    return found
  }

  public var warnings: [String] {
    if model == .linear && edgeModel == .exact {
      return ["exact faces count in the exact model only: these are thin lenses"]
    }
    if fringe && edgeModel != .exact {
      return ["fringe counts at exact faces only, edge_model \"exact\""]
    }
    return []
  }

  /// Curvature of the design orbit [1/m]. Which of angle, radius and field is given is a choice of
  /// the user and not a value: a radius or a length of zero means that there is none.
  private func curvature<C: RealScalar>(
    _ q: Lifted<Self, C>, _ reference: ReferenceParticle<C>
  ) -> C {
    let fromAngle = length == 0 ? .zero : q.angle / q.length
    let fromRadius = radius == 0 ? .zero : 1.0 / q.radius
    return fromAngle + fromRadius + q.field / reference.rigidity
  }

  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    let length = slice.length(of: q.length)
    let isRolled = refTilt != 0 || q.replaces(\.refTilt)
    if isRolled { reference.roll(by: q.refTilt) }
    reference.bend(over: length, through: curvature(q, reference) * length)
    if isRolled { reference.roll(by: C.zero - q.refTilt) }
  }

  public var bendsOrbit: Bool { true }

  public func bodyShape<C: RealScalar>(
    _ q: Lifted<Self, C>, _ reference: ReferenceParticle<C>
  ) -> BodyShape<C> {
    BodyShape(length: q.length, angle: curvature(q, reference) * q.length, roll: q.refTilt)
  }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let h = curvature(q, reference)
    let length = slice.length(of: q.length)
    let multipoles = multipoles(q, h)
    let field = q.k0 ?? h
    let isPlain =
      edgeModel == .linear && k0 == nil && h1 == 0 && h2 == 0 && !q.replaces(\.h1)
      && !q.replaces(\.h2)
    let edges = (
      slice.isFirst ? edge(q, h, q.e1) : nil, slice.isLast ? edge(q, h, q.e2) : nil
    )
    // In the linear model faces are lenses.
    let edgeModel = model == .exact ? edgeModel : .linear
    func faced<Body: Motion>(_ body: Body) -> TransferMap<S> where Body.S == S {
      let (entry, exit): (BendFace<S>, BendFace<S>) = (
        face(q, (q.e1, q.h1), edgeModel, multipoles, field, .entry, slice, reference),
        face(q, (q.e2, q.h2), edgeModel, multipoles, field, .exit, slice, reference)
      )
      return TransferMap(FacedMotion(body, entry: entry, exit: exit, slice))
    }
    switch model {
    case .linear, .chromatic, .thin, .nonlinear:
      let gradient = multipoles.count > 1 ? multipoles[1] : .zero
      let focusing = (x: gradient + h * field, y: -gradient)
      if isPlain {
        let body = LinearMotion<S>(length: length, curvature: h, focusing: focusing, reference)
        return TransferMap(EdgedMotion(body, edges, slice))
      }
      return faced(
        ForcedLinearMotion<S>(
          length: length, curvature: h, focusing: focusing, force: h - field, reference))
    case .exact:
      let isPure =
        k1 == 0 && !(normal + skew + midplane).contains(where: { $0 != 0 })
        && !q.replaces(\.k1) && !q.replaces(\.normal) && !q.replaces(\.skew)
        && !q.replaces(\.midplane)
      let kick = SectorMultipoleKick<S>(
        normal: isPure ? [] : multipoles, skew: isPure ? [] : q.skew, curvature: h,
        strength: length)
      let splitting = SymplecticSplitting(splitting, unnamed: 1)
      let bend = { (fraction: Double) in
        ExactBend<S>(length: length * fraction, curvature: h, reference)
      }
      if isPlain {
        if isPure { return TransferMap(EdgedMotion(bend(1), edges, slice)) }
        return TransferMap(EdgedMotion(SplitMotion(splitting, a: bend, b: kick), edges, slice))
      }
      // Where the field is the orbit's, particles on it stay there to the last bit.
      if k0 == nil {
        return isPure ? faced(bend(1)) : faced(SplitMotion(splitting, a: bend, b: kick))
      }
      let fieldBend = { (fraction: Double) in
        FieldBend<S>(length: length * fraction, curvature: h, field: field, reference)
      }
      return isPure ? faced(fieldBend(1)) : faced(SplitMotion(splitting, a: fieldBend, b: kick))
    }
  }

  /// The normal sector multipoles, where the dipole does not count.
  ///
  /// From those of the mid-plane by kn_m/m! = b_m/m! − Σ_{j<m} kn_j·a_{j,m−j}·h^{m−j}/j!, with the
  /// coefficients a of the radial functions of ``SectorMultipoleKick``.
  private func multipoles<C: RealScalar>(_ q: Lifted<Self, C>, _ h: C) -> [C] {
    let given: [C] = q.midplane
    if given.isEmpty {
      let normal: [C] = q.normal
      return [.zero, q.k1 + (normal.count > 1 ? normal[1] : .zero)] + normal.dropFirst(2)
    }
    let count = given.count + 3
    let series = RadialSeries(orders: count, terms: count)
    // kn_m/m!
    var scaled: [C] = []
    var factorial = 1.0
    for m in 0..<count {
      if m > 1 { factorial *= Double(m) }
      var coefficient = m < given.count && m > 0 ? given[m] * (1 / factorial) : C.zero
      var power = C.one
      for j in stride(from: m - 1, to: 0, by: -1) {
        power = power * h
        coefficient = coefficient - scaled[j] * (power * series.f[j][m - j])
      }
      scaled.append(coefficient)
    }
    factorial = 1
    return scaled.enumerated().map { m, coefficient in
      if m > 1 { factorial *= Double(m) }
      return coefficient * factorial
    }
  }

  /// The lens of a face at `angle` [rad].
  private func edge<C: RealScalar>(_ q: Lifted<Self, C>, _ h: C, _ angle: C) -> (x: C, y: C) {
    PoleFace(curvature: h, angle: angle, gap: q.gap, fieldIntegral: q.fint, form: gapForm).lens
  }

  /// The face with this angle [rad] and curvature [1/m], for a field that bends with the curvature
  /// `field` [1/m].
  private func face<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ shape: (angle: S.Constant, curvature: S.Constant),
    _ edgeModel: EdgeModel, _ multipoles: [S.Constant], _ field: S.Constant,
    _ location: EdgeLocation, _ slice: Slice,
    _ reference: ReferenceParticle<S.Constant>
  ) -> BendFace<S> {
    BendFace<S>(
      BendFace<S>.Shape(
        angle: shape.angle, curvature: shape.curvature, gap: q.gap, fieldIntegral: q.fint,
        normal: multipoles,
        skew: q.skew, hasFringe: fringe, hasOctupole: false, form: gapForm, model: edgeModel),
      field: field, location, slice, reference)
  }
}
