import AutoDiff
import BeamMaps
import ParameterTables

/// The fringe field at one face of a bending magnet.
///
/// To first order it is the lens of K. L. Brown, SLAC-75 (1982), the same at both ends. Beyond, it
/// is that of C. Mitchell, K. Hwang, NAPAC 2025, equation (14).
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
  /// The end of the magnet at which it stands.
  public var location: EdgeLocation
  /// The model by which it is tracked: linear or nonlinear.
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
  }

  public init() { self.init(angle: 0, radius: 1) }

  public static let kind = "DipoleEdge"
  public static let summary = "The fringe field at one face of a bending magnet."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .nonlinear], \.model)
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
    ], alternatives: [.atMostOne(of: "fint", "K2")])

  public var mistakes: [String] { radius == 0 ? ["radius must not be 0"] : [] }

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let curvature = 1.0 / q.radius
    let focusing = q.fint * q.K2
    switch model {
    case .linear, .chromatic, .exact, .thin:
      let face = PoleFace(
        curvature: curvature, angle: q.angle, gap: q.gap, fieldIntegral: focusing)
      return TransferMap(EdgedMotion(Rest<S>(), (face.lens, nil), slice))
    case .nonlinear:
      let field = DipoleFringe<S>(
        curvature: curvature, angle: q.angle, gap: q.gap,
        DipoleFringe<S>.Integrals(
          k0: q.K0, k1: q.K1, k2: focusing, k3: q.K3, k4: q.K4, k5: q.K5, k6: q.K6,
          scale: q.scale),
        location)
      return TransferMap(FringeMotion(field, slice, reference))
    }
  }
}
