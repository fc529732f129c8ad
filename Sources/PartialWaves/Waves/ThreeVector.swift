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

/// A symmetric tensor of rank two in space.
@frozen
public struct SymmetricMatrix<S: RealScalar>: Sendable {
  /// The independent components.
  public var xx, yy, zz, xy, xz, yz: S

  /// A matrix with these components.
  @inlinable @inline(__always)
  public init(xx: S, yy: S, zz: S, xy: S, xz: S, yz: S) {
    self.xx = xx
    self.yy = yy
    self.zz = zz
    self.xy = xy
    self.xz = xz
    self.yz = yz
  }

  /// factor·a aᵀ
  @inlinable @inline(__always)
  public init(_ factor: S, dyadOf a: ThreeVector<S>) {
    let b = factor * a
    self.init(
      xx: b.x * a.x, yy: b.y * a.y, zz: b.z * a.z, xy: b.x * a.y, xz: b.x * a.z, yz: b.y * a.z)
  }

  /// factor·1
  @inlinable @inline(__always)
  public init(diagonal factor: S) {
    self.init(xx: factor, yy: factor, zz: factor, xy: .zero, xz: .zero, yz: .zero)
  }

  /// The sum, component by component.
  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self {
    Self(
      xx: a.xx + b.xx, yy: a.yy + b.yy, zz: a.zz + b.zz, xy: a.xy + b.xy, xz: a.xz + b.xz,
      yz: a.yz + b.yz)
  }
  /// The product with a vector.
  @inlinable @inline(__always)
  public static func * (a: Self, v: ThreeVector<S>) -> ThreeVector<S> {
    ThreeVector(
      a.xx * v.x + a.xy * v.y + a.xz * v.z, a.xy * v.x + a.yy * v.y + a.yz * v.z,
      a.xz * v.x + a.yz * v.y + a.zz * v.z)
  }
  /// The sum of the diagonal components.
  @inlinable @inline(__always) public var trace: S { xx + yy + zz }
}
