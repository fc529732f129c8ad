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
