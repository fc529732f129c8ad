/// A file that is being written, and appears under its name only when it is complete.
///
/// It may grow in pieces during a whole run. ``commit()`` gives it its name. ``discard()`` removes
/// what was written, as does the deinitialisation of a writer without a commit; a file that had the
/// name before then stays as it was.
///
/// It is a class, since all variables that refer to an open file mean the same one.
public final class FileWriter {
  /// The file as the user named it.
  public let path: String
  private let file: TemporaryFile
  private var buffer: [UInt8] = []
  private var isOpen = true
  /// The first failure; a file with a gap must not be committed.
  private var failure: DataFileError?

  private static let bufferSize = 1 << 17

  /// Opens a temporary file in the directory of `path`.
  ///
  /// - Throws: ``DataFileError`` if that directory does not exist or cannot be written to.
  public init(path: String) throws(DataFileError) {
    self.path = path
    file = try TemporaryFile(path: path)
    buffer.reserveCapacity(Self.bufferSize + 4096)
  }

  deinit {
    if isOpen { file.discard() }
  }

  /// Appends a text in UTF-8.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(_ text: String) throws(DataFileError) {
    buffer.append(text: text)
    try makeRoom()
  }

  /// Appends one byte, such as a separator.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(byte: UInt8) throws(DataFileError) {
    buffer.append(byte)
    try makeRoom()
  }

  /// Appends an integer in decimal digits.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(_ value: Int) throws(DataFileError) {
    try append(value.description)
  }

  /// Appends the shortest decimal that reads back to the same bits; nothing for a value that is not
  /// finite, which stands for "undefined" in our tables.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(_ value: Double) throws(DataFileError) {
    if value.isFinite { buffer.append(decimal: value) }
    try makeRoom()
  }

  /// Appends bytes as they are.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(bytes: some Sequence<UInt8>) throws(DataFileError) {
    buffer.append(contentsOf: bytes)
    try makeRoom()
  }

  /// Appends the bytes of numbers, the least significant first (IEEE 754 little-endian).
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(littleEndian values: some Sequence<Double>) throws(DataFileError) {
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { buffer.append(contentsOf: $0) }
      try makeRoom()
    }
  }

  /// Appends the bytes of single-precision numbers, the least significant first.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(littleEndian values: some Sequence<Float>) throws(DataFileError) {
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { buffer.append(contentsOf: $0) }
      try makeRoom()
    }
  }

  /// Completes the file and gives it its name, replacing one that has it.
  ///
  /// - Throws: ``DataFileError`` if this or an earlier piece could not be written; the temporary
  ///   file is then removed, and an existing file untouched.
  public func commit() throws(DataFileError) {
    precondition(isOpen, "the file \(path) has been committed or discarded before")
    do {
      try flush()
      try file.commit()
      isOpen = false
    } catch {
      discard()
      throw error
    }
  }

  /// Removes what was written; after a commit, or a second time, it does nothing.
  public func discard() {
    if isOpen { file.discard() }
    isOpen = false
    buffer = []
  }

  private func makeRoom() throws(DataFileError) {
    if buffer.count >= Self.bufferSize { try flush() }
  }

  private func flush() throws(DataFileError) {
    precondition(isOpen, "the file \(path) has been committed or discarded before")
    if let failure { throw failure }
    do throws(DataFileError) {
      try buffer.withUnsafeBufferPointer { bytes throws(DataFileError) in
        try file.write(UnsafeRawBufferPointer(bytes))
      }
      buffer.removeAll(keepingCapacity: true)
    } catch {
      failure = error
      throw error
    }
  }
}

extension [UInt8] {
  /// Appends a text in UTF-8.
  mutating func append(text: String) {
    var text = text
    text.withUTF8 { append(contentsOf: $0) }
  }

  /// Appends the shortest decimal that reads back to the same bits.
  @inline(__always)
  mutating func append(decimal value: Double) {
    append(text: value.description)
  }
}
