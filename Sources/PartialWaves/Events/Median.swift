import Communication

/// The median of numbers that several processes share.
enum Median {
  /// Bits that are found at a time.
  private static let digit: UInt64 = 11

  /// The lower median: of n numbers in ascending order, that of index (n − 1)/2. Numbers are not moved between
  /// processes: they are counted, by eleven bits at a time.
  ///
  /// - Parameter numbers: Those of this process; there is one at least in all processes. NaN counts as larger than
  ///   all numbers.
  /// - Throws: What communicating throws.
  static func of(_ numbers: [Double], _ communicator: any Communicator) throws -> Double {
    var keys = numbers.map(key)
    var rank = (try communicator.allGather(values: keys.count).reduce(0, +) - 1) / 2
    var shift: UInt64 = 66
    var found: UInt64 = 0
    while shift > 0 {
      shift -= digit
      let mask: UInt64 = (1 << digit) - 1
      var counts = [Int](repeating: 0, count: 1 << digit)
      for key in keys { counts[Int(key >> shift & mask)] += 1 }
      if communicator.size > 1 {
        let all = try communicator.allGather(values: counts)
        counts = counts.indices.map { i in all.reduce(0) { $0 + $1[i] } }
      }
      var chosen = 0
      while chosen < counts.count - 1, rank >= counts[chosen] {
        rank -= counts[chosen]
        chosen += 1
      }
      found |= UInt64(chosen) << shift
      keys = keys.filter { $0 >> shift & mask == UInt64(chosen) }
    }
    return number(found)
  }

  /// The bits of a number, such that larger numbers have larger bits.
  private static func key(_ x: Double) -> UInt64 {
    x.sign == .minus && !x.isNaN ? ~x.bitPattern : x.bitPattern | 1 << 63
  }

  private static func number(_ key: UInt64) -> Double {
    Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key)
  }
}
