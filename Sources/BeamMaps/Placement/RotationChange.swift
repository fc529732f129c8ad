import AutoDiff

/// A rotation less the identity, g − 1, with columns x, y and z.
@usableFromInline
package struct RotationChange<C: RealScalar>: Sendable {
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
  package init(_ displacement: Displacement<C>) {
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
