import AutoDiff

/// A vector of space.
@frozen
public struct ThreeVector<S: RealScalar>: Sendable {
  /// Cartesian components.
  public var x, y, z: S

  /// A vector with these components.
  @inlinable @inline(__always)
  public init(_ x: S, _ y: S, _ z: S) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// The sum, component by component.
  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self {
    Self(a.x + b.x, a.y + b.y, a.z + b.z)
  }
  /// The difference, component by component.
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self {
    Self(a.x - b.x, a.y - b.y, a.z - b.z)
  }
  /// The opposite vector.
  @inlinable @inline(__always) public static prefix func - (a: Self) -> Self {
    Self(-a.x, -a.y, -a.z)
  }
  /// All components times a number.
  @inlinable @inline(__always) public static func * (factor: S, a: Self) -> Self {
    Self(factor * a.x, factor * a.y, factor * a.z)
  }
  /// All components times a number.
  @inlinable @inline(__always) public static func * (factor: Double, a: Self) -> Self {
    Self(factor * a.x, factor * a.y, factor * a.z)
  }

  /// The scalar product **a**·**b**.
  @inlinable @inline(__always) public func dot(_ other: Self) -> S {
    x * other.x + y * other.y + z * other.z
  }
  /// The vector product **a** × **b**.
  @inlinable @inline(__always) public func cross(_ other: Self) -> Self {
    Self(
      y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }
  /// **a**·**a**
  @inlinable @inline(__always) public var squaredLength: S { dot(self) }
}
