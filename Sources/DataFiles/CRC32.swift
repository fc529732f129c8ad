/// The checksum of ZIP archives: the remainder of a division by a polynomial over two elements
/// (ISO 3309; RFC 1952, section 8), eight bytes at a time.
struct CRC32 {
  private var remainder: UInt32 = 0xFFFF_FFFF

  /// Entry 256k + b: the remainder of byte b with k zero bytes behind it.
  private static let table: [UInt32] = {
    var table: [UInt32] = []
    for byte in 0..<256 as Range<UInt32> {
      var rest = byte
      for _ in 0..<8 { rest = rest & 1 == 0 ? rest >> 1 : rest >> 1 ^ 0xEDB8_8320 }
      table.append(rest)
    }
    for index in 256..<2048 {
      let shorter = table[index - 256]
      table.append(shorter >> 8 ^ table[Int(shorter & 0xFF)])
    }
    return table
  }()

  /// The checksum of what has been appended.
  var value: UInt32 { ~remainder }

  /// The checksum of some bytes.
  static func of(_ bytes: [UInt8]) -> UInt32 {
    var sum = CRC32()
    bytes.withUnsafeBytes { sum.append($0) }
    return sum.value
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    Self.table.withUnsafeBufferPointer { table in
      var rest = remainder
      var offset = 0
      while offset + 8 <= bytes.count {
        let word = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        let mixed = word ^ UInt64(rest)
        rest = 0
        // Byte i of the eight has 7 − i bytes behind it.
        for i in 0..<8 {
          rest ^= table[(7 - i) * 256 + Int(mixed >> UInt64(8 * i) & 0xFF)]
        }
        offset += 8
      }
      while offset < bytes.count {
        rest = rest >> 8 ^ table[Int((rest ^ UInt32(bytes[offset])) & 0xFF)]
        offset += 1
      }
      remainder = rest
    }
  }
}
