import AutoDiff

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
