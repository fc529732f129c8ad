import DataFiles
import Synchronization

/// The lines of a scan's table that are finished, in a file that a later run goes on with.
///
/// Whole lines only count: what a killed run left of its last line is cut off.
final class ScanJournal: Sendable {
  /// The lines of earlier runs, with their line ends.
  let finished: [ArraySlice<UInt8>]
  private let path: String
  private let file: Mutex<GrowingFile>

  /// Opens the journal of the scan whose first line is `header`, or begins one.
  ///
  /// - Throws: `DataFileError` if it cannot be read or written.
  init(_ path: String, header: String) throws {
    let first = Array((header + "\n").utf8)
    let bytes = (try? FileBytes.read(path)) ?? []
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      lines.append(bytes[start...end])
      start = end + 1
    }
    let isOwn = lines.first?.elementsEqual(first) ?? false
    let growing = try GrowingFile(path: path, keeping: isOwn ? start : 0)
    if !isOwn {
      try growing.append(bytes: first)
      try growing.flush()
    }
    self.path = path
    finished = isOwn ? Array(lines.dropFirst()) : []
    file = Mutex(growing)
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

  /// Removes the file.
  ///
  /// - Throws: `DataFileError` if it cannot be removed.
  func remove() throws { try AtomicFile.remove(path) }
}
