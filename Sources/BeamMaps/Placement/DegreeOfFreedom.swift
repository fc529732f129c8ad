/// One of the six degrees of freedom of a rigid body.
public enum DegreeOfFreedom: String, Sendable, CaseIterable {
  /// Displacement along x, along y, and along the flight [m].
  case dx, dy, dz
  /// Rotation that moves the downstream end to +y [rad].
  case pitch
  /// Rotation that moves the downstream end to +x [rad].
  case yaw
  /// Rotation about the direction of flight that turns x towards y [rad].
  case tilt

  /// True for a displacement across the flight and for a roll: in a straight element they change
  /// neither lengths nor times.
  @inlinable public var isTransverse: Bool { self == .dx || self == .dy || self == .tilt }
}
