extension PhiloxGenerator {
  /// The generator of an item that has a name, in the stream of a purpose in words: the same name
  /// has the same random numbers, whatever other items there are.
  ///
  /// Names become numbers by FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, RFC 9923), of
  /// 64 bits for items, folded to 32 bits for streams. Two of a million names share a number with a
  /// probability of 3·10⁻⁸.
  public init(seed: UInt64, purpose: String, item: String) {
    let stream = Self.hash(of: purpose)
    self.init(
      seed: seed, stream: UInt32(truncatingIfNeeded: stream ^ (stream >> 32)),
      item: Self.hash(of: item))
  }

  private static func hash(of text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return hash
  }
}
