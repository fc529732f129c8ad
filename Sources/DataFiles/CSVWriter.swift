import Communication

/// Writes a table as comma-separated values (RFC 4180, lines ending with LF): a header, then rows.
///
/// Fields of a row are appended one by one, in the order of the header, and go to the file when the
/// row is complete:
///
///     var table = try CSVWriter(file, columns: ["s", "element", "sigma_x"])
///     table.field(0.1)
///     table.field("q1")
///     table.field(nil)
///     try table.endRow()
public struct CSVWriter {
  /// The column names, as in the header.
  public let columns: [String]
  /// The number of complete rows.
  public private(set) var rowCount = 0
  private let file: FileWriter
  private var row: CSVRows

  /// So many rows are put into words at a time: what they take stays in a processor's cache.
  private static let blockSize = 512

  /// Begins a table in a file, and writes its header.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public init(_ file: FileWriter, columns: [String]) throws(DataFileError) {
    precondition(!columns.isEmpty, "a table has at least one column")
    self.file = file
    self.columns = columns
    row = CSVRows(columnCount: columns.count, capacity: 1)
    for column in columns { field(column) }
    try endRow()
    rowCount = 0
  }

  /// Appends the shortest decimal that reads back to the same bits; an empty field for nil, or for
  /// a number that is not finite.
  public mutating func field(_ value: Double?) { row.field(value) }

  /// Appends an integer.
  public mutating func field(_ value: Int) { row.field(value) }

  /// Appends a text, in quotation marks if it would be misread without.
  public mutating func field(_ text: String) { row.field(text) }

  /// Appends numbers, each as a field of its own.
  public mutating func fields(_ values: some Sequence<Double>) { row.fields(values) }

  /// Ends the row, which must have as many fields as the header, and hands it to the file.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public mutating func endRow() throws(DataFileError) {
    row.endRow()
    try file.append(row.text)
    row.removeAll()
    rowCount += 1
  }

  /// Appends many rows, which threads put into words while earlier ones go to the file. The file is the
  /// same for any number of threads.
  ///
  /// - Parameters:
  ///   - count: How many rows.
  ///   - workers: The threads.
  ///   - write: Appends the fields of the row of a number from 0; the row is ended by the caller.
  /// - Throws: ``DataFileError`` if the file cannot be written, `Interruption` if the workers were stopped;
  ///   the file cannot be committed then.
  public mutating func append(
    rows count: Int, workers: Workers = .one, _ write: @Sendable (Int, inout CSVRows) -> Void
  ) throws {
    let columnCount = columns.count
    let blocks = (count + Self.blockSize - 1) / Self.blockSize
    try file.append(blocks: blocks, workers: workers) { block in
      let numbers = (block * Self.blockSize)..<min((block + 1) * Self.blockSize, count)
      var rows = CSVRows(columnCount: columnCount, capacity: numbers.count)
      for i in numbers {
        write(i, &rows)
        rows.endRow()
      }
      return rows.text
    }
    rowCount += count
  }
}
