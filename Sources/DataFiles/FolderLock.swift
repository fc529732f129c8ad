import SystemLibrary

/// A folder that one process has for itself, as long as the lock lives; the system gives it back when the
/// process ends, however it ends.
public final class FolderLock {
  private let descriptor: Int32

  /// Locks a folder, which must exist.
  ///
  /// File systems that know no locks give one to everybody.
  ///
  /// - Throws: ``DataFileError`` if another process has it, or if it cannot be opened.
  public init(_ path: String) throws(DataFileError) {
    descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      throw DataFileError(path: path, "cannot open: \(systemMessage(errno))")
    }
    if uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      throw DataFileError(path: path, "another run is writing here")
    }
  }

  deinit { close(descriptor) }
}
