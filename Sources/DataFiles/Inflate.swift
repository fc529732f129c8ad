import CZlib

/// Restores what DEFLATE has compressed (RFC 1951), by zlib.
///
/// The size of the result is given beforehand and never exceeded, so that a stream of a few bytes
/// cannot fill the memory.
enum Inflate {
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

  /// The bytes that a stream stands for.
  ///
  /// - Parameters:
  ///   - input: The whole stream and nothing behind it.
  ///   - size: The number of bytes of the result.
  /// - Throws: ``Mistake`` if the stream is malformed, or does not stand for just so many bytes.
  static func bytes(_ input: [UInt8], size: Int) throws(Mistake) -> [UInt8] {
    var mistake: Mistake?
    // The byte to spare shows a stream that continues behind the declared size.
    let result = [UInt8](unsafeUninitializedCapacity: size + 1) { output, initialized in
      do throws(Mistake) {
        let output = UnsafeMutableBufferPointer(rebasing: output[...size])
        let written = try input.withUnsafeBufferPointer { input throws(Mistake) in
          try restore(input, to: output)
        }
        if written > size { throw .tooLong }
        if written < size { throw Mistake("the compressed data hold less than declared") }
        initialized = size
      } catch {
        mistake = error
      }
    }
    if let mistake { throw mistake }
    return result
  }

  /// Restores the whole stream, or as much as there is room for.
  ///
  /// - Returns: The number of bytes of the result.
  private static func restore(
    _ input: UnsafeBufferPointer<UInt8>, to output: UnsafeMutableBufferPointer<UInt8>
  ) throws(Mistake) -> Int {
    var stream = z_stream()
    // Fifteen bits of distance; the minus says that neither header nor checksum surround the blocks.
    var status = inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw Mistake("zlib cannot begin: \(status)") }
    defer { inflateEnd(&stream) }
    var rest = input
    var room = output
    while status == Z_OK, !room.isEmpty {
      // zlib counts in 32 bits, and continues where it stopped.
      stream.next_in = rest.baseAddress
      stream.avail_in = uInt(clamping: rest.count)
      stream.next_out = room.baseAddress
      stream.avail_out = uInt(clamping: room.count)
      let (given, offered) = (Int(stream.avail_in), Int(stream.avail_out))
      status = inflate(&stream, Z_NO_FLUSH)
      rest = .init(rebasing: rest[(given - Int(stream.avail_in))...])
      room = .init(rebasing: room[(offered - Int(stream.avail_out))...])
    }
    switch status {
    case Z_OK: break  // no room is left
    case Z_STREAM_END: if !rest.isEmpty { throw Mistake("something follows the last block") }
    case Z_BUF_ERROR: throw .ended  // there is room, and nothing came
    case Z_MEM_ERROR: throw Mistake("the memory does not suffice to restore the compressed data")
    default:
      let reason = stream.msg.map { String(cString: $0) } ?? "error \(status)"
      throw Mistake("the compressed data are damaged: \(reason)")
    }
    return output.count - room.count
  }
}
