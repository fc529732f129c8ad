import SystemLibrary

/// The random numbers of one item (an event, a fit, a particle), one after the other.
///
/// They depend on the seed, the stream and the item alone: items may be taken by any thread in any
/// order. Streams keep apart what a program draws for different purposes under one seed.
public struct PhiloxGenerator: RandomNumberGenerator, Sendable {
  /// The number of the item.
  public let item: UInt64
  /// The number of the stream: what the random numbers are for.
  public let stream: UInt32

  private let random: Philox
  /// The next block of the item, and the second word of the one before if it is still unused.
  private var block: UInt32 = 0
  private var pending: UInt64?

  /// The generator of one item, at its first number.
  public init(seed: UInt64, stream: UInt32 = 0, item: UInt64 = 0) {
    random = Philox(seed: seed)
    self.stream = stream
    self.item = item
  }

  /// 64 random bits. An item has 2³³ such words before they repeat.
  public mutating func next() -> UInt64 {
    if let word = pending {
      pending = nil
      return word
    }
    let (first, second) = random.words(item: item, block: block, stream: stream)
    block &+= 1
    pending = second
    return first
  }

  /// Continues as after `count` calls of ``next()``.
  public mutating func skip(_ count: Int) {
    require(count >= 0, "random numbers are skipped forward")
    var left = UInt64(count)
    if left > 0, pending != nil {
      pending = nil
      left -= 1
    }
    block &+= UInt32(truncatingIfNeeded: left / 2)
    if left % 2 == 1 { _ = next() }
  }

  /// A number in the open interval (0, 1), uniformly distributed.
  public mutating func nextUniform() -> Double { Double(openUnitInterval: next()) }

  /// Two independent standard normal deviates, from two uniform ones.
  ///
  /// G. Box, M. Muller, Ann. Math. Stat. 29, 610 (1958), doi:10.1214/aoms/1177706645. Radii end at
  /// √(−2 ln 2⁻⁵³) = 8.57, beyond which a normal pair falls once in 9·10¹⁵.
  public mutating func nextNormalPair() -> (Double, Double) {
    let radius = (-2 * log(nextUniform())).squareRoot()
    let angle = 2 * Double.pi * nextUniform()
    return (radius * cos(angle), radius * sin(angle))
  }

  /// A standard normal deviate, from two uniform numbers.
  public mutating func nextNormal() -> Double { nextNormalPair().0 }
}
