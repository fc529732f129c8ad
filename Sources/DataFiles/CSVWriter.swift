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
  private var row: [UInt8] = []
  private var column = 0

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
  public mutating func field(_ value: Double?) {
    separate()
    if let value, value.isFinite {
      row.append(decimal: value)
    } else if columns.count == 1 {
      row += [0x22, 0x22]  // an empty line would not be a row
    }
  }

  /// Appends an integer.
  public mutating func field(_ value: Int) {
    separate()
    row.append(text: value.description)
  }

  /// Appends a text, in quotation marks if it would be misread without.
  public mutating func field(_ text: String) {
    separate()
    let needsQuotes =
      text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
      || text.utf8.first == 0x20 || text.utf8.last == 0x20
      || (text.isEmpty && columns.count == 1)
    guard needsQuotes else { return row.append(text: text) }
    row.append(0x22)
    for byte in text.utf8 {
      if byte == 0x22 { row.append(byte) }
      row.append(byte)
    }
    row.append(0x22)
  }

  /// Appends numbers, each as a field of its own.
  public mutating func fields(_ values: some Sequence<Double>) {
    for value in values { field(value) }
  }

  /// Ends the row, which must have as many fields as the header, and hands it to the file.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public mutating func endRow() throws(DataFileError) {
    precondition(column == columns.count, "a row has \(column) fields, not \(columns.count)")
    row.append(0x0A)
    try file.append(bytes: row)
    row.removeAll(keepingCapacity: true)
    column = 0
    rowCount += 1
  }

  private mutating func separate() {
    if column > 0 { row.append(0x2C) }
    column += 1
  }
}
