import AutoDiff

/// A word: the floating-point type that particle coordinates are stored in, `Double` or `Float`.
public protocol ParticleWord: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  /// The name in run files and results: "double" or "float".
  static var precisionName: String { get }
  /// How many of `count` words are not zero. It is a requirement, and not a generic function, so
  /// that the compiler makes machine code for each precision.
  static func countNonzero(_ words: UnsafePointer<Self>, _ count: Int) -> Int
  /// Whether the magnitudes of all `count` words are below a positive limit. With the limit ∞:
  /// whether all words are finite.
  static func areBelow(_ limit: Self, _ words: UnsafePointer<Self>, _ count: Int) -> Bool
  /// The largest coordinate for which a collective kick is computed. Each coordinate in the
  /// effect's frame is a product of two coordinates; products of three of those must not overflow.
  static var kickReach: Self { get }
  /// The kernel of this precision; only that one of the two arguments is evaluated.
  static func kernel(
    double: @autoclosure () -> TileKernel<Double>, single: @autoclosure () -> TileKernel<Float>
  ) -> TileKernel<Self>
  /// Applies a collective effect to particles of this precision.
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
  /// Magnitudes compare like their bit patterns. The sum of the pattern and `rest` carries into the
  /// sign bit if the magnitude reaches the limit, or is NaN.
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
  /// As for `Double`.
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
