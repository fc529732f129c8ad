import SystemLibrary

/// A file that stays under its own name while it grows, and whose first bytes a later run can take up
/// again.
///
/// ``synchronize()`` puts on the disk what has been appended. A run that was killed goes on by opening
/// the file with the length that it had then: what came after it is cut off.
public final class GrowingFile {
  /// The file as the user named it.
  public let path: String
  /// The number of bytes, with those that are not on the disk yet.
  public private(set) var length: Int
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  private static let bufferSize = 1 << 17

  /// Opens a file, which is made if need be, and keeps its first `length` bytes only.
  ///
  /// - Throws: ``DataFileError`` if it cannot be opened or written, or is shorter.
  public init(path: String, keeping length: Int = 0) throws(DataFileError) {
    self.path = path
    self.length = length
    if length > 0 { try Self.requireLength(length, of: path) }
    descriptor = uninterrupted { open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else {
      throw DataFileError(path: path, "cannot write: \(systemMessage(errno))")
    }
    if uninterrupted({ ftruncate(descriptor, off_t(length)) }) != 0 {
      let code = errno
      close(descriptor)
      throw DataFileError(path: path, "cannot write: \(systemMessage(code))")
    }
  }

  deinit { close(descriptor) }

  /// Checks that a file has at least `length` bytes.
  ///
  /// - Throws: ``DataFileError`` if it has fewer, or is not there.
  public static func requireLength(_ length: Int, of path: String) throws(DataFileError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw DataFileError(path: path, "cannot read: \(systemMessage(errno))")
    }
    if Int(status.st_size) < length {
      throw DataFileError(
        path: path, "expected a file of at least \(length) bytes, found \(status.st_size)")
    }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(bytes: some Sequence<UInt8>) throws(DataFileError) {
    let before = buffer.count
    buffer.append(contentsOf: bytes)
    length += buffer.count - before
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Appends the bytes of memory.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(DataFileError) {
    try flush()
    try write(bytes)
    length += bytes.count
  }

  /// Appends the first bytes of another file.
  ///
  /// - Throws: ``DataFileError`` if it is shorter, or if a file cannot be read or written.
  public func append(first count: Int, of other: String) throws(DataFileError) {
    try Self.requireLength(count, of: other)
    let source = try ByteSource(path: other)
    for start in stride(from: 0, to: count, by: 1 << 20) {
      try append(bytes: try source.bytes(start..<min(start + 1 << 20, count)))
    }
  }

  /// Puts on the disk what has been appended.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func synchronize() throws(DataFileError) {
    try flush()
    // As for a file that is written in one go: some file systems say EINVAL.
    if uninterrupted({ fsync(descriptor) }) != 0, errno != EINVAL {
      throw DataFileError(path: path, "cannot write: \(systemMessage(errno))")
    }
  }

  /// Some of the bytes.
  ///
  /// - Precondition: They lie within the file.
  /// - Throws: ``DataFileError`` if the file cannot be written or read.
  public func bytes(_ range: Range<Int>) throws(DataFileError) -> [UInt8] {
    try flush()
    return try ByteSource(path: path).bytes(range)
  }

  /// Appends all bytes to a file that is being written.
  ///
  /// - Throws: ``DataFileError`` if a file cannot be read or written.
  public func copy(to writer: FileWriter) throws(DataFileError) {
    try flush()
    let source = try ByteSource(path: path)
    for start in stride(from: 0, to: length, by: 1 << 20) {
      try writer.append(bytes: try source.bytes(start..<min(start + 1 << 20, length)))
    }
  }

  /// Hands what has been appended to the operating system: it is kept if the program is killed.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func flush() throws(DataFileError) {
    if buffer.isEmpty { return }
    let pending = buffer
    buffer.removeAll(keepingCapacity: true)
    try pending.withUnsafeBufferPointer { bytes throws(DataFileError) in
      try write(UnsafeRawBufferPointer(bytes))
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(DataFileError) {
    if !DataFiles.append(bytes, to: descriptor) {
      throw DataFileError(path: path, "cannot write: \(systemMessage(errno))")
    }
  }
}
