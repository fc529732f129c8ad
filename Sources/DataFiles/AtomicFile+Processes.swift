import Communication

extension AtomicFile {
  /// Writes a file of what several processes hold: those of the first process, then those of the second, and so on.
  /// The first process writes, in the memory of one chunk.
  ///
  /// - Parameters:
  ///   - path: The file; an existing one is replaced when the new one is complete.
  ///   - communicator: The processes, all of which call this.
  ///   - count: How many chunks this process has.
  ///   - chunk: The chunk of this process with a number below `count`.
  ///   - body: Called in the first process; it calls its second argument once with a closure that appends a chunk
  ///     to the file.
  /// - Throws: ``DataFileError`` if the file cannot be written, in all processes; the existing file stays as it was.
  public static func write(
    to path: String, _ communicator: any Communicator, chunks count: Int,
    _ chunk: @escaping (Int) -> [UInt8],
    _ body: (FileWriter, (_ append: ([UInt8]) throws -> Void) throws -> Void) throws -> Void
  ) throws {
    try communicator.together(failing: DataFileError.self) {
      var isCollected = false
      func collect(_ append: ([UInt8]) throws -> Void) throws {
        isCollected = true
        try communicator.collect(chunks: count, chunk, take: append)
      }
      guard communicator.isFirst else { return try collect { _ in } }
      do {
        try write(to: path) { try body($0, collect) }
      } catch {
        // The others send their chunks in any case.
        if !isCollected { try collect { _ in } }
        throw error
      }
    }
  }
}
