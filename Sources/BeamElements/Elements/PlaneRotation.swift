import AutoDiff
import BeamMaps
import ParameterTables

/// A rotation of the particles about the direction of flight, which is one of the frame by the
/// opposite angle.
public struct PlaneRotation: Element {
  /// Angle from x towards y by which the particles turn [rad].
  public var angle: Double

  /// A rotation of the particles by `angle` [rad].
  public init(angle: Double) { self.angle = angle }

  public init() { self.init(angle: 0) }

  public static let kind = "PlaneRotation"
  public static let summary = "A rotation of the particles about the direction of flight."
  public static let modelChoice = ModelChoice<Self>.only(.exact)
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([
    .real("angle", \.angle, unit: "rad", required: true, "Angle from x towards y.")
  ])

  /// A rotation is exact and linear at once.
  public var isLinear: Bool { true }

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(RollRotation<S>(angle: slice.kick(q.angle)))
  }
}
