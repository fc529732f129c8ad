import AutoDiff
import BeamMaps
import ParameterTables

/// A change to another frame of reference, which the reference particle follows: its exit has an origin
/// and axes that are displaced and rotated against those of its entrance. Particles fly freely between
/// the two planes.
///
/// The path of the reference particle is the distance from the origin of the entrance to the plane of
/// the exit.
public struct Patch: Element {
  /// Displacement of the exit along x [m].
  public var dx: Double
  /// Displacement of the exit along y [m].
  public var dy: Double
  /// Displacement of the exit downstream [m].
  public var dz: Double
  /// Rotation that turns the direction of flight to +y [rad].
  public var pitch: Double
  /// Rotation that turns the direction of flight to +x [rad].
  public var yaw: Double
  /// Rotation about the direction of flight that turns x towards y [rad].
  public var tilt: Double
  /// What the clock of the reference particle is put forward by, c·time [m].
  public var timeOffset: Double

  /// A patch to a frame with this origin [m] and these angles [rad].
  public init(
    dx: Double = 0, dy: Double = 0, dz: Double = 0, pitch: Double = 0, yaw: Double = 0,
    tilt: Double = 0, timeOffset: Double = 0
  ) {
    self.dx = dx
    self.dy = dy
    self.dz = dz
    self.pitch = pitch
    self.yaw = yaw
    self.tilt = tilt
    self.timeOffset = timeOffset
  }

  public init() { self.init(dx: 0) }

  public static let kind = "Patch"
  public static let summary = "A change to another frame of reference, which the reference follows."
  public static let modelChoice = ModelChoice<Self>.only(.exact)
  public static let orbitLength = OrbitLength<Self>.none
  public static let isPlaceable = false
  public static let parameters = ParameterTable<Self>([
    .real("dx", \.dx, unit: "m", "Displacement of the exit along x."),
    .real("dy", \.dy, unit: "m", "Displacement of the exit along y."),
    .real("dz", \.dz, unit: "m", "Displacement of the exit along the flight."),
    .real("pitch", \.pitch, unit: "rad", "Rotation that turns the direction of flight to +y."),
    .real("yaw", \.yaw, unit: "rad", "Rotation that turns the direction of flight to +x."),
    .real("tilt", \.tilt, unit: "rad", "Rotation about the direction of flight, x towards y."),
    .real(
      "time_offset", \.timeOffset, unit: "m",
      "What the clock of the reference particle is put forward by, c*time."),
  ])

  /// The frame of the exit, seen from the entrance.
  private func frame<C: RealScalar>(_ q: Lifted<Self, C>) -> BodyFrame<C> {
    let displacement = Displacement<C> {
      switch $0 {
      case .dx: q.dx
      case .dy: q.dy
      case .dz: q.dz
      case .pitch: q.pitch
      case .yaw: q.yaw
      case .tilt: q.tilt
      }
    }
    return BodyFrame(
      of: BodyShape(length: .zero), displaced: displacement, about: .entrance, at: 0)
  }

  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    let exit = frame(q)
    let path = exit.axes.components(of: exit.origin).z
    let step = slice.isBackward ? exit.inverse : exit
    reference.change(into: step, over: slice.kick(path))
    reference.timeSum += slice.kick(q.timeOffset)
  }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let exit = frame(q)
    let path = exit.axes.components(of: exit.origin).z
    return TransferMap(
      PatchMotion<S>(
        into: slice.isBackward ? exit.inverse : exit, path: slice.kick(path),
        delay: slice.kick(q.timeOffset), reference))
  }
}
