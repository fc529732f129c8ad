import AutoDiff
import BeamMaps
import ParameterTables

/// A sector bending magnet. The faces of its body are normal to the design orbit; gradient,
/// multipoles and edge angles are optional.
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
    fint = 1
    gap = 0
    refTilt = 0
    normal = []
    skew = []
  }

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
  public static let summary = "A sector bending magnet."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .exact], \.model)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let designRoll: (WritableKeyPath<Self, Double> & Sendable)? =
    \Bend.refTilt
  public static let parameters = ParameterTable<Self>(
    [
      .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Arc length."),
      .real("angle", \.angle, unit: "rad", "Bending angle; positive bends towards -x."),
      .real("radius", \.radius, unit: "m", "Bending radius, instead of the angle."),
      .real("field", \.field, unit: "T", "Magnetic field, instead of the angle."),
      .real("k1", \.k1, unit: "1/m^2", "Normalised gradient; positive focuses in x."),
      .real("e1", \.e1, unit: "rad", "Angle of the entrance face."),
      .real("e2", \.e2, unit: "rad", "Angle of the exit face."),
      .real("fint", \.fint, "Fringe field integral of the faces."),
      .real("gap", \.gap, unit: "m", in: .nonNegative, "Full gap between the poles."),
      .real(
        "ref_tilt", \.refTilt, unit: "rad",
        "Roll of the plane of bending, by design; pi/2 bends towards -y."),
      .vector("normal", \.normal, unit: "1/m^(m+1)", "Normal multipoles; the entry m = 0 is 0."),
      .vector("skew", \.skew, unit: "1/m^(m+1)", "Skew multipoles; the entry m = 0 is 0."),
      .chosen("order", \.order, among: [2, 4, 6], "Order of the splitting with multipoles."),
      .chosen("steps", \.steps, "Steps of the splitting in each slice."),
    ], alternatives: [.exactlyOne(of: "angle", "radius", "field")])

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
    return found
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
    let normal: [S.Constant] = q.normal
    let gradient = q.k1 + (normal.count > 1 ? normal[1] : .zero)
    let edges = (
      slice.isFirst ? edge(q, h, q.e1) : nil, slice.isLast ? edge(q, h, q.e2) : nil
    )
    switch model {
    case .linear, .chromatic, .thin, .nonlinear:
      let body = LinearMotion<S>(
        length: length, curvature: h, focusing: (gradient + h * h, -gradient), reference)
      return TransferMap(EdgedMotion(body, edges, slice))
    case .exact:
      if k1 == 0 && !(self.normal + skew).contains(where: { $0 != 0 })
        && !q.replaces(\.k1) && !q.replaces(\.normal) && !q.replaces(\.skew)
      {
        let body = ExactBend<S>(length: length, curvature: h, reference)
        return TransferMap(EdgedMotion(body, edges, slice))
      }
      let multipoles = [.zero, gradient] + normal.dropFirst(2)
      let body = SplitMotion(
        SymplecticSplitting(splitting, unnamed: 1),
        a: { fraction in
          ExactBend<S>(length: length * fraction, curvature: h, reference)
        },
        b: SectorMultipoleKick<S>(
          normal: multipoles, skew: q.skew, curvature: h, strength: length))
      return TransferMap(EdgedMotion(body, edges, slice))
    }
  }

  /// The lens of a face at `angle` [rad].
  private func edge<C: RealScalar>(_ q: Lifted<Self, C>, _ h: C, _ angle: C) -> (x: C, y: C) {
    PoleFace(curvature: h, angle: angle, gap: q.gap, fieldIntegral: q.fint).lens
  }
}
