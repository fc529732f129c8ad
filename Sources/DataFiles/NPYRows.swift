/// Rows of an array in an `.npy` file, read from the disk as they are asked for.
///
/// A row is everything that shares its first index. The header is read once; each ``rows(_:into:)``
/// then reads only its own bytes, and many threads may do so at once:
///
///     let events = try NPYRows(path: "events.npy")
///     for start in stride(from: 0, to: events.rowCount, by: 4096) {
///       let block = try events.rows(start..<min(start + 4096, events.rowCount))
///     }
public struct NPYRows: Sendable {
  /// The length of each axis; the first is the number of rows.
  public let shape: [Int]
  /// The numbers in a row.
  public let rowLength: Int
  private let layout: NPYLayout

  /// Opens a file of the types that ``NPYFile`` reads.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be opened, its header is malformed, its size is
  ///   not what the header says, or its numbers are not stored row by row.
  public init(path: String) throws(DataFileError) {
    let source = try ByteSource(path: path)
    try self.init(NPYLayout(source, range: 0..<source.count))
  }

  init(_ layout: NPYLayout, subject: String = "") throws(DataFileError) {
    shape = layout.header.shape
    if shape.isEmpty {
      throw DataFileError(
        path: layout.source.path, subject + "a single number has no rows; expected an array")
    }
    if layout.header.isColumnMajor && shape.count > 1 {
      throw DataFileError(
        path: layout.source.path,
        subject + "the array is stored column by column (fortran_order); rows are read from an "
          + "array in C order: numpy.save(file, numpy.ascontiguousarray(array))")
    }
    self.layout = layout
    rowLength = shape[0] == 0 ? NPYHeader.count(Array(shape[1...])) ?? 0 : layout.count / shape[0]
  }

  /// The number of rows.
  public var rowCount: Int { shape[0] }

  /// Reads some rows, one after the other.
  ///
  /// - Parameters:
  ///   - range: Which rows.
  ///   - values: Where the numbers go; the memory may be uninitialised.
  /// - Precondition: There are such rows, and room for ``rowLength`` numbers of each.
  /// - Throws: ``DataFileError`` if the disk fails, the file has become shorter, or an integer is
  ///   too large to be a double exactly.
  public func rows(
    _ range: Range<Int>, into values: UnsafeMutableBufferPointer<Double>
  ) throws(DataFileError) {
    precondition(0 <= range.lowerBound && range.upperBound <= rowCount, "no rows \(range)")
    try layout.read(
      (range.lowerBound * rowLength)..<(range.upperBound * rowLength), into: values)
  }

  /// Some rows, one after the other, in a new array.
  ///
  /// - Precondition: There are such rows.
  /// - Throws: As ``rows(_:into:)``.
  public func rows(_ range: Range<Int>) throws(DataFileError) -> [Double] {
    let count = range.count * rowLength
    var failure: DataFileError?
    let values = [Double](unsafeUninitializedCapacity: count) { values, initialized in
      do throws(DataFileError) {
        try rows(range, into: .init(rebasing: values[..<count]))
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return values
  }
}
