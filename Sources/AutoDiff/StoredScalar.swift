/// A number of one particle or event, or of several side by side in lanes, that can be read from and
/// written to plain memory.
///
/// Its components (a value, then its tangents) lie `stride` words apart. The lanes of one component
/// lie side by side, so that the order in memory does not depend on the number of lanes.
public protocol StoredScalar<Word>: RealScalar {
  /// The precision that components are stored in.
  associatedtype Word: BinaryFloatingPoint & Sendable
  /// How many particles or events one value holds.
  static var laneCount: Int { get }
  /// How many words each of them takes: 1, and 1 more for each tangent.
  static var componentCount: Int { get }
  static func load(_ address: UnsafePointer<Word>, stride: Int) -> Self
  func store(to address: UnsafeMutablePointer<Word>, stride: Int)
  /// Reads a number from its first component alone; its tangents are zero.
  init(constantAt address: UnsafePointer<Word>)
}

extension StoredScalar where Word == Self {
  @inlinable public static var laneCount: Int { 1 }
  @inlinable public static var componentCount: Int { 1 }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Self>, stride: Int) -> Self { address.pointee }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Self>, stride: Int) { address.pointee = self }
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Self>) { self = address.pointee }
}

extension Double: StoredScalar {
  public typealias Word = Double
}

extension Float: StoredScalar {
  public typealias Word = Float
}

extension Lanes: StoredScalar {
  public typealias Word = Shape.Storage.Scalar
  @inlinable public static var laneCount: Int { Shape.Storage.scalarCount }
  @inlinable public static var componentCount: Int { 1 }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Word>, stride: Int) -> Self {
    Self(vector: Shape.load(address))
  }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Word>, stride: Int) {
    Shape.store(vector, to: address)
  }
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Word>) { self.init(vector: Shape.load(address)) }
}

extension Dual: StoredScalar where Value: StoredScalar {
  public typealias Word = Value.Word
  @inlinable public static var laneCount: Int { Value.laneCount }
  @inlinable public static var componentCount: Int { (n + 1) * Value.componentCount }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Word>, stride: Int) -> Self {
    let span = Value.componentCount * stride
    return Self(Value.load(address, stride: stride)) { i in
      Value.load(address + (i + 1) * span, stride: stride)
    }
  }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Word>, stride: Int) {
    let span = Value.componentCount * stride
    value.store(to: address, stride: stride)
    for i in 0..<n {
      tangent[i].store(to: address + (i + 1) * span, stride: stride)
    }
  }
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Word>) {
    self.init(Value(constantAt: address)) { _ in .zero }
  }
}

extension Tangent: StoredScalar where Value: StoredScalar {
  public typealias Word = Value.Word
  @inlinable public static var laneCount: Int { Value.laneCount }
  @inlinable public static var componentCount: Int { 2 * Value.componentCount }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Word>, stride: Int) -> Self {
    let span = Value.componentCount * stride
    return Self(.load(address, stride: stride), tangent: .load(address + span, stride: stride))
  }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Word>, stride: Int) {
    let span = Value.componentCount * stride
    value.store(to: address, stride: stride)
    tangent.store(to: address + span, stride: stride)
  }
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Word>) {
    self.init(Value(constantAt: address), tangent: .zero)
  }
}

extension TangentPair: StoredScalar where Value: StoredScalar {
  public typealias Word = Value.Word
  @inlinable public static var laneCount: Int { Value.laneCount }
  @inlinable public static var componentCount: Int { 3 * Value.componentCount }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Word>, stride: Int) -> Self {
    let span = Value.componentCount * stride
    return Self(
      .load(address, stride: stride), .load(address + span, stride: stride),
      .load(address + 2 * span, stride: stride))
  }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Word>, stride: Int) {
    let span = Value.componentCount * stride
    value.store(to: address, stride: stride)
    first.store(to: address + span, stride: stride)
    second.store(to: address + 2 * span, stride: stride)
  }
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Word>) {
    self.init(Value(constantAt: address), .zero, .zero)
  }
}
