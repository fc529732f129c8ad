import Communication
import DataFiles

/// An archive of arrays that the first of several processes writes. All of them call the same functions.
///
/// After an error nothing more is written; the others send what they have all the same, and ``end()`` throws it.
struct SharedArchive {
  /// nil in the other processes.
  private var writer: NPZWriter?
  private let communicator: any Communicator
  private var failure: (any Error)?

  /// Begins an archive.
  ///
  /// - Parameter file: The file, in the first process.
  init(_ file: FileWriter?, _ communicator: any Communicator) {
    writer = file.map { NPZWriter($0) }
    self.communicator = communicator
  }

  /// Appends an array that the first process has.
  mutating func append(_ array: @autoclosure () -> NPYFile, named name: String) {
    if failure != nil { return }
    do { try writer?.append(array(), named: name) } catch { failure = error }
  }

  /// Appends an array of which each process has some rows: those of the first process, then those of the second,
  /// and so on.
  ///
  /// - Parameters:
  ///   - name: Its name, without `.npy`.
  ///   - shape: The length of each axis, with the rows of all processes.
  ///   - format: How a number is stored.
  ///   - count: How many pieces of rows this process has.
  ///   - piece: The numbers of a piece.
  /// - Throws: What the processes throw if they cannot communicate.
  mutating func append(
    _ name: String, shape: [Int], as format: NPYFile.Format, pieces count: Int,
    _ piece: @escaping (Int) -> [Double]
  ) throws {
    do {
      try communicator.collect(
        values: count, piece,
        within: { collect in
          guard failure == nil else { return try collect { _ in } }
          try writer?.begin(name, shape: shape, as: format)
          try collect { try writer?.append($0) }
          try writer?.endArray()
        })
    } catch let error as DataFileError {
      failure = error
    }
  }

  /// Completes the archive.
  ///
  /// - Throws: In the first process `DataFileError` if the file could not be written.
  mutating func end() throws {
    if let failure { throw failure }
    try writer?.end()
  }
}
