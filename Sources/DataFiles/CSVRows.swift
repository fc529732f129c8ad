/// Rows of a table of comma-separated values (RFC 4180) in words. They may be made on any thread; a
/// ``CSVWriter`` puts them into its file.
///
/// Fields of a row are appended one by one, in the order of the header:
///
///     var rows = CSVRows(columnCount: 2)
///     rows.field("q1")
///     rows.field(0.1)
///     rows.endRow()
public struct CSVRows: Sendable {
  /// The number of columns.
  public let columnCount: Int
  /// The number of complete rows.
  public private(set) var rowCount = 0
  private(set) var text: TextBuffer
  private var column = 0

  /// No rows.
  public init(columnCount: Int) { self.init(columnCount: columnCount, capacity: 1) }

  /// No rows, and memory for some.
  init(columnCount: Int, capacity: Int) {
    self.columnCount = columnCount
    // Most fields are numbers of 17 digits with sign, point and exponent.
    text = TextBuffer(capacity: (24 * columnCount + 1) * capacity + DecimalText.room)
  }

  /// Appends the shortest decimal that reads back to the same bits; an empty field for nil, or for
  /// a number that is not finite.
  public mutating func field(_ value: Double?) {
    separate()
    if let value, value.isFinite {
      text.append(value)
    } else if columnCount == 1 {
      text.append("\"\"")  // an empty line would not be a row
    }
  }

  /// Appends an integer.
  public mutating func field(_ value: Int) {
    separate()
    text.append(value)
  }

  /// Appends a text, in quotation marks if it would be misread without.
  public mutating func field(_ word: String) {
    separate()
    let needsQuotes =
      word.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
      || word.utf8.first == 0x20 || word.utf8.last == 0x20
      || (word.isEmpty && columnCount == 1)
    guard needsQuotes else { return text.append(word) }
    text.append(byte: 0x22)
    for byte in word.utf8 {
      if byte == 0x22 { text.append(byte: byte) }
      text.append(byte: byte)
    }
    text.append(byte: 0x22)
  }

  /// Appends numbers, each as a field of its own.
  public mutating func fields(_ values: some Sequence<Double>) {
    for value in values { field(value) }
  }

  /// Ends the row, which must have as many fields as the header.
  public mutating func endRow() {
    precondition(column == columnCount, "a row has \(column) fields, not \(columnCount)")
    text.append(byte: 0x0A)
    column = 0
    rowCount += 1
  }

  /// The rows in UTF-8, each with its line end.
  public var bytes: [UInt8] { text.withBytes { Array($0) } }

  /// Forgets the rows, and keeps the memory.
  public mutating func removeAll() {
    text.removeAll()
    rowCount = 0
  }

  @inline(__always)
  private mutating func separate() {
    if column > 0 { text.append(byte: 0x2C) }
    column += 1
  }
}
