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
    let turn = RotationChange(displacement)
    // The arc from the pivot, its angle, and the distance of the arc's middle from the chord's.
    let isCentered = pivot == .center
    let arc = shape.length * (isCentered ? fraction - 0.5 : fraction)
    let angle = shape.angle * (isCentered ? fraction - 0.5 : fraction)
    let quarter = shape.angle * shape.angle * 0.25
    let rise = isCentered ? 0.25 * shape.length * shape.angle * Stumpff(quarter).c2 : .zero
    let stumpff = Stumpff(angle * angle)
    let (sine, cosine) = C.sincos(shape.roll)
    let across = rise - arc * angle * stumpff.c2
    let position = Vector3(cosine * across, sine * across, arc * stumpff.c1)
    // The columns of q = R_z(roll)·R_y(−angle)·R_z(−roll).
    let bend = RotationChange<C>.aboutY(C.zero - angle)
    let roll = Orientation(
      right: Vector3(cosine, sine, .zero), up: Vector3(C.zero - sine, cosine, .zero),
      forward: Vector3(.zero, .zero, .one))
    let nominal = bend.seen(from: roll).orientation
    origin = nominal.components(of: turn.apply(to: position) + displacement.shift)
    let displaced = turn.transposed(seenBy: nominal).orientation
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
}

extension Displacement {
  /// (dx, dy, dz) [m].
  @inlinable var shift: Vector3<C> { Vector3(dx, dy, dz) }
}

/// A rotation less the identity, g − 1, with columns x, y and z.
@usableFromInline
struct RotationChange<C: RealScalar> {
  @usableFromInline var x, y, z: Vector3<C>

  @inlinable
  init(x: Vector3<C>, y: Vector3<C>, z: Vector3<C>) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// cos α − 1 = −2 sin²(α/2), and sin α.
  @inlinable
  static func parts(_ angle: C) -> (sine: C, change: C) {
    let half = C.sin(0.5 * angle)
    return (C.sin(angle), -2.0 * half * half)
  }

  @inlinable
  static func aboutX(_ angle: C) -> Self {
    let (sine, change) = parts(angle)
    return Self(
      x: Vector3(.zero, .zero, .zero), y: Vector3(.zero, change, sine),
      z: Vector3(.zero, C.zero - sine, change))
  }

  @inlinable
  static func aboutY(_ angle: C) -> Self {
    let (sine, change) = parts(angle)
    return Self(
      x: Vector3(change, .zero, C.zero - sine), y: Vector3(.zero, .zero, .zero),
      z: Vector3(sine, .zero, change))
  }

  @inlinable
  static func aboutZ(_ angle: C) -> Self {
    let (sine, change) = parts(angle)
    return Self(
      x: Vector3(change, sine, .zero), y: Vector3(C.zero - sine, change, .zero),
      z: Vector3(.zero, .zero, .zero))
  }

  /// Of R_y(yaw)·R_x(−pitch)·R_z(tilt).
  @inlinable
  init(_ displacement: Displacement<C>) {
    self = Self.aboutY(displacement.yaw)
      .after(.aboutX(C.zero - displacement.pitch)).after(.aboutZ(displacement.tilt))
  }

  /// (g − 1)v
  @inlinable
  func apply(to v: Vector3<C>) -> Vector3<C> { x * v.x + y * v.y + z * v.z }

  /// Of the rotation `first`, then this one: (1 + A)(1 + B) − 1 = A + B + AB.
  @inlinable
  func after(_ first: Self) -> Self {
    Self(
      x: x + first.x + apply(to: first.x), y: y + first.y + apply(to: first.y),
      z: z + first.z + apply(to: first.z))
  }

  /// The same rotation in coordinates in which its axes are turned by `frame`: F(g − 1)Fᵀ.
  @inlinable
  func seen(from frame: Orientation<C>) -> Self {
    func column(_ i: KeyPath<Vector3<C>, C>) -> Vector3<C> {
      // Fᵀe_i has the i-th components of the columns of F.
      frame.vector(
        apply(
          to: Vector3(
            frame.right[keyPath: i], frame.up[keyPath: i], frame.forward[keyPath: i])))
    }
    return Self(x: column(\.x), y: column(\.y), z: column(\.z))
  }

  /// The same rotation seen from a frame with the axes `frame`: Fᵀ(g − 1)F.
  @inlinable
  func transposed(seenBy frame: Orientation<C>) -> Self {
    Self(
      x: frame.components(of: apply(to: frame.right)),
      y: frame.components(of: apply(to: frame.up)),
      z: frame.components(of: apply(to: frame.forward)))
  }

  /// The rotated axes, the columns of g.
  @inlinable
  var orientation: Orientation<C> {
    Orientation(
      right: Vector3(1.0 + x.x, x.y, x.z), up: Vector3(y.x, 1.0 + y.y, y.z),
      forward: Vector3(z.x, z.y, 1.0 + z.z))
  }
}
