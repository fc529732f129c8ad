/// One row of a table of comma-separated values (RFC 4180), as bytes with the line end.
///
/// Fields are appended one by one:
///
///     var row = CSVRow()
///     row.field(0.1)
///     row.field("q1")
///     row.end()
public struct CSVRow: Sendable {
  /// The text so far, in UTF-8.
  public private(set) var bytes: [UInt8] = []
  /// The number of fields so far.
  public private(set) var fieldCount = 0

  /// A row without fields.
  public init() {}

  /// Appends the shortest decimal that reads back to the same bits; an empty field for nil, or for
  /// a number that is not finite.
  public mutating func field(_ value: Double?) {
    separate()
    if let value, value.isFinite { bytes.append(decimal: value) }
  }

  /// Appends an integer.
  public mutating func field(_ value: Int) {
    separate()
    bytes.append(text: value.description)
  }

  /// Appends a text, in quotation marks if it would be misread without.
  public mutating func field(_ text: String) {
    separate()
    let needsQuotes =
      text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
      || text.utf8.first == 0x20 || text.utf8.last == 0x20
    guard needsQuotes else { return bytes.append(text: text) }
    bytes.append(0x22)
    for byte in text.utf8 {
      if byte == 0x22 { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }

  /// Ends the line.
  public mutating func end() {
    // An empty line would not be a row.
    if bytes.isEmpty { bytes += [0x22, 0x22] }
    bytes.append(0x0A)
  }

  /// Removes all fields; the memory is kept.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    fieldCount = 0
  }

  private mutating func separate() {
    if fieldCount > 0 { bytes.append(0x2C) }
    fieldCount += 1
  }
}
