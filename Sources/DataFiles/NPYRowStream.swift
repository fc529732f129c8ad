/// Writes an `.npy` file in pieces, when the number of rows shows only in the end.
///
///     try AtomicFile.write(to: "particles.npy") { file in
///       var particles = try NPYRowStream(file, rowShape: [8])
///       for turn in turns { try particles.append(turn.values) }
///       try particles.end()
///     }
public struct NPYRowStream {
  /// The lengths of all axes but the first.
  public let rowShape: [Int]
  /// How a number is stored.
  public let format: NPYFile.Format
  /// The numbers that have been appended.
  public private(set) var valueCount = 0
  private let file: FileWriter
  private let rowLength: Int
  private let headSize: Int

  /// Begins an array in an empty file.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public init(
    _ file: FileWriter, rowShape: [Int], as format: NPYFile.Format = .float64
  ) throws(DataFileError) {
    guard let rowLength = NPYHeader.count(rowShape), rowLength > 0 else {
      preconditionFailure("no rows have the shape \(rowShape)")
    }
    self.file = file
    self.rowShape = rowShape
    self.format = format
    self.rowLength = rowLength
    // Room for as many rows as can be counted.
    headSize = NPYHeader.bytes(type: format.typeName, shape: [.max] + rowShape).count
    try file.append(
      bytes: NPYHeader.bytes(type: format.typeName, shape: [0] + rowShape, size: headSize))
  }

  /// Appends numbers in row-major order; a piece need not end with a row.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public mutating func append(_ values: some Collection<Double>) throws(DataFileError) {
    valueCount += values.count
    switch format {
    case .float64: try file.append(littleEndian: values)
    case .float32: try file.append(littleEndian: values.lazy.map { Float($0) })
    }
  }

  /// Ends the array: its head says now how many rows there are.
  ///
  /// - Precondition: The last row is complete.
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func end() throws(DataFileError) {
    let (rowCount, rest) = valueCount.quotientAndRemainder(dividingBy: rowLength)
    precondition(rest == 0, "the last row has \(rest) of \(rowLength) numbers")
    try file.replace(
      at: 0,
      with: NPYHeader.bytes(type: format.typeName, shape: [rowCount] + rowShape, size: headSize))
  }
}
