import AutoDiff

/// A number of one event, or of several side by side in lanes, that can be read from and written to
/// plain memory.
///
/// Its components (a value, then its tangents) lie `stride` words apart, the lanes of one component
/// side by side: so nothing that is kept in memory depends on the width of a lane.
public protocol EventScalar: RealScalar {
  /// How many events one value holds.
  static var laneCount: Int { get }
  /// How many words each event takes: 1, and 1 more for each tangent.
  static var componentCount: Int { get }
  /// Numbers without derivatives from consecutive words.
  init(constantAt address: UnsafePointer<Double>)
  static func load(_ address: UnsafePointer<Double>, stride: Int) -> Self
  func store(to address: UnsafeMutablePointer<Double>, stride: Int)
}

extension Double: EventScalar {
  @inlinable public static var laneCount: Int { 1 }
  @inlinable public static var componentCount: Int { 1 }
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Double>) { self = address.pointee }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Double>, stride: Int) -> Double {
    address.pointee
  }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Double>, stride: Int) {
    address.pointee = self
  }
}

extension Lanes: EventScalar where Shape.Storage.Scalar == Double {
  @inlinable public static var laneCount: Int { Shape.Storage.scalarCount }
  @inlinable public static var componentCount: Int { 1 }
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Double>) {
    self.init(vector: Shape.load(address))
  }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Double>, stride: Int) -> Self {
    Self(vector: Shape.load(address))
  }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Double>, stride: Int) {
    Shape.store(vector, to: address)
  }
}

extension Tangent: EventScalar where Value: EventScalar {
  @inlinable public static var laneCount: Int { Value.laneCount }
  @inlinable public static var componentCount: Int { 2 * Value.componentCount }
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Double>) {
    self.init(Value(constantAt: address), tangent: .zero)
  }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Double>, stride: Int) -> Self {
    let span = Value.componentCount * stride
    return Self(.load(address, stride: stride), tangent: .load(address + span, stride: stride))
  }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Double>, stride: Int) {
    let span = Value.componentCount * stride
    value.store(to: address, stride: stride)
    tangent.store(to: address + span, stride: stride)
  }
}

extension TangentPair: EventScalar where Value: EventScalar {
  @inlinable public static var laneCount: Int { Value.laneCount }
  @inlinable public static var componentCount: Int { 3 * Value.componentCount }
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Double>) {
    self.init(Value(constantAt: address), .zero, .zero)
  }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Double>, stride: Int) -> Self {
    let span = Value.componentCount * stride
    return Self(
      .load(address, stride: stride), .load(address + span, stride: stride),
      .load(address + 2 * span, stride: stride))
  }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Double>, stride: Int) {
    let span = Value.componentCount * stride
    value.store(to: address, stride: stride)
    first.store(to: address + span, stride: stride)
    second.store(to: address + 2 * span, stride: stride)
  }
}
