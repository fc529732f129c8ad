import CZlib

/// The checksum of ZIP archives (RFC 1952, section 8), by zlib.
struct CRC32 {
  /// The checksum of what has been appended.
  private(set) var value: UInt32 = 0

  /// The checksum of some bytes.
  static func of(_ bytes: [UInt8]) -> UInt32 {
    var sum = CRC32()
    bytes.withUnsafeBytes { sum.append($0) }
    return sum.value
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    // Given no pointer, zlib would begin a new checksum.
    guard let start = bytes.baseAddress else { return }
    value = UInt32(crc32_z(uLong(value), start.assumingMemoryBound(to: Bytef.self), bytes.count))
  }
}
