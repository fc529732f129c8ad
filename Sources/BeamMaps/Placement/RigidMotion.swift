import AutoDiff

/// A rigid motion of a body in the frame of its pivot: a rotation g about the origin, kept as
/// g − 1, then a shift T. A ``Displacement`` is one, and so is the sum of an element's own and its
/// girder's.
@usableFromInline
package struct RigidMotion<C: RealScalar>: Sendable {
  /// T [m].
  @usableFromInline package var shift: Vector3<C>
  /// g − 1
  @usableFromInline package var turn: RotationChange<C>

  @inlinable
  package init(shift: Vector3<C>, turn: RotationChange<C>) {
    self.shift = shift
    self.turn = turn
  }

  /// Of a displacement.
  @inlinable
  package init(_ displacement: Displacement<C>) {
    self.init(
      shift: Vector3(displacement.dx, displacement.dy, displacement.dz),
      turn: RotationChange(displacement))
  }

  /// This motion of a body relative to a girder, and the girder's motion, as one.
  ///
  /// With the girder's pivot at u, its axes Q, its motion (T_G, g_G), and this motion (T, g):
  /// g_total = Q·g_G·Qᵀ·g and T_total = T + Q·T_G + Q(g_G − 1)Qᵀ(T − u). The distance u of the two
  /// pivots is multiplied by the small g_G − 1 and never subtracted from another, which would cost
  /// the digits of small errors on a long girder.
  ///
  /// - Parameters:
  ///   - girder: The motion of the girder in the frame of its pivot.
  ///   - frame: The frame of the girder's pivot, seen from that of the body's pivot.
  @inlinable
  package func carried(by girder: Self, in frame: BodyFrame<C>) -> Self {
    let carrying = girder.turn.seen(from: frame.axes)
    return Self(
      shift: shift + frame.axes.vector(girder.shift)
        + carrying.apply(to: shift - frame.origin),
      turn: carrying.after(turn))
  }
}
