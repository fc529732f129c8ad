import AutoDiff

/// A scalar of one particle. Its plain value, without derivatives, determines the bin.
public protocol EffectScalar: RealScalar where Mask == Bool {
  /// The same number without the derivatives of the backward pass.
  associatedtype Base: EffectScalar where Base.Base == Base
  /// The value without any derivative.
  var plain: Double { get }
  var base: Base { get }
  /// `base` with the derivative one along a direction of the backward pass, or with none.
  static func lifted(_ base: Base, along direction: Int?) -> Self
}

extension Double: EffectScalar {
  @inlinable @inline(__always) public var plain: Double { self }
  @inlinable @inline(__always) public var base: Double { self }
  @inlinable @inline(__always)
  public static func lifted(_ base: Double, along direction: Int?) -> Double { base }
}

extension Tangent: EffectScalar where Value == Double {
  @inlinable @inline(__always) public var plain: Double { value }
  @inlinable @inline(__always) public var base: Self { self }
  @inlinable @inline(__always)
  public static func lifted(_ base: Self, along direction: Int?) -> Self { base }
}

extension Dual: EffectScalar where Value: EffectScalar, Value.Base == Value {
  @inlinable @inline(__always) public var plain: Double { value.plain }
  @inlinable @inline(__always) public var base: Value { value }
  @inlinable @inline(__always)
  public static func lifted(_ base: Value, along direction: Int?) -> Self {
    Self(base) { i in i == direction ? .one : .zero }
  }
}
