import AutoDiff
import BeamMaps
import ParameterTables

/// The fringe field at one face of a bending magnet.
///
/// To first order it is the lens of K. L. Brown, SLAC-75 (1982), the same at both ends. The nonlinear
/// model is that of C. Mitchell, K. Hwang, NAPAC 2025, equation (14); the exact one is ``BendFace``, with
/// the full Hamiltonian in the frame of the face.
public struct DipoleEdge: Element {
  /// Angle between the face and the normal to the orbit [rad].
  public var angle: Double
  /// Bending radius of the magnet [m], not 0; a negative one bends towards +x.
  public var radius: Double
  /// Full gap between the poles [m].
  public var gap: Double
  /// Fringe field integral of K. L. Brown, a pure number: it multiplies `K2`, and run files give one
  /// of the two.
  public var fint: Double
  /// The length that K4, K5 and K6 refer to [m].
  public var scale: Double
  /// Field integral of the displacement of the orbit, a pure number.
  public var K0: Double
  /// Field integral of the gradient across the gap, a pure number.
  public var K1: Double
  /// Field integral of the vertical focusing, a pure number; see ``fint``.
  public var K2: Double
  /// Field integral of the octupole-like aberration, a pure number; it does not count where the gap
  /// is zero.
  public var K3: Double
  /// Field integral of a curved face, a pure number.
  public var K4: Double
  /// Field integral of a curved face, a pure number.
  public var K5: Double
  /// Field integral of a curved face, a pure number.
  public var K6: Double
  /// Curvature of the face [1/m], positive where it is convex (linear and exact models).
  public var curvature: Double
  /// Whether the octupole of the fringe field counts (exact model).
  public var octupole: Bool
  /// Normal multipoles kn_m [m^−(m+1)] of the magnet from m = 0, which does not count (exact model).
  public var normal: [Double]
  /// Skew multipoles ks_m [m^−(m+1)] of the magnet (exact model).
  public var skew: [Double]
  /// Whether the multipoles have fringe fields (exact model). The gradient in the wedge between the face
  /// and the body acts in both cases, as a sextupole that completes the one or the other.
  public var fringe: Bool
  /// How the gap enters (linear and exact models).
  public var gapForm: GapForm
  /// The end of the magnet at which it stands.
  public var location: EdgeLocation
  /// The model by which it is tracked: linear, nonlinear or exact.
  public var model: ElementModel

  /// A face at `angle` [rad] of a magnet with `radius` [m].
  public init(
    angle: Double, radius: Double, gap: Double = 0, location: EdgeLocation = .entry,
    model: ElementModel = .linear
  ) {
    self.angle = angle
    self.radius = radius
    self.gap = gap
    self.location = location
    self.model = model
    fint = 1
    scale = 1
    K0 = .pi * .pi / 6
    K1 = 0
    K2 = 1
    K3 = 1.0 / 6
    K4 = 0
    K5 = 0
    K6 = 0
    curvature = 0
    octupole = false
    normal = []
    skew = []
    fringe = false
    gapForm = .firstOrder
  }

  public init() { self.init(angle: 0, radius: 1) }

  public static let kind = "DipoleEdge"
  public static let summary = "The fringe field at one face of a bending magnet."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .nonlinear, .exact], \.model)
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>(
    [
      .real("angle", \.angle, unit: "rad", required: true, "Angle of the face."),
      .real("radius", \.radius, unit: "m", required: true, "Bending radius of the magnet."),
      .real("gap", \.gap, unit: "m", in: .nonNegative, "Full gap between the poles."),
      .real("fint", \.fint, "Fringe field integral, another name of K2."),
      .word("location", \.location.word, among: EdgeLocation.words, "The end of the magnet."),
      .real("scale", \.scale, unit: "m", in: .positive, "Length that K4, K5 and K6 refer to."),
      .real("K0", \.K0, "Field integral of the orbit's displacement (nonlinear)."),
      .real("K1", \.K1, "Field integral of the gradient across the gap (nonlinear)."),
      .real("K2", \.K2, "Field integral of the vertical focusing."),
      .real("K3", \.K3, "Field integral of the octupole-like aberration (nonlinear)."),
      .real("K4", \.K4, "Field integral of a curved face, dipole part (nonlinear)."),
      .real("K5", \.K5, "Field integral of a curved face, quadrupole part (nonlinear)."),
      .real("K6", \.K6, "Field integral of a curved face, sextupole part (nonlinear)."),
      .real(
        "curvature", \.curvature, unit: "1/m",
        "Curvature of the face, positive where it is convex (linear, exact)."),
      .flag("octupole", \.octupole, "Whether the octupole of the fringe field counts (exact)."),
      .vector(
        "normal", \.normal, unit: "1/m^(m+1)", "Normal multipoles of the magnet (exact)."),
      .vector("skew", \.skew, unit: "1/m^(m+1)", "Skew multipoles of the magnet (exact)."),
      .flag("fringe", \.fringe, "Whether the multipoles have fringe fields (exact)."),
      .word(
        "gap_form", \.gapForm.word, among: GapForm.words,
        "How the gap enters: to first order, or inside the tangent (linear, exact)."),
    ], alternatives: [.atMostOne(of: "fint", "K2")])

  public var mistakes: [String] {
    radius == 0 ? ["radius must not be 0"] : []
  }

  public var warnings: [String] {
    var found: [String] = []
    if model == .nonlinear, curvature != 0 || gapForm != .firstOrder {
      found.append("curvature and gap_form count in the models linear and exact only")
    }
    if model != .exact, octupole || fringe || (normal + skew).contains(where: { $0 != 0 }) {
      found.append("octupole, normal, skew and fringe count in the exact model only")
    }
    return found
  }

  /// A curved face kicks in proportion to x².
  public var isLinear: Bool { model == .linear && curvature == 0 }

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let bending = 1.0 / q.radius
    let focusing = q.fint * q.K2
    switch model {
    case .linear, .chromatic, .thin:
      if curvature != 0 || q.replaces(\.curvature) {
        return TransferMap(face(q, bending, .linear, slice, reference) as BendFace<S>)
      }
      let face = PoleFace(
        curvature: bending, angle: q.angle, gap: q.gap, fieldIntegral: focusing, form: gapForm)
      return TransferMap(EdgedMotion(Rest<S>(), (face.lens, nil), slice))
    case .exact:
      return TransferMap(face(q, bending, .exact, slice, reference) as BendFace<S>)
    case .nonlinear:
      let field = DipoleFringe<S>(
        curvature: bending, angle: q.angle, gap: q.gap,
        DipoleFringe<S>.Integrals(
          k0: q.K0, k1: q.K1, k2: focusing, k3: q.K3, k4: q.K4, k5: q.K5, k6: q.K6,
          scale: q.scale),
        location)
      return TransferMap(FringeMotion(field, slice, reference))
    }
  }

  /// The face beyond a plain lens, of a field that bends with curvature `bending` [1/m].
  private func face<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ bending: S.Constant, _ model: EdgeModel, _ slice: Slice,
    _ reference: ReferenceParticle<S.Constant>
  ) -> BendFace<S> {
    BendFace<S>(
      BendFace<S>.Shape(
        angle: q.angle, curvature: q.curvature, gap: q.gap, fieldIntegral: q.fint * q.K2,
        normal: q.normal, skew: q.skew, hasFringe: fringe, hasOctupole: octupole, form: gapForm,
        model: model),
      field: bending, location, slice, reference)
  }
}
