import SystemLibrary

/// A file that grows line by line during a long run, and keeps what it has when the run is killed.
///
/// Whole lines only count: what a killed run left of its last line is cut off when the file is opened
/// again.
public final class AppendedFile: Sendable {
  /// The file as the user named it.
  public let path: String
  private let descriptor: Int32

  /// Opens a file, or makes it, and keeps its first bytes.
  ///
  /// - Throws: ``DataFileError`` if it cannot be opened or written.
  private init(path: String, keeping length: Int) throws(DataFileError) {
    self.path = path
    descriptor = uninterrupted {
      SystemLibrary.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else {
      throw DataFileError(path: path, "cannot open: \(systemMessage(errno))")
    }
    if uninterrupted({ ftruncate(descriptor, off_t(length)) }) != 0 {
      let code = errno
      close(descriptor)
      throw DataFileError(path: path, "cannot write: \(systemMessage(code))")
    }
  }

  deinit { close(descriptor) }

  /// Opens a file whose first line is `header`, and returns its other lines, with their line ends. A
  /// file with another first line is begun anew.
  ///
  /// - Throws: ``DataFileError`` if it cannot be opened or written.
  public static func open(
    _ path: String, header: String
  ) throws(DataFileError) -> (file: AppendedFile, lines: [ArraySlice<UInt8>]) {
    let bytes = (try? contents(ofFile: path)) ?? []
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      lines.append(bytes[start...end])
      start = end + 1
    }
    if let first = lines.first, first.elementsEqual((header + "\n").utf8) {
      return (try AppendedFile(path: path, keeping: start), Array(lines.dropFirst()))
    }
    let file = try AppendedFile(path: path, keeping: 0)
    try file.append(Array((header + "\n").utf8))
    return (file, [])
  }

  /// Appends one or more whole lines. They are in the file when this returns, whatever becomes of the
  /// program.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func append(_ lines: [UInt8]) throws(DataFileError) {
    var done = 0
    while done < lines.count {
      let written = lines.withUnsafeBytes { bytes in
        uninterrupted {
          write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        }
      }
      if written < 0 {
        throw DataFileError(path: path, "cannot write: \(systemMessage(errno))")
      }
      done += written
    }
  }

  /// Removes the file's name; nothing is there any more.
  public func remove() { unlink(path) }
}
