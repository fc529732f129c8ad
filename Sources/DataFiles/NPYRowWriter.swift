/// Writes an `.npy` file in pieces, when the number of rows is known beforehand.
///
///     try AtomicFile.write(to: "events.npy") { file in
///       var events = try NPYRowWriter(file, shape: [1_000_000, 16], as: .float32)
///       for block in blocks { try events.append(block) }
///       events.end()
///     }
public struct NPYRowWriter {
  /// The length of each axis; the first is the number of rows.
  public let shape: [Int]
  /// How a number is stored.
  public let format: NPYFile.Format
  /// The numbers that have been appended.
  public private(set) var valueCount = 0
  private let file: FileWriter
  private let expectedCount: Int

  /// Begins an array in a file, and writes its header.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public init(
    _ file: FileWriter, shape: [Int], as format: NPYFile.Format = .float64
  ) throws(DataFileError) {
    let lengthsAreValid = shape.allSatisfy { $0 >= 0 }
    precondition(!shape.isEmpty && lengthsAreValid, "no rows have the shape \(shape)")
    guard let count = NPYHeader.count(shape) else {
      preconditionFailure("the shape \(shape) is too large for any disk")
    }
    self.file = file
    self.shape = shape
    self.format = format
    expectedCount = count
    try file.append(bytes: NPYHeader.bytes(type: format.typeName, shape: shape))
  }

  /// Appends numbers in row-major order; a piece need not end with a row.
  ///
  /// - Precondition: There are no more than the shape says.
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public mutating func append(_ values: some Collection<Double>) throws(DataFileError) {
    valueCount += values.count
    precondition(valueCount <= expectedCount, "more than the \(expectedCount) numbers of \(shape)")
    switch format {
    case .float64: try file.append(littleEndian: values)
    case .float32: try file.append(littleEndian: values.lazy.map { Float($0) })
    }
  }

  /// Ends the array.
  ///
  /// - Precondition: All rows have been appended.
  public func end() {
    precondition(valueCount == expectedCount, "\(valueCount) of \(expectedCount) numbers appended")
  }
}
