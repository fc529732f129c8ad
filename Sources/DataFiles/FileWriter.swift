import Communication
import Synchronization

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
  /// Digits of a number on their way to the buffer.
  private var digits = TextBuffer()
  private var isOpen = true
  /// The first failure; a file with a gap must not be committed.
  private var failure: DataFileError?

  private static let bufferSize = 1 << 17

  /// Opens a temporary file in the directory of `path`.
  ///
  /// - Throws: ``DataFileError`` if that directory does not exist or cannot be written to.
  public convenience init(path: String) throws(DataFileError) {
    self.init(try TemporaryFile(path: path))
  }

  /// A writer of a temporary file, which it commits or discards.
  init(_ file: TemporaryFile) {
    path = file.path
    self.file = file
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
    digits.append(value)
    try appendDigits()
  }

  /// Appends the shortest decimal that reads back to the same bits; nothing for a value that is not
  /// finite, which stands for "undefined" in our tables.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(_ value: Double) throws(DataFileError) {
    if value.isFinite { digits.append(value) }
    try appendDigits()
  }

  private func appendDigits() throws(DataFileError) {
    try append(digits)
    digits.removeAll()
  }

  func append(_ text: borrowing TextBuffer) throws(DataFileError) {
    text.withBytes { buffer.append(contentsOf: $0) }
    try makeRoom()
  }

  /// Appends bytes as they are.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(bytes: some Sequence<UInt8>) throws(DataFileError) {
    buffer.append(contentsOf: bytes)
    try makeRoom()
  }

  /// Appends texts in order. Threads make the next ones while those that are ready are written, so that
  /// only a few are in memory at a time.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - workers: The threads.
  ///   - make: The text of a number from 0; it is called on any thread.
  /// - Throws: ``DataFileError`` if the file cannot be written, what `make` throws, `Interruption` if the
  ///   workers were stopped.
  func append(
    blocks count: Int, workers: Workers, _ make: @Sendable (Int) throws -> TextBuffer
  ) throws {
    try flush()
    let file = file
    let atOnce = 4 * workers.count
    do {
      var ready: [TextBuffer] = []
      for first in stride(from: 0, to: count, by: atOnce) {
        let number = min(atOnce, count - first)
        let made = Mutex<[TextBuffer?]>(Array(repeating: nil, count: number))
        let written = ready
        try workers.forEach(number + 1) { item in
          if item == 0 {
            for text in written { try text.withBytes { try file.write($0) } }
          } else {
            let text = try make(first + item - 1)
            made.withLock { $0[item - 1] = text }
          }
        }
        ready = made.withLock { $0.compactMap(\.self) }
      }
      for text in ready { try text.withBytes { try file.write($0) } }
    } catch {
      failure =
        error as? DataFileError
        ?? DataFileError(path: path, "cannot write: it was stopped in the middle")
      throw error
    }
  }

  /// Appends the bytes of numbers, the least significant first (IEEE 754 little-endian).
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(littleEndian values: some Sequence<Double>) throws(DataFileError) {
    #if _endian(little)
      if try appendMemory(of: values) { return }
    #endif
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { buffer.append(contentsOf: $0) }
      try makeRoom()
    }
  }

  /// Appends the bytes of single-precision numbers, the least significant first.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(littleEndian values: some Sequence<Float>) throws(DataFileError) {
    #if _endian(little)
      if try appendMemory(of: values) { return }
    #endif
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { buffer.append(contentsOf: $0) }
      try makeRoom()
    }
  }

  /// Appends the numbers as they lie in memory; false if they do not lie in one piece.
  private func appendMemory<Number: BinaryFloatingPoint>(
    of values: some Sequence<Number>
  ) throws(DataFileError) -> Bool {
    let result = values.withContiguousStorageIfAvailable { numbers in
      Result { () throws(DataFileError) in try append(memory: UnsafeRawBufferPointer(numbers)) }
    }
    try result?.get()
    return result != nil
  }

  /// Appends bytes; many at once go to the file without a copy.
  private func append(memory bytes: UnsafeRawBufferPointer) throws(DataFileError) {
    if bytes.count < Self.bufferSize {
      buffer.append(contentsOf: bytes)
      return try makeRoom()
    }
    try flush()
    try write(bytes)
  }

  /// Writes over bytes that have been appended before.
  ///
  /// - Precondition: There were as many from that place on.
  /// - Throws: ``DataFileError`` if the file cannot be written.
  func replace(at start: Int, with bytes: [UInt8]) throws(DataFileError) {
    try flush()
    do throws(DataFileError) {
      try file.replace(at: start, with: bytes)
    } catch {
      failure = error
      throw error
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
    try buffer.withUnsafeBufferPointer { bytes throws(DataFileError) in
      try write(UnsafeRawBufferPointer(bytes))
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(DataFileError) {
    do throws(DataFileError) {
      try file.write(bytes)
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
}
