/// A short hash of a text. A file that was made from the text stores it to show that it belongs to
/// it.
///
/// FNV-1a with 64 bits (G. Fowler, L. Noll, K.-P. Vo, http://www.isthe.com/chongo/tech/comp/fnv).
/// It distinguishes files, but gives no protection against forgery.
public struct Fingerprint: RawRepresentable, Codable, Sendable, Equatable {
  /// Hexadecimal digits.
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public init(of text: String) { self.init(of: text.utf8) }

  public init(of bytes: some Sequence<UInt8>) {
    var hash = Self.start
    Self.add(bytes, to: &hash)
    rawValue = String(hash, radix: 16)
  }

  /// The fingerprint of all bytes of a file, which is read piece by piece, and their number.
  ///
  /// - Throws: `FileBytes.Failure` as `FileBytes.read(_:)`.
  public static func ofFile(
    _ path: String
  ) throws(FileBytes.Failure) -> (fingerprint: Self, bytes: Int) {
    try FileBytes.check(path)
    var hash = start
    do {
      let source = try ByteSource(path: path)
      for first in stride(from: 0, to: source.count, by: 1 << 20) {
        add(try source.bytes(first..<min(first + 1 << 20, source.count)), to: &hash)
      }
      return (Self(rawValue: String(hash, radix: 16)), source.count)
    } catch {
      throw FileBytes.Failure(reason: error.message)
    }
  }

  private static let start: UInt64 = 0xCBF2_9CE4_8422_2325

  private static func add(_ bytes: some Sequence<UInt8>, to hash: inout UInt64) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  }
}
