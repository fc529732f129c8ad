import SystemLibrary

/// The operating system's own words for what went wrong: "No space left on device".
func systemMessage(_ code: Int32) -> String {
  String(cString: strerror(code))
}

/// Repeats a system call that a signal has interrupted; −1 is a failure, explained by `errno`.
func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

/// Appends bytes to an open file, all of them; false is a failure, explained by `errno`.
func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
  var rest = bytes
  while !rest.isEmpty {
    let part = rest
    let written = uninterrupted { write(descriptor, part.baseAddress, part.count) }
    if written < 0 { return false }
    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
  }
  return true
}

/// Puts on the disk that a file has a name in its folder, or has it no more; files are whole whether or
/// not this succeeds.
func synchronizeFolder(of path: String) {
  let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
  let folder = open(directory, O_RDONLY | O_CLOEXEC)
  if folder >= 0 {
    _ = fsync(folder)
    close(folder)
  }
}

/// A system call failed.
struct SystemFailure: Error {
  /// What was tried.
  enum Attempt: String { case open, read }

  let attempt: Attempt
  /// The value of `errno`.
  let code: Int32

  /// The system's own words.
  var reason: String { systemMessage(code) }
}

/// The whole content of a file.
///
/// - Throws: ``DataFileError`` with the system's reason if it cannot be read.
func contents(ofFile path: String) throws(DataFileError) -> [UInt8] {
  do {
    return try bytes(ofFile: path)
  } catch {
    throw DataFileError(path: path, "cannot \(error.attempt.rawValue): \(error.reason)")
  }
}

/// The whole content of a file.
///
/// - Throws: ``SystemFailure`` if it cannot be read.
func bytes(ofFile path: String) throws(SystemFailure) -> [UInt8] {
  let descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC) }
  guard descriptor >= 0 else { throw SystemFailure(attempt: .open, code: errno) }
  defer { close(descriptor) }
  var status = stat()
  // The size is a hint only: pipes have none, and a file may grow.
  let size = fstat(descriptor, &status) == 0 ? max(0, Int(status.st_size)) : 0
  var bytes: [UInt8] = []
  var failure: Int32 = 0
  var isAtEnd = false
  while !isAtEnd {
    let room = max(size + 1 - bytes.count, 1 << 16)
    let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      let received = uninterrupted { read(descriptor, buffer.baseAddress, room) }
      if received < 0 { failure = errno }
      count = max(0, received)
    }
    if bytes.isEmpty { bytes = piece } else { bytes += piece }
    isAtEnd = piece.isEmpty
  }
  if failure != 0 { throw SystemFailure(attempt: .read, code: failure) }
  return bytes
}
