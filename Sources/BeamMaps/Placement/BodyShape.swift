import AutoDiff

/// The design orbit in an element's body: a straight line or an arc.
public struct BodyShape<C: RealScalar>: Sendable {
  /// Length along the design orbit [m].
  public var length: C
  /// Angle through which it turns [rad], positive towards −x; 0 for a straight element.
  public var angle: C
  /// Rotation of the plane of bending about the direction of flight at the entrance [rad]: π/2 bends
  /// towards −y. It belongs to the design, and the reference particle follows.
  public var roll: C

  /// A straight line of `length` [m], or an arc through `angle` [rad] in a plane rolled by `roll`
  /// [rad].
  @inlinable
  public init(length: C, angle: C = .zero, roll: C = .zero) {
    self.length = length
    self.angle = angle
    self.roll = roll
  }
}

extension BodyShape {
  /// The nominal frame at `fraction` of the length from the entrance, seen from the pivot: its
  /// origin r and its axes q.
  @inlinable
  package func nominalFrame(at fraction: Double, from pivot: Pivot) -> BodyFrame<C> {
    // The arc from the pivot, its angle, and the distance of the arc's middle from the chord's.
    let isCentered = pivot == .center
    let part = isCentered ? fraction - 0.5 : fraction
    let arc = self.length * part
    let angle = self.angle * part
    let quarter = self.angle * self.angle * 0.25
    let rise = isCentered ? 0.25 * self.length * self.angle * Stumpff(quarter).c2 : .zero
    let stumpff = Stumpff(angle * angle)
    let (sine, cosine) = C.sincos(roll)
    let across = rise - arc * angle * stumpff.c2
    // The columns of q = R_z(roll)·R_y(−angle)·R_z(−roll).
    let bend = RotationChange<C>.aboutY(C.zero - angle)
    let plane = Orientation(
      right: Vector3(cosine, sine, .zero), up: Vector3(C.zero - sine, cosine, .zero),
      forward: Vector3(.zero, .zero, .one))
    return BodyFrame(
      origin: Vector3(cosine * across, sine * across, arc * stumpff.c1),
      axes: bend.seen(from: plane).orientation)
  }
}
