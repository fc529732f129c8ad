import SystemLibrary

/// Writes files that are either whole or not there.
///
/// The text goes to a temporary file in the same directory. Only when it is complete and on the
/// disk does it take the target's name, which is one step for the operating system. A reader of the
/// target therefore finds the old file or the new one, whenever it reads and whenever the program
/// ends.
public enum AtomicFile {
  /// Writes a file in one go.
  ///
  /// - Parameters:
  ///   - path: The file; an existing one is replaced when the new one is complete.
  ///   - body: Appends the content. If it throws, the existing file stays as it was.
  /// - Throws: ``DataFileError`` if the file cannot be written, or what `body` throws.
  public static func write<Result>(
    to path: String, _ body: (FileWriter) throws -> Result
  ) throws -> Result {
    let writer = try FileWriter(path: path)
    do {
      let result = try body(writer)
      try writer.commit()
      return result
    } catch {
      writer.discard()
      throw error
    }
  }

  /// Removes a file, if there is one, and puts that on the disk.
  ///
  /// - Throws: ``DataFileError`` if it cannot be removed.
  public static func remove(_ path: String) throws(DataFileError) {
    if unlink(path) != 0 {
      if errno == ENOENT { return }
      throw DataFileError(path: path, "cannot be removed: \(systemMessage(errno))")
    }
    synchronizeFolder(of: path)
  }
}
