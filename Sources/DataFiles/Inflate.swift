/// Restores what DEFLATE has compressed (RFC 1951).
///
/// The size of the result is given beforehand and never exceeded, so that a stream of a few bytes
/// cannot fill the memory.
struct Inflate {
  private let input: UnsafeBufferPointer<UInt8>
  private let output: UnsafeMutableBufferPointer<UInt8>
  /// The next byte of the input.
  private var position = 0
  /// Bits that have been taken from the input and not used, the next one lowest.
  private var bits: UInt64 = 0
  private var bitCount = 0
  /// The bytes of the result so far.
  private var written = 0

  /// What is wrong with a stream.
  struct Mistake: Error, Equatable {
    var text: String

    init(_ text: String) { self.text = text }

    static let ended = Mistake("the compressed data end too early")
    static let tooLong = Mistake("the compressed data hold more than the declared size")
  }

  /// The most bytes that one byte of a stream can stand for: two codes of one bit each, a length
  /// and a distance, make 258 bytes.
  static let largestRatio = 1032

  /// Lengths of symbols 257 to 285 and distances of symbols 0 to 29: the base, and the number of
  /// further bits that are added to it (section 3.2.5).
  private static let lengths = ranges(
    from: 3, bits: [0, 0, 0, 0, 0, 0, 0, 0] + (1...5).flatMap { [$0, $0, $0, $0] }, last: 258)
  private static let distances = ranges(
    from: 1, bits: [0, 0, 0, 0] + (1...13).flatMap { [$0, $0] }, last: nil)

  /// The order in which the lengths of the code for code lengths stand (section 3.2.7).
  private static let codeLengthOrder = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
  ]

  private static func ranges(from first: Int, bits: [Int], last: Int?) -> [(base: Int, bits: Int)] {
    var base = first
    var ranges: [(base: Int, bits: Int)] = []
    for count in bits {
      ranges.append((base, count))
      base += 1 << count
    }
    if let last { ranges.append((last, 0)) }
    return ranges
  }

  /// The bytes that a stream stands for.
  ///
  /// - Parameters:
  ///   - input: The whole stream and nothing behind it.
  ///   - size: The number of bytes of the result.
  /// - Throws: ``Mistake`` if the stream is malformed, or does not stand for just so many bytes.
  static func bytes(_ input: [UInt8], size: Int) throws(Mistake) -> [UInt8] {
    var mistake: Mistake?
    let result = input.withUnsafeBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: size) { output, initialized in
        var inflate = Inflate(input: input, output: .init(rebasing: output[..<size]))
        do throws(Mistake) {
          try inflate.readBlocks()
          initialized = size
        } catch {
          mistake = error
        }
      }
    }
    if let mistake { throw mistake }
    return result
  }

  private init(
    input: UnsafeBufferPointer<UInt8>, output: UnsafeMutableBufferPointer<UInt8>
  ) {
    self.input = input
    self.output = output
  }

  // MARK: Bits

  /// Takes whole bytes until there are at least 57 bits, or the input ends.
  @inline(__always)
  private mutating func refill() {
    while bitCount <= 56, position < input.count {
      bits |= UInt64(input[position]) << UInt64(bitCount)
      position += 1
      bitCount += 8
    }
  }

  /// Drops bits that have been looked at; behind the end of the input there are only zeros to see.
  @inline(__always)
  private mutating func drop(_ count: Int) throws(Mistake) {
    if count > bitCount { throw .ended }
    bits >>= UInt64(count)
    bitCount -= count
  }

  /// The next bits as a number, lowest first.
  ///
  /// - Precondition: At most 16, and ``refill()`` was called no more than 40 bits ago.
  @inline(__always)
  private mutating func take(_ count: Int) throws(Mistake) -> Int {
    let value = Int(bits & (1 << UInt64(count) - 1))
    try drop(count)
    return value
  }

  /// The next symbol of a code.
  @inline(__always)
  private mutating func symbol(
    _ entries: UnsafeBufferPointer<UInt16>
  ) throws(Mistake) -> Int {
    let entry = Int(entries[Int(truncatingIfNeeded: bits) & (entries.count - 1)])
    if entry == 0 { throw bitCount < 15 ? .ended : Mistake("a code word is unknown") }
    try drop(entry & 15)
    return entry >> 4
  }

  // MARK: Blocks

  private mutating func readBlocks() throws(Mistake) {
    var isLast = false
    while !isLast {
      refill()
      isLast = try take(1) == 1
      switch try take(2) {
      case 0: try copyStored()
      case 1: try readCompressed(try Self.fixedCodes())
      case 2: try readCompressed(try readCodes())
      default: throw Mistake("a block is of an unknown kind")
      }
    }
    if written < output.count { throw Mistake("the compressed data hold less than declared") }
    if position - bitCount / 8 < input.count { throw Mistake("something follows the last block") }
  }

  /// A block of bytes as they are (section 3.2.4).
  private mutating func copyStored() throws(Mistake) {
    try drop(bitCount % 8)
    refill()
    let count = try take(16)
    if try take(16) != count ^ 0xFFFF { throw Mistake("a stored block has no valid length") }
    position -= bitCount / 8
    bits = 0
    bitCount = 0
    if count > input.count - position { throw .ended }
    if count > output.count - written { throw .tooLong }
    for index in 0..<count {
      output.initializeElement(at: written + index, to: input[position + index])
    }
    position += count
    written += count
  }

  private typealias Codes = (literals: InflateCode, distances: InflateCode)

  /// The codes of section 3.2.6.
  private static func fixedCodes() throws(Mistake) -> Codes {
    let lengths: [UInt8] =
      Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112)
      + Array(repeating: 7, count: 24) + Array(repeating: 8, count: 8)
    return (try InflateCode(lengths[...]), try InflateCode(ArraySlice(repeating: 5, count: 30)))
  }

  /// The codes that stand before the data of a block (section 3.2.7).
  private mutating func readCodes() throws(Mistake) -> Codes {
    let literalCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    let orderCount = try take(4) + 4
    var orderLengths = [UInt8](repeating: 0, count: 19)
    for place in Self.codeLengthOrder.prefix(orderCount) {
      refill()
      orderLengths[place] = UInt8(try take(3))
    }
    let order = try InflateCode(orderLengths[...])
    var lengths: [UInt8] = []
    while lengths.count < literalCount + distanceCount {
      refill()
      let symbol = try order.entries.withUnsafeBufferPointer { entries throws(Mistake) in
        try self.symbol(entries)
      }
      switch symbol {
      case 16:
        guard let last = lengths.last else { throw Mistake("no code length to repeat") }
        lengths += Array(repeating: last, count: 3 + (try take(2)))
      case 17: lengths += Array(repeating: 0, count: 3 + (try take(3)))
      case 18: lengths += Array(repeating: 0, count: 11 + (try take(7)))
      default: lengths.append(UInt8(symbol))
      }
    }
    if lengths.count > literalCount + distanceCount { throw Mistake("too many code lengths") }
    return (try InflateCode(lengths[..<literalCount]), try InflateCode(lengths[literalCount...]))
  }

  /// A block of literals and of copies from what came before (section 3.2.3).
  private mutating func readCompressed(_ codes: Codes) throws(Mistake) {
    try codes.literals.entries.withUnsafeBufferPointer { literals throws(Mistake) in
      try codes.distances.entries.withUnsafeBufferPointer { distances throws(Mistake) in
        try readCompressed(literals, distances)
      }
    }
  }

  private mutating func readCompressed(
    _ literals: UnsafeBufferPointer<UInt16>, _ distances: UnsafeBufferPointer<UInt16>
  ) throws(Mistake) {
    while true {
      refill()  // a length and a distance take 15 + 5 + 15 + 13 = 48 bits at most
      let symbol = try symbol(literals)
      if symbol < 256 {
        if written == output.count { throw .tooLong }
        output.initializeElement(at: written, to: UInt8(symbol))
        written += 1
        continue
      }
      if symbol == 256 { return }
      guard symbol - 257 < Self.lengths.count else { throw Mistake("a length is unknown") }
      let length = Self.lengths[symbol - 257]
      let count = length.base + (try take(length.bits))
      let distanceSymbol = try self.symbol(distances)
      guard distanceSymbol < Self.distances.count else { throw Mistake("a distance is unknown") }
      let range = Self.distances[distanceSymbol]
      let distance = range.base + (try take(range.bits))
      if distance > written { throw Mistake("a copy begins before the data") }
      if count > output.count - written { throw .tooLong }
      // One by one: what is copied may be what this very copy has written.
      for index in written..<(written + count) {
        output.initializeElement(at: index, to: output[index - distance])
      }
      written += count
    }
  }
}
