/// A prefix code of DEFLATE as a table (RFC 1951, section 3.2.2): the next bits of the stream, taken
/// as a number, are the index of their symbol.
struct InflateCode {
  /// Symbol times 16 plus the length of its code in bits; zero where no code begins so.
  private(set) var entries: [UInt16]
  /// The length of the longest code in bits: the table has 2 to the power of this entries.
  let width: Int

  /// - Parameter lengths: The length of each symbol's code in bits, at most 15; zero if it has none.
  /// - Throws: ``Inflate/Mistake`` if there are more codes than their lengths leave room for. Unused
  ///   codes are right: a single distance has a code of one bit.
  init(_ lengths: ArraySlice<UInt8>) throws(Inflate.Mistake) {
    var counts = [Int](repeating: 0, count: 16)
    for length in lengths { counts[Int(length)] += 1 }
    counts[0] = 0
    width = max(1, counts.lastIndex { $0 > 0 } ?? 0)
    var next = [Int](repeating: 0, count: 16)
    for length in 1..<16 {
      next[length] = (next[length - 1] + counts[length - 1]) << 1
      if next[length] + counts[length] > 1 << length {
        throw Inflate.Mistake("a code has too many short words")
      }
    }
    entries = [UInt16](repeating: 0, count: 1 << width)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let length = Int(length)
      // Codes stand in the stream with their first bit lowest.
      let code = UInt16(next[length]).reversedBits >> UInt16(16 - length)
      next[length] += 1
      for index in stride(from: Int(code), to: entries.count, by: 1 << length) {
        entries[index] = UInt16(symbol << 4 | length)
      }
    }
  }
}

extension UInt16 {
  fileprivate var reversedBits: UInt16 {
    var bits = self
    bits = bits >> 1 & 0x5555 | (bits & 0x5555) << 1
    bits = bits >> 2 & 0x3333 | (bits & 0x3333) << 2
    bits = bits >> 4 & 0x0F0F | (bits & 0x0F0F) << 4
    return bits.byteSwapped
  }
}
