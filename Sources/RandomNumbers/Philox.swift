/// A counter-based random number generator: each block of random bits is a function of the seed and
/// of the value of a counter alone, so that any thread may compute any block, in any order.
///
/// Philox4×32-10: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1,
/// 2, 3", SC11 (2011), doi:10.1145/2063384.2063405, section 3.3.
public struct Philox: Sendable {
  /// Four words of 32 bits: a value of the counter, or the random bits for it.
  public typealias Block = SIMD4<UInt32>

  /// The key, which selects one of 2⁶⁴ bijections.
  public let key: SIMD2<UInt32>

  /// The generator with this key.
  public init(key: SIMD2<UInt32>) { self.key = key }

  /// The generator whose key is the seed, its lower 32 bits first.
  public init(seed: UInt64) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// 128 random bits for each value of the counter: a bijection of the counters.
  public func callAsFunction(_ counter: Block) -> Block {
    var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = (key[0], key[1])
    for _ in 0..<10 {
      let first = UInt64(c0) &* 0xD251_1F53
      let second = UInt64(c2) &* 0xCD9E_8D57
      c0 = UInt32(truncatingIfNeeded: second >> 32) ^ c1 ^ k0
      c1 = UInt32(truncatingIfNeeded: second)
      c2 = UInt32(truncatingIfNeeded: first >> 32) ^ c3 ^ k1
      c3 = UInt32(truncatingIfNeeded: first)
      k0 = k0 &+ 0x9E37_79B9
      k1 = k1 &+ 0xBB67_AE85
    }
    return Block(c0, c1, c2, c3)
  }

  /// The random bits of block number `block` of an item in a stream, as two words of 64 bits.
  public func words(item: UInt64, block: UInt32, stream: UInt32) -> (UInt64, UInt64) {
    let bits = self(
      Block(
        UInt32(truncatingIfNeeded: item), UInt32(truncatingIfNeeded: item >> 32), block, stream))
    return (UInt64(bits[0]) << 32 | UInt64(bits[1]), UInt64(bits[2]) << 32 | UInt64(bits[3]))
  }
}
