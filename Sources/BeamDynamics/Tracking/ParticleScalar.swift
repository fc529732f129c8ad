import AutoDiff

/// The precision that coordinates are stored in: `Double` or `Float`.
public protocol ParticleWord: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  /// The name in run files and results: "double" or "float".
  static var precisionName: String { get }
  /// How many of `count` words are not zero. A requirement, and not a generic function, so that
  /// each precision has its own machine code.
  static func countNonzero(_ words: UnsafePointer<Self>, _ count: Int) -> Int
  /// The kernel of this precision, of a pair of which only one is made.
  static func kernel(
    double: @autoclosure () -> TileKernel<Double>, single: @autoclosure () -> TileKernel<Float>
  ) -> TileKernel<Self>
  /// Kicks particles of this precision.
  static func apply(
    _ kick: any CollectiveKickRun, to particles: ParticleBlocks<Self>, _ inputs: KickInputs<Double>
  ) throws
}

extension Double: ParticleWord {
  public static func countNonzero(_ words: UnsafePointer<Double>, _ count: Int) -> Int {
    var sum = 0
    for i in 0..<count { sum &+= words[i] != 0 ? 1 : 0 }
    return sum
  }
  public static var precisionName: String { "double" }
  public static func kernel(
    double: @autoclosure () -> TileKernel<Double>, single: @autoclosure () -> TileKernel<Float>
  ) -> TileKernel<Double> { double() }
  public static func apply(
    _ kick: any CollectiveKickRun, to particles: ParticleBlocks<Double>,
    _ inputs: KickInputs<Double>
  ) throws { try kick.apply(to: particles, inputs) }
}

extension Float: ParticleWord {
  public static func countNonzero(_ words: UnsafePointer<Float>, _ count: Int) -> Int {
    var sum = 0
    for i in 0..<count { sum &+= words[i] != 0 ? 1 : 0 }
    return sum
  }
  public static var precisionName: String { "float" }
  public static func kernel(
    double: @autoclosure () -> TileKernel<Double>, single: @autoclosure () -> TileKernel<Float>
  ) -> TileKernel<Float> { single() }
  public static func apply(
    _ kick: any CollectiveKickRun, to particles: ParticleBlocks<Float>, _ inputs: KickInputs<Double>
  ) throws { try kick.apply(to: particles, inputs) }
}

/// A scalar that particles are tracked with: it can be read from and written to a tile.
///
/// Its components (a value, then its tangents) lie `stride` words apart, the lanes of one component
/// side by side.
public protocol ParticleScalar: RealScalar {
  associatedtype Word: ParticleWord
  /// How many particles one value holds.
  static var laneCount: Int { get }
  /// How many words each particle takes: 1, and 1 more for each tangent.
  static var componentCount: Int { get }
  static func load(_ address: UnsafePointer<Word>, stride: Int) -> Self
  func store(to address: UnsafeMutablePointer<Word>, stride: Int)
  /// The truth value of lane `i`.
  static func isTrue(_ mask: Mask, lane i: Int) -> Bool
  /// What the map of `motion` does with tangents beyond moving them; nothing without tangents.
  static func tangentActions<M: Motion>(_ motion: M) -> TangentActions<Word> where M.S == Self
}

extension ParticleScalar where Mask == Bool {
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Bool, lane i: Int) -> Bool { mask }
}

extension Double: ParticleScalar {
  public typealias Word = Double
  @inlinable public static var laneCount: Int { 1 }
  @inlinable public static var componentCount: Int { 1 }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Double>, stride: Int) -> Double {
    address.pointee
  }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Double>, stride: Int) {
    address.pointee = self
  }
}

extension Float: ParticleScalar {
  public typealias Word = Float
  @inlinable public static var laneCount: Int { 1 }
  @inlinable public static var componentCount: Int { 1 }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Float>, stride: Int) -> Float {
    address.pointee
  }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Float>, stride: Int) {
    address.pointee = self
  }
}

extension Lanes: ParticleScalar where Shape.Storage.Scalar: ParticleWord {
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
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { mask[i] }
}

extension Dual: ParticleScalar where Value: ParticleScalar {
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
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { Value.isTrue(mask, lane: i) }
}

extension Tangent: ParticleScalar where Value: ParticleScalar {
  public typealias Word = Value.Word
  @inlinable public static var laneCount: Int { Value.laneCount }
  @inlinable public static var componentCount: Int { 2 * Value.componentCount }
  @inlinable @inline(__always)
  public static func load(_ address: UnsafePointer<Word>, stride: Int) -> Self {
    let span = Value.componentCount * stride
    return Self(
      .load(address, stride: stride), tangent: .load(address + span, stride: stride))
  }
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Word>, stride: Int) {
    let span = Value.componentCount * stride
    value.store(to: address, stride: stride)
    tangent.store(to: address + span, stride: stride)
  }
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { Value.isTrue(mask, lane: i) }
}

extension TangentPair: ParticleScalar where Value: ParticleScalar {
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
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { Value.isTrue(mask, lane: i) }
}
