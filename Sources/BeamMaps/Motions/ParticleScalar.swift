import AutoDiff

/// The precision that coordinates are stored in: `Double` or `Float`.
public protocol ParticleWord: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  /// The name in run files and results: "double" or "float".
  static var precisionName: String { get }
  /// How many of `count` words are not zero. A requirement, and not a generic function, so that
  /// each precision has its own machine code.
  static func countNonzero(_ words: UnsafePointer<Self>, _ count: Int) -> Int
  /// Whether `count` words are all numbers whose magnitudes are below a positive limit: with ∞, whether
  /// they are all finite.
  static func areBelow(_ limit: Self, _ words: UnsafePointer<Self>, _ count: Int) -> Bool
  /// A particle that is as far off, in any coordinate, is out of reach of collective kicks: products of
  /// three coordinates of its frame, each a product of two of these, must not overflow.
  static var kickReach: Self { get }
  /// The kernel of this precision, of a pair of which only one is made.
  static func kernel(
    double: @autoclosure () -> TileKernel<Double>, single: @autoclosure () -> TileKernel<Float>
  ) -> TileKernel<Self>
  /// Kicks particles of this precision.
  static func apply(
    _ effect: any EffectRun, to particles: ParticleBlocks<Self>, _ slice: EffectSlice<Double>
  ) throws
}

extension Double: ParticleWord {
  public static func countNonzero(_ words: UnsafePointer<Double>, _ count: Int) -> Int {
    var sum = 0
    for i in 0..<count { sum &+= words[i] != 0 ? 1 : 0 }
    return sum
  }
  /// Magnitudes are in the order of their bits: those of the limit, and what is no number, carry into
  /// the sign.
  public static func areBelow(
    _ limit: Double, _ words: UnsafePointer<Double>, _ count: Int
  ) -> Bool {
    let rest = 1 << 63 - limit.bitPattern
    var carried: UInt64 = 0
    for i in 0..<count { carried |= words[i].magnitude.bitPattern &+ rest }
    return carried >> 63 == 0
  }
  public static var kickReach: Double { 1e30 }
  public static var precisionName: String { "double" }
  public static func kernel(
    double: @autoclosure () -> TileKernel<Double>, single: @autoclosure () -> TileKernel<Float>
  ) -> TileKernel<Double> { double() }
  public static func apply(
    _ effect: any EffectRun, to particles: ParticleBlocks<Double>,
    _ slice: EffectSlice<Double>
  ) throws { try effect.apply(to: particles, slice) }
}

extension Float: ParticleWord {
  public static func countNonzero(_ words: UnsafePointer<Float>, _ count: Int) -> Int {
    var sum = 0
    for i in 0..<count { sum &+= words[i] != 0 ? 1 : 0 }
    return sum
  }
  /// Magnitudes are in the order of their bits: those of the limit, and what is no number, carry into
  /// the sign.
  public static func areBelow(_ limit: Float, _ words: UnsafePointer<Float>, _ count: Int) -> Bool {
    let rest = 1 << 31 - limit.bitPattern
    var carried: UInt32 = 0
    for i in 0..<count { carried |= words[i].magnitude.bitPattern &+ rest }
    return carried >> 31 == 0
  }
  public static var kickReach: Float { 1e6 }
  public static var precisionName: String { "float" }
  public static func kernel(
    double: @autoclosure () -> TileKernel<Double>, single: @autoclosure () -> TileKernel<Float>
  ) -> TileKernel<Float> { single() }
  public static func apply(
    _ effect: any EffectRun, to particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>
  ) throws { try effect.apply(to: particles, slice) }
}

/// A scalar that particles are tracked with: it can be read from and written to a tile.
public protocol ParticleScalar: StoredScalar where Word: ParticleWord {
  /// What motions of such numbers move, with or without derivatives beside them: ``PointActions`` for
  /// single numbers, ``TileActions`` for groups of lanes.
  associatedtype Actions: MotionActions = PointActions
  /// The truth value of lane `i`.
  static func isTrue(_ mask: Mask, lane i: Int) -> Bool
  /// Moves a tile by `motion`; nil for numbers that move no tiles.
  static func tileAction<M: Motion>(_ motion: M) -> TileAction<Word>? where M.S == Self
  /// The same by stages, where these numbers gain by them.
  static func tileAction<M: StagedMotion>(inStagesBy motion: M) -> TileAction<Word>?
  where M.S == Self
  /// What the map of `motion` does with tangents beyond moving them; nothing without tangents.
  static func tangentActions<M: Motion>(_ motion: M) -> TangentActions<Word> where M.S == Self
}

extension ParticleScalar {
  @inlinable @inline(__always)
  public static func tileAction<M: Motion>(_ motion: M) -> TileAction<Word>? where M.S == Self {
    Actions.tile(motion)
  }

  /// Numbers with tangents have enough to do at once, and too many to keep: they go in one stage.
  @inlinable @inline(__always)
  public static func tileAction<M: StagedMotion>(inStagesBy motion: M) -> TileAction<Word>?
  where M.S == Self { tileAction(motion) }
}

extension ParticleScalar where Mask == Bool {
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Bool, lane i: Int) -> Bool { mask }
}

extension Double: ParticleScalar {}

extension Float: ParticleScalar {}

extension Lanes: ParticleScalar where Shape.Storage.Scalar: ParticleWord {
  public typealias Actions = TileActions
  @inlinable @inline(__always)
  public static func tileAction<M: StagedMotion>(inStagesBy motion: M) -> TileAction<Word>?
  where M.S == Self { Actions.tile(inStagesBy: motion) }
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { mask[i] }
}

extension Dual: ParticleScalar where Value: ParticleScalar {
  public typealias Actions = Value.Actions
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { Value.isTrue(mask, lane: i) }
}

extension Tangent: ParticleScalar where Value: ParticleScalar {
  public typealias Actions = Value.Actions
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { Value.isTrue(mask, lane: i) }
}

extension TangentPair: ParticleScalar where Value: ParticleScalar {
  public typealias Actions = Value.Actions
  /// Pairs take cotangents back, and nothing else.
  @inlinable @inline(__always)
  public static func tileAction<M: Motion>(_ motion: M) -> TileAction<Word>? where M.S == Self {
    nil
  }
  @inlinable @inline(__always)
  public static func isTrue(_ mask: Mask, lane i: Int) -> Bool { Value.isTrue(mask, lane: i) }
}
