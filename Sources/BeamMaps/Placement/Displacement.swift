import AutoDiff

/// The rigid displacement of an element's body from its place on the design orbit: six errors of
/// alignment. The reference particle ignores them.
///
/// In the frame of the pivot (x, y and z along the flight, right-handed), the body is turned by
/// g = R_y(yaw)·R_x(−pitch)·R_z(tilt), then moved by (dx, dy, dz).
public struct Displacement<C: RealScalar>: Sendable {
  /// Displacement along x [m].
  public var dx: C
  /// Displacement along y [m].
  public var dy: C
  /// Displacement downstream [m].
  public var dz: C
  /// Rotation that moves the downstream end to +y [rad].
  public var pitch: C
  /// Rotation that moves the downstream end to +x [rad].
  public var yaw: C
  /// Rotation about the direction of flight that turns x towards y [rad].
  public var tilt: C

  /// The displacement with the number `value` of each degree of freedom.
  @inlinable
  public init(_ value: (DegreeOfFreedom) -> C) {
    dx = value(.dx)
    dy = value(.dy)
    dz = value(.dz)
    pitch = value(.pitch)
    yaw = value(.yaw)
    tilt = value(.tilt)
  }

  /// The number of one degree of freedom [m] or [rad].
  @inlinable
  public subscript(degree: DegreeOfFreedom) -> C {
    get {
      switch degree {
      case .dx: dx
      case .dy: dy
      case .dz: dz
      case .pitch: pitch
      case .yaw: yaw
      case .tilt: tilt
      }
    }
    set {
      switch degree {
      case .dx: dx = newValue
      case .dy: dy = newValue
      case .dz: dz = newValue
      case .pitch: pitch = newValue
      case .yaw: yaw = newValue
      case .tilt: tilt = newValue
      }
    }
  }
}
