import Communication
import DataFiles
import Synchronization

/// The lines of a scan's table that are finished, in files that a later run goes on with.
///
/// Each process has a file of its own: the first `scan.part`, the others `scan.part-1`, `scan.part-2` … A later run may
/// have another number of processes. Whole lines only count: what a killed run left of its last line is cut off.
final class ScanJournal: Sendable {
  /// The lines of earlier runs, with their line ends.
  let finished: [ArraySlice<UInt8>]
  private let path: String
  private let file: Mutex<GrowingFile>
  /// The files of earlier runs that had more processes; the first process knows them.
  private let leftovers: [String]

  private static let name = "scan.part"

  /// Opens the journal of the scan whose first line is `header`, or begins one.
  ///
  /// - Parameters:
  ///   - directory: The folder of the results, which must exist.
  ///   - header: The first line; that of the first process counts.
  /// - Throws: `DataFileError` if a file cannot be read or written; what the communicator throws.
  init(in directory: String, header: String, _ communicator: any Communicator) throws {
    let own = (0..<communicator.size).map { Self.path($0, in: directory) }
    var known: [[UInt8]] = []
    var others: [String] = []
    if communicator.isFirst {
      let found = Folders.contents(of: directory).filter { $0.hasPrefix(Self.name) }.map {
        directory + "/" + $0
      }
      known = found.flatMap { Self.lines($0, after: header).lines.map(Array.init) }
      others = found.filter { !own.contains($0) }
    }
    (finished, path, leftovers) = (
      try communicator.broadcast(value: known).map { $0[...] }, own[communicator.rank], others
    )
    let shared = try communicator.broadcast(value: header)
    let kept = Self.lines(path, after: shared).length
    let growing = try GrowingFile(path: path, keeping: kept)
    if kept == 0 {
      try growing.append(bytes: Array((shared + "\n").utf8))
      try growing.flush()
    }
    file = Mutex(growing)
  }

  private static func path(_ rank: Int, in directory: String) -> String {
    directory + "/" + name + (rank == 0 ? "" : "-\(rank)")
  }

  /// The whole lines of a file behind its header, and their length with it; none if the header is another one.
  private static func lines(
    _ path: String, after header: String
  ) -> (lines: ArraySlice<ArraySlice<UInt8>>, length: Int) {
    let bytes = (try? FileBytes.read(path)) ?? []
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      lines.append(bytes[start...end])
      start = end + 1
    }
    guard let first = lines.first, first.dropLast().elementsEqual(header.utf8) else {
      return ([], 0)
    }
    return (lines.dropFirst(), start)
  }

  /// Adds a line, which is in the file when this returns, whatever becomes of the program.
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
  func append(_ line: [UInt8]) throws {
    try file.withLock { file in
      try file.append(bytes: line)
      try file.flush()
    }
  }

  /// Removes the files.
  ///
  /// - Throws: `DataFileError` if one cannot be removed.
  func remove() throws {
    for path in [path] + leftovers { try AtomicFile.remove(path) }
  }
}
