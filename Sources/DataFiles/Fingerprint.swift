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
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    rawValue = String(hash, radix: 16)
  }
}
