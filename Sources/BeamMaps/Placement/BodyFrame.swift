import AutoDiff

/// The frame of a displaced body at a point of the design orbit, seen from the nominal frame there.
///
/// With the displacement T and the rotation g of ``Displacement`` in the pivot's frame, the
/// position r and the rotation q of the nominal frame seen from the pivot, it has the origin
/// d = qᵀ((g − 1)r + T) and the axes W = 1 + qᵀ(g − 1)q. With g − 1, which is small, no digits of
/// small errors are lost. (F. C. Iselin, The MAD Program: Physical Methods Manual (1994), chapter 1,
/// has frames of displaced elements about their entrance.)
public struct BodyFrame<C: RealScalar>: Sendable {
  /// The origin d [m].
  public var origin: Vector3<C>
  /// The axes, the columns of W.
  public var axes: Orientation<C>

  /// The frame with this origin [m] and these axes.
  @inlinable
  public init(origin: Vector3<C>, axes: Orientation<C>) {
    self.origin = origin
    self.axes = axes
  }

  /// The frame of a body of this shape with a displacement, at `fraction` of the length from the
  /// entrance. Its x axis lies in the plane of bending.
  @inlinable
  public init(
    of shape: BodyShape<C>, displaced displacement: Displacement<C>, about pivot: Pivot,
    at fraction: Double
  ) {
    self.init(
      of: shape, moved: RigidMotion(displacement), about: pivot, at: fraction)
  }

  /// The same with the displacement as one rigid motion in the pivot's frame.
  @inlinable
  package init(
    of shape: BodyShape<C>, moved motion: RigidMotion<C>, about pivot: Pivot, at fraction: Double
  ) {
    let nominal = shape.nominalFrame(at: fraction, from: pivot)
    origin = nominal.axes.components(of: motion.turn.apply(to: nominal.origin) + motion.shift)
    let displaced = motion.turn.transposed(seenBy: nominal.axes).orientation
    let (sine, cosine) = C.sincos(shape.roll)
    // The body's own x axis is turned by the roll.
    axes = Orientation(
      right: displaced.right * cosine + displaced.up * sine,
      up: displaced.up * cosine - displaced.right * sine, forward: displaced.forward)
  }

  /// The nominal frame, seen from this one: origin −Wᵀd, axes Wᵀ.
  @inlinable
  public var inverse: Self {
    let shift = axes.components(of: origin)
    return Self(
      origin: Vector3(C.zero - shift.x, C.zero - shift.y, C.zero - shift.z),
      axes: axes.transposed)
  }

  /// This frame, seen from `other`, where both are seen from the same one.
  @inlinable
  package func seen(from other: Self) -> Self {
    Self(
      origin: other.axes.components(of: origin - other.origin),
      axes: Orientation(
        right: other.axes.components(of: axes.right), up: other.axes.components(of: axes.up),
        forward: other.axes.components(of: axes.forward)))
  }

  /// This frame, which is seen from `outer`, seen from where `outer` is.
  @inlinable
  package func placed(in outer: Self) -> Self {
    Self(
      origin: outer.origin + outer.axes.vector(origin),
      axes: Orientation(
        right: outer.axes.vector(axes.right), up: outer.axes.vector(axes.up),
        forward: outer.axes.vector(axes.forward)))
  }

  /// The same frame with each number transformed.
  @inlinable
  package func map<T: RealScalar>(_ transform: (C) -> T) -> BodyFrame<T> {
    BodyFrame<T>(origin: origin.map(transform), axes: axes.map(transform))
  }
}
