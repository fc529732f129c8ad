import AutoDiff
import BeamMaps
import ParameterTables

/// A rotation in the plane of x and s, from a frame in which the design orbit has one angle to a
/// frame in which it has another. The reference particle itself does not turn.
///
/// MaryLie 3.0 manual, section 6.5.
public struct PitchRotation: Element {
  /// Angle of the design orbit in the frame before [rad], below π/2 in magnitude.
  public var angleIn: Double
  /// Angle of the design orbit in the frame after [rad], below π/2 in magnitude.
  public var angleOut: Double

  /// A rotation from a frame with `angleIn` to one with `angleOut` [rad].
  public init(angleIn: Double = 0, angleOut: Double = 0) {
    self.angleIn = angleIn
    self.angleOut = angleOut
  }

  public init() { self.init(angleIn: 0) }

  public static let kind = "PitchRotation"
  public static let summary = "A rotation in the plane of x and s, between tilted frames."
  public static let modelChoice = ModelChoice<Self>.only(.exact)
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([
    .real("angle_in", \.angleIn, unit: "rad", "Angle of the orbit in the frame before."),
    .real("angle_out", \.angleOut, unit: "rad", "Angle of the orbit in the frame after."),
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  public var mistakes: [String] {
    [("angle_in", angleIn), ("angle_out", angleOut)].compactMap { name, angle in
      angle.magnitude < .pi / 2 ? nil : "\(name) must be below pi/2 in magnitude"
    }
  }

  /// Passed backward, the frames change places.
  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let (before, after) = slice.isBackward ? (q.angleOut, q.angleIn) : (q.angleIn, q.angleOut)
    return TransferMap(FrameRotation<S>(from: before, to: after, reference))
  }
}
