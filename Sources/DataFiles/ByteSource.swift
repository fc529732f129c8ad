import SystemLibrary

/// The bytes of a file or of memory, which can be read from any place and by many threads at once.
struct ByteSource: Sendable {
  /// The file as the user named it.
  let path: String
  /// The number of bytes; of a file, what it had when it was opened.
  let count: Int
  private let storage: Storage

  private enum Storage: Sendable {
    case file(OpenFile)
    case memory([UInt8])
  }

  /// A descriptor that is closed when nothing refers to it any more.
  private final class OpenFile: Sendable {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
  }

  /// What is in memory already.
  init(_ bytes: [UInt8], path: String) {
    self.path = path
    count = bytes.count
    storage = .memory(bytes)
  }

  /// Opens a file; what has no size, such as a pipe, is read into memory at once.
  ///
  /// - Throws: ``DataFileError`` with the system's reason if it cannot be opened.
  init(path: String) throws(DataFileError) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      self = ByteSource(try contents(ofFile: path), path: path)
      return
    }
    let descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      throw DataFileError(path: path, "cannot open: \(systemMessage(errno))")
    }
    self.path = path
    storage = .file(OpenFile(descriptor))
    count = fstat(descriptor, &status) == 0 ? max(0, Int(status.st_size)) : 0
  }

  /// Fills a piece of memory with the bytes from a place on.
  ///
  /// - Precondition: The bytes lie within the source.
  /// - Throws: ``DataFileError`` if the disk fails or the file has become shorter.
  func read(from start: Int, into piece: UnsafeMutableRawBufferPointer) throws(DataFileError) {
    precondition(start >= 0 && piece.count <= count - start, "bytes outside of \(path)")
    switch storage {
    case .memory(let bytes):
      bytes.withUnsafeBytes { bytes in
        piece.copyMemory(from: .init(rebasing: bytes[start..<(start + piece.count)]))
      }
    case .file(let file):
      var done = 0
      while done < piece.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: piece[done...])
        let received = uninterrupted {
          pread(file.descriptor, rest.baseAddress, rest.count, off_t(start + done))
        }
        if received < 0 {
          throw DataFileError(path: path, "cannot read: \(systemMessage(errno))")
        }
        if received == 0 {
          throw DataFileError(path: path, "the file has become shorter while it was read")
        }
        done += received
      }
    }
  }

  /// A copy of some of the bytes.
  ///
  /// - Precondition: They lie within the source.
  func bytes(_ range: Range<Int>) throws(DataFileError) -> [UInt8] {
    try bytes(range, before: nil)
  }

  /// A copy of some lines, with a line end behind them in any case.
  ///
  /// - Precondition: They lie within the source.
  func lines(_ range: Range<Int>) throws(DataFileError) -> [UInt8] {
    try bytes(range, before: 0x0A)
  }

  private func bytes(
    _ range: Range<Int>, before last: UInt8?
  ) throws(DataFileError) -> [UInt8] {
    let count = range.count + (last == nil ? 0 : 1)
    var failure: DataFileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(DataFileError) {
        try read(
          from: range.lowerBound,
          into: UnsafeMutableRawBufferPointer(
            start: buffer.baseAddress, count: range.count))
        if let last { buffer[range.count] = last }
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
