import AutoDiff
import BeamMaps
import ParameterTables

/// A bend of zero length, which turns the design orbit.
///
/// G. Ripken, F. Schmidt, CERN/SL/95-12 (AP) (1995), section 3.1, equations (3.2b) and (3.2e).
public struct ThinDipole: Element {
  /// Bending angle [rad]; positive bends towards −x.
  public var angle: Double
  /// Bending radius [m], not 0, for the weak focusing.
  public var radius: Double

  /// A bend by `angle` [rad] with the weak focusing of `radius` [m].
  public init(angle: Double, radius: Double) {
    self.angle = angle
    self.radius = radius
  }

  public init() { self.init(angle: 0, radius: 1) }

  public static let kind = "ThinDipole"
  public static let summary = "A bend of zero length, which turns the design orbit."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([
    .real("angle", \.angle, unit: "rad", required: true, "Bending angle; positive towards -x."),
    .real("radius", \.radius, unit: "m", required: true, "Bending radius, for weak focusing."),
  ])

  public var mistakes: [String] { radius == 0 ? ["radius must not be 0"] : [] }

  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    reference.turn(by: slice.kick(q.angle))
  }

  public var bendsOrbit: Bool { true }

  public func bodyShape<C: RealScalar>(
    _ q: Lifted<Self, C>, _ reference: ReferenceParticle<C>
  ) -> BodyShape<C> { BodyShape(length: .zero, angle: q.angle) }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(
      ThinBend<S>(angle: slice.kick(q.angle), curvature: 1.0 / q.radius, reference))
  }
}
