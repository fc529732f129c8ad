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

  /// Restores a stream piece by piece, in the memory of one piece.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - range: The bytes of the stream, and nothing behind it.
  ///   - size: The number of bytes of the result.
  ///   - take: Called with each piece in order.
  /// - Throws: ``Mistake`` as ``bytes(_:size:)``, or if the file cannot be read.
  static func pieces(
    _ source: ByteSource, _ range: Range<Int>, size: Int, _ take: (UnsafeRawBufferPointer) -> Void
  ) throws(Mistake) {
    // zlib remembers where a stream is: it must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    defer { stream.deallocate() }
    try begin(stream)
    defer { inflateEnd(stream) }
    let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
    defer { output.deallocate() }
    var (next, total) = (range.lowerBound, 0)
    var status = Z_OK
    while status == Z_OK {
      guard next < range.upperBound else { throw .ended }
      let input: [UInt8]
      do throws(DataFileError) {
        input = try source.bytes(next..<min(next + 1 << 18, range.upperBound))
      } catch {
        throw Mistake(error.message)
      }
      next += input.count
      let inputCount = input.count
      stream.pointee.avail_in = uInt(inputCount)
      let mistake = input.withUnsafeBufferPointer { input -> Mistake? in
        stream.pointee.next_in = input.baseAddress
        repeat {
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = uInt(output.count)
          status = inflate(stream, Z_NO_FLUSH)
          let piece = output[..<(output.count - Int(stream.pointee.avail_out))]
          total += piece.count
          if total > size { return .tooLong }
          if !piece.isEmpty { take(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: piece))) }
        } while status == Z_OK && (stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0)
        // Nothing came, and all input is used: the next input follows.
        if status == Z_BUF_ERROR, stream.pointee.avail_in == 0 { status = Z_OK }
        return nil
      }
      if let mistake { throw mistake }
    }
    guard status == Z_STREAM_END else { throw mistake(status, stream.pointee) }
    guard next == range.upperBound, stream.pointee.avail_in == 0 else {
      throw Mistake("something follows the last block")
    }
    if total < size { throw Mistake("the compressed data hold less than declared") }
  }

  /// Begins a stream without header and checksum around its blocks, which the minus says; fifteen bits of
  /// distance.
  private static func begin(_ stream: UnsafeMutablePointer<z_stream>) throws(Mistake) {
    stream.initialize(to: z_stream())
    let status = inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw Mistake("zlib cannot begin: \(status)") }
  }

  private static func mistake(_ status: Int32, _ stream: z_stream) -> Mistake {
    if status == Z_MEM_ERROR {
      return Mistake("the memory does not suffice to restore the compressed data")
    }
    let reason = stream.msg.map { String(cString: $0) } ?? "error \(status)"
    return Mistake("the compressed data are damaged: \(reason)")
  }

  /// Restores the whole stream, or as much as there is room for.
  ///
  /// - Returns: The number of bytes of the result.
  private static func restore(
    _ input: UnsafeBufferPointer<UInt8>, to output: UnsafeMutableBufferPointer<UInt8>
  ) throws(Mistake) -> Int {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    defer { stream.deallocate() }
    try begin(stream)
    defer { inflateEnd(stream) }
    var status = Z_OK
    var (rest, room) = (input, output)
    while status == Z_OK, !room.isEmpty {
      // zlib counts in 32 bits, and continues where it stopped.
      stream.pointee.next_in = rest.baseAddress
      stream.pointee.avail_in = uInt(clamping: rest.count)
      stream.pointee.next_out = room.baseAddress
      stream.pointee.avail_out = uInt(clamping: room.count)
      let (given, offered) = (Int(stream.pointee.avail_in), Int(stream.pointee.avail_out))
      status = inflate(stream, Z_NO_FLUSH)
      rest = .init(rebasing: rest[(given - Int(stream.pointee.avail_in))...])
      room = .init(rebasing: room[(offered - Int(stream.pointee.avail_out))...])
    }
    switch status {
    case Z_OK: break  // no room is left
    case Z_STREAM_END: if !rest.isEmpty { throw Mistake("something follows the last block") }
    case Z_BUF_ERROR: throw .ended  // there is room, and nothing came
    default: throw mistake(status, stream.pointee)
    }
    return output.count - room.count
  }
}
