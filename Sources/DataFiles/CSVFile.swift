/// A table of numbers from a file of comma-separated values.
///
/// The first line names the columns; names may stand in quotation marks. Spaces around fields, LF,
/// CR LF or CR as line ends, empty lines at the end and a byte-order mark are accepted. A number is
/// read to the nearest double, so that what ``CSVWriter`` wrote comes back with the same bits.
///
/// The following forms, which other programs write, are accepted: `#` before the names, as
/// numpy.savetxt writes them; comment lines above the names and at the end; semicolons, tabs or
/// blanks between fields, and then decimal commas, if all numbers have them; Fortran's exponents
/// `1.0D-3` and `1.0-103`.
public struct CSVFile: Sendable {
  /// The file as the user named it.
  public let path: String
  /// The names of all columns, also of those that were not read, in the order of the file.
  public let columns: [String]
  /// The number of rows below the header.
  public let rowCount: Int
  /// The line of the first row, from 1.
  public let firstRowLine: Int
  private let values: [String: [Double]]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isWanted: Which columns are read as numbers; the others may hold any text.
  ///   - mayBeEmpty: In which columns a field may be empty; it is read as NaN.
  /// - Throws: ``DataFileError`` with each mistake's line and column: a missing header, a row that
  ///   is too short or too long, a field that is no finite number.
  public static func read(
    _ path: String, columns isWanted: (String) -> Bool = { _ in true },
    mayBeEmpty: (String) -> Bool = { _ in false }
  ) throws(DataFileError) -> CSVFile {
    try parse(
      try contents(ofFile: path), path: path, columns: isWanted, mayBeEmpty: mayBeEmpty)
  }

  /// Reads a table that is in memory already; otherwise like ``read(_:columns:mayBeEmpty:)``.
  ///
  /// - Parameters:
  ///   - bytes: The text in UTF-8.
  ///   - path: The name for error messages.
  ///   - isWanted: Which columns are read as numbers; the others may hold any text.
  ///   - mayBeEmpty: In which columns a field may be empty; it is read as NaN.
  public static func parse(
    _ bytes: [UInt8], path: String, columns isWanted: (String) -> Bool = { _ in true },
    mayBeEmpty: (String) -> Bool = { _ in false }
  ) throws(DataFileError) -> CSVFile {
    let text = bytes + [0x0A]  // a line end that is always there
    return try text.withUnsafeBufferPointer { text throws(DataFileError) in
      var parser = CSVParser(text: text, path: path)
      try parser.readHeader()
      parser.readRows(isWanted: isWanted, mayBeEmpty: mayBeEmpty)
      return try CSVFile(parser)
    }
  }

  private init(_ parser: CSVParser) throws(DataFileError) {
    if let error = parser.error { throw error }
    path = parser.path
    columns = parser.names
    rowCount = parser.rowCount
    firstRowLine = parser.firstRowLine
    values = Dictionary(uniqueKeysWithValues: parser.wanted.map { ($0.name, $0.values) })
  }

  /// The numbers of a column, from the first row to the last; `nil` if there is no such column or
  /// it was not read.
  public func values(of column: String) -> [Double]? { values[column] }
}
