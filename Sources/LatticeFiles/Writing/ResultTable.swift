import DataFiles

/// A table of results that gets row after row during a run.
///
/// In a run with checkpoints it grows in a file of its own (`GrowingFile`), and becomes one of the results
/// at the end; otherwise it is written under a temporary name from the beginning.
struct ResultTable {
  /// The file in the folder of the results.
  let name: String
  private var row: CSVRows
  private var file: Destination

  private enum Destination {
    case result(FileWriter)
    case growing(GrowingFile)
  }

  /// Begins a table, and writes its header.
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
  init(_ name: String, columns: [String], to writer: FileWriter) throws {
    self.init(name, columns.count, .result(writer))
    try writeHeader(columns)
  }

  /// Begins a table, or goes on with one that has its header.
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
  init(_ name: String, columns: [String], growing file: GrowingFile) throws {
    self.init(name, columns.count, .growing(file))
    if file.length == 0 { try writeHeader(columns) }
  }

  private init(_ name: String, _ columnCount: Int, _ file: Destination) {
    self.name = name
    row = CSVRows(columnCount: columnCount)
    self.file = file
  }

  private mutating func writeHeader(_ columns: [String]) throws {
    for column in columns { row.field(column) }
    try endRow()
  }

  mutating func field(_ value: Double?) { row.field(value) }
  mutating func field(_ value: Int) { row.field(value) }
  mutating func field(_ text: String) { row.field(text) }

  /// Ends the row, which must have as many fields as the header.
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
  mutating func endRow() throws {
    row.endRow()
    switch file {
    case .result(let writer): try writer.append(bytes: row.bytes)
    case .growing(let file): try file.append(bytes: row.bytes)
    }
    row.removeAll()
  }

  /// Begins the result with what has grown; later rows come into the result alone.
  ///
  /// - Parameter directory: The folder of the results.
  /// - Returns: The file of the result, not yet under its name; nil if it had been begun before.
  /// - Throws: `DataFileError` if a file cannot be read or written.
  mutating func beginResult(in directory: String) throws -> FileWriter? {
    guard case .growing(let growing) = file else { return nil }
    let writer = try FileWriter(path: directory + "/" + name)
    try growing.copy(to: writer)
    file = .result(writer)
    return writer
  }
}
