import AutoDiff

/// A vector in the laboratory: components x, y, z.
public struct Vector3<C: RealScalar>: Sendable {
  /// The components.
  public var x, y, z: C

  /// The vector with components `x`, `y`, `z`.
  @inlinable
  public init(_ x: C, _ y: C, _ z: C) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// The same vector with each component transformed.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> Vector3<T> {
    Vector3<T>(transform(x), transform(y), transform(z))
  }

  /// The sum.
  @inlinable
  public static func + (a: Self, b: Self) -> Self { Self(a.x + b.x, a.y + b.y, a.z + b.z) }
  /// The difference.
  @inlinable
  public static func - (a: Self, b: Self) -> Self { Self(a.x - b.x, a.y - b.y, a.z - b.z) }
  /// The product with a number.
  @inlinable
  public static func * (a: Self, b: C) -> Self { Self(a.x * b, a.y * b, a.z * b) }
}

/// The axes of the local frame, as vectors in the laboratory.
public struct Orientation<C: RealScalar>: Sendable {
  /// The direction of increasing x.
  public var right: Vector3<C>
  /// The direction of increasing y.
  public var up: Vector3<C>
  /// The direction of flight.
  public var forward: Vector3<C>

  /// The frame with these axes.
  @inlinable
  public init(right: Vector3<C>, up: Vector3<C>, forward: Vector3<C>) {
    self.right = right
    self.up = up
    self.forward = forward
  }

  /// The axes of the laboratory, with the flight along z.
  @inlinable
  public static var laboratory: Self {
    Self(
      right: Vector3(.one, .zero, .zero), up: Vector3(.zero, .one, .zero),
      forward: Vector3(.zero, .zero, .one))
  }
}

extension Orientation {
  /// The vector with these components along the axes.
  @inlinable
  public func vector(_ components: Vector3<C>) -> Vector3<C> {
    right * components.x + up * components.y + forward * components.z
  }

  /// The components of a vector along the axes.
  @inlinable
  public func components(of vector: Vector3<C>) -> Vector3<C> {
    Vector3(vector.dot(right), vector.dot(up), vector.dot(forward))
  }

  /// The outer axes, seen from this frame.
  @inlinable
  public var transposed: Self {
    Self(
      right: Vector3(right.x, up.x, forward.x), up: Vector3(right.y, up.y, forward.y),
      forward: Vector3(right.z, up.z, forward.z))
  }

  /// The same frame with each number transformed.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> Orientation<T> {
    Orientation<T>(
      right: right.map(transform), up: up.map(transform), forward: forward.map(transform))
  }
}

extension Vector3 {
  /// The scalar product.
  @inlinable
  public func dot(_ other: Self) -> C { x * other.x + y * other.y + z * other.z }
}
