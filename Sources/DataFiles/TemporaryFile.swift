import Synchronization
import SystemLibrary

/// A new file under a hidden name, which takes its final name in the end.
struct TemporaryFile {
  /// The final name, as the user gave it.
  let path: String
  /// The final name with symbolic links followed: a link stays, and what it points to is replaced.
  let target: String
  /// The hidden name beside it.
  let name: String
  let descriptor: Int32

  /// Distinguishes the temporary files of one process.
  private static let counter = Atomic<Int>(0)

  init(path: String) throws(DataFileError) {
    self.path = path
    let (target, mode) = try Self.resolve(path)
    self.target = target
    let slash = target.lastIndex(of: "/")
    let directory = slash.map { target[...$0] } ?? ""
    let base = slash.map { target[target.index(after: $0)...] } ?? target[...]
    let shortened = String(decoding: base.utf8.prefix(100), as: UTF8.self)
    while true {
      let number = Self.counter.add(1, ordering: .relaxed).newValue
      let name = "\(directory).\(shortened).\(getpid())-\(number).partial"
      // O_EXCL: a file that another run has left under this name is neither used nor removed.
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
      let descriptor = uninterrupted { open(name, flags, 0o666) }
      if descriptor >= 0 {
        self.name = name
        self.descriptor = descriptor
        if let mode { _ = fchmod(descriptor, mode) }
        return
      }
      if errno != EEXIST {
        throw DataFileError(path: path, "cannot write: \(systemMessage(errno))")
      }
    }
  }

  /// The file that a path leads to, and its permissions if it exists.
  private static func resolve(
    _ path: String
  ) throws(DataFileError) -> (target: String, mode: mode_t?) {
    if path.isEmpty || path.hasSuffix("/") {
      throw DataFileError(path: path, "cannot write: expected the name of a file")
    }
    var status = stat()
    guard stat(path, &status) == 0 else { return (path, nil) }
    // Renaming over a device or a directory would destroy it or fail late.
    guard status.st_mode & S_IFMT == S_IFREG else {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a directory" : "not a regular file"
      throw DataFileError(path: path, "cannot write: it is \(kind)")
    }
    guard let resolved = realpath(path, nil) else { return (path, nil) }
    defer { free(resolved) }
    return (String(cString: resolved), status.st_mode & 0o7777)
  }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(DataFileError) {
    if !append(bytes, to: descriptor) { throw failure() }
  }

  /// Writes over bytes that are in the file.
  func replace(at start: Int, with bytes: [UInt8]) throws(DataFileError) {
    var done = 0
    while done < bytes.count {
      let written = bytes[done...].withUnsafeBytes { rest in
        uninterrupted { pwrite(descriptor, rest.baseAddress, rest.count, off_t(start + done)) }
      }
      if written < 0 { throw failure() }
      done += written
    }
  }

  /// Puts the content on the disk and gives the file its final name.
  func commit() throws(DataFileError) {
    // Without this, a power failure could keep the new name and lose the content. Some file systems
    // cannot do it, and say so by EINVAL.
    if uninterrupted({ fsync(descriptor) }) != 0, errno != EINVAL { throw failure() }
    if rename(name, target) != 0 { throw failure() }
    close(descriptor)
    synchronizeFolder(of: target)
  }

  /// Removes the file.
  func discard() {
    unlink(name)
    close(descriptor)
  }

  private func failure() -> DataFileError {
    DataFileError(path: path, "cannot write: \(systemMessage(errno))")
  }
}
