import Communication

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
  public private(set) var rowCount: Int
  /// The line of the first row, from 1.
  public let firstRowLine: Int
  private var values: [String: [Double]]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isWanted: Which columns are read as numbers; the others may hold any text.
  ///   - mayBeEmpty: In which columns a field may be empty; it is read as NaN.
  ///   - workers: The threads; a large file is read in blocks of lines.
  /// - Throws: ``DataFileError`` with each mistake's line and column: a missing header, a row that
  ///   is too short or too long, a field that is no finite number.
  public static func read(
    _ path: String, columns isWanted: (String) -> Bool = { _ in true },
    mayBeEmpty: (String) -> Bool = { _ in false }, workers: Workers = .one
  ) throws(DataFileError) -> CSVFile {
    try read(ByteSource(path: path), workers: workers) {
      .init(name: $0, isWanted: isWanted($0), mayBeEmpty: mayBeEmpty($0))
    }
  }

  /// Reads a table that is in memory already; otherwise like
  /// ``read(_:columns:mayBeEmpty:workers:)``.
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
    try read(ByteSource(bytes, path: path), workers: .one) {
      .init(name: $0, isWanted: isWanted($0), mayBeEmpty: mayBeEmpty($0))
    }
  }

  /// Reads the rows of a table that this process has, of those that all processes share.
  ///
  /// Each process reads a part of the text; none has all rows at any time, unless a line of the file is longer
  /// than 128 kB or one of its fields goes over several lines.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isWanted: Which columns are read as numbers; the others may hold any text.
  ///   - workers: The threads, and the processes that call this together.
  ///   - share: The rows of the process of a rank, of so many: consecutive ranges in the order of the ranks.
  /// - Returns: A table of these rows, and the number of rows of all processes.
  /// - Throws: ``DataFileError`` as ``read(_:columns:mayBeEmpty:workers:)``, the same in all processes; what
  ///   communicating throws.
  public static func read(
    _ path: String, columns isWanted: (String) -> Bool, workers: Workers,
    share: (_ total: Int, _ rank: Int) -> Range<Int>
  ) throws -> (file: CSVFile, total: Int) {
    try read(
      path, columns: isWanted, workers: workers, blockSize: CSVBlocks.standardSize, share: share)
  }

  static func read(
    _ path: String, columns isWanted: (String) -> Bool, workers: Workers, blockSize: Int,
    share: (_ total: Int, _ rank: Int) -> Range<Int>
  ) throws -> (file: CSVFile, total: Int) {
    let communicator = workers.communicator
    func choice(_ name: String) -> CSVHeader.Column {
      .init(name: name, isWanted: isWanted(name), mayBeEmpty: false)
    }
    if communicator.size == 1 {
      let file = try read(
        ByteSource(path: path), workers: workers, blockSize: blockSize, choice)
      return (file, file.rowCount)
    }
    let source = try communicator.together(failing: DataFileError.self) {
      try ByteSource(path: path)
    }
    let blocks = CSVBlocks(source, size: blockSize, choice)
    let canAll = try communicator.allGather(values: blocks != nil).allSatisfy { $0 }
    if canAll, let found = try blocks?.read(workers: workers, share: share) { return found }
    let whole = try communicator.together(failing: DataFileError.self) {
      try readWhole(source, choice)
    }
    let rows = share(whole.rowCount, communicator.rank)
    return (whole.holding([whole.numbers(ofRows: rows)]), whole.rowCount)
  }

  /// Reads a table in blocks where these are rows without mistakes, and otherwise as a whole.
  static func read(
    _ source: ByteSource, workers: Workers, blockSize: Int = CSVBlocks.standardSize,
    _ choice: CSVHeader.Choice
  ) throws(DataFileError) -> CSVFile {
    if let file = CSVBlocks(source, size: blockSize, choice)?.read(workers: workers) {
      return file
    }
    return try readWhole(source, choice)
  }

  /// Reads a table from its first byte to its last, and finds all mistakes.
  static func readWhole(
    _ source: ByteSource, _ choice: CSVHeader.Choice
  ) throws(DataFileError) -> CSVFile {
    let text = try source.lines(0..<source.count)
    return try text.withUnsafeBufferPointer { text throws(DataFileError) in
      var parser = CSVParser(text: text, path: source.path)
      let header = try parser.readHeader(choice)
      let rows = parser.readRows()
      if let error = parser.error { throw error }
      return CSVFile(path: source.path, header, [rows])
    }
  }

  /// A table of a header and blocks of rows, one after the other.
  init(path: String, _ header: CSVHeader, _ blocks: [CSVNumbers]) {
    self.path = path
    columns = header.columns.map(\.name)
    firstRowLine = header.firstRowLine
    rowCount = blocks.reduce(0) { $0 + $1.rowCount }
    let wanted = columns.enumerated().compactMap { i, name in header.places[i].map { (name, $0) } }
    values = Dictionary(
      uniqueKeysWithValues: wanted.map { name, place in
        (name, CSVNumbers.column(place, of: blocks))
      })
  }

  /// The columns that were read, in the order of the file.
  private var columnsRead: [String] { columns.filter { values[$0] != nil } }

  /// The numbers of some rows, column after column.
  func numbers(ofRows rows: Range<Int>) -> [Double] {
    columnsRead.flatMap { values[$0]?[rows] ?? [] }
  }

  /// The same columns with other rows: several lists of ``numbers(ofRows:)``, one after the other.
  func holding(_ lists: [[Double]]) -> Self {
    let names = columnsRead
    var copy = self
    copy.rowCount = names.isEmpty ? 0 : lists.reduce(0) { $0 + $1.count } / names.count
    for (i, name) in names.enumerated() {
      copy.values[name] = lists.flatMap { list in
        let count = list.count / names.count
        return list[i * count..<(i + 1) * count]
      }
    }
    return copy
  }

  /// The numbers of a column, from the first row to the last; `nil` if there is no such column or
  /// it was not read.
  public func values(of column: String) -> [Double]? { values[column] }
}
