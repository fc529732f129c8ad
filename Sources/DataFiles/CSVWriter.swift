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
  private var row = CSVRow()

  /// Begins a table in a file, and writes its header.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public init(_ file: FileWriter, columns: [String]) throws(DataFileError) {
    precondition(!columns.isEmpty, "a table has at least one column")
    self.file = file
    self.columns = columns
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
  public mutating func fields(_ values: some Sequence<Double>) {
    for value in values { field(value) }
  }

  /// Ends the row, which must have as many fields as the header, and hands it to the file.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public mutating func endRow() throws(DataFileError) {
    precondition(
      row.fieldCount == columns.count, "a row has \(row.fieldCount) fields, not \(columns.count)")
    row.end()
    try file.append(bytes: row.bytes)
    row.removeAll()
    rowCount += 1
  }
}
