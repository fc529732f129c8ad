/// An array in NumPy's file format `.npy` (NumPy Enhancement Proposal 1; format versions 1 to 3).
public struct NPYFile: Equatable, Sendable {
  /// The length of each axis; empty for a single number.
  public let shape: [Int]
  /// The numbers in row-major order (the last axis fastest), as many as the lengths' product.
  public let values: [Double]

  /// How a number is stored.
  public enum Format: Sendable {
    /// IEEE 754 double: every bit is kept.
    case float64
    /// IEEE 754 single: rounded to the nearest, beyond 3.4e38 to infinity.
    case float32

    /// As the head of a file names it.
    var typeName: String {
      switch self {
      case .float64: "<f8"
      case .float32: "<f4"
      }
    }

    /// The size of a number in bytes.
    var size: Int {
      switch self {
      case .float64: 8
      case .float32: 4
      }
    }
  }

  /// An array of `values` in row-major order.
  ///
  /// - Precondition: There are as many values as the shape says.
  public init(shape: [Int], values: [Double]) {
    let lengthsAreValid = shape.allSatisfy { $0 >= 0 }
    precondition(lengthsAreValid, "an axis has a negative length")
    precondition(NPYHeader.count(shape) == values.count, "\(values.count) values, shape \(shape)")
    self.shape = shape
    self.values = values
  }

  /// Reads a file of single or double precision, or of 32- or 64-bit integers, in either byte and
  /// axis order. The memory needed is that of the numbers, twice that if the first axis is the
  /// fastest.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be opened, its header is malformed, its size is
  ///   not what the header says, or an integer is too large to be a double exactly.
  public static func read(_ path: String) throws(DataFileError) -> NPYFile {
    let source = try ByteSource(path: path)
    return try NPYFile(NPYLayout(source, range: 0..<source.count))
  }

  /// Reads an array that is in memory already; otherwise like ``read(_:)``.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - path: The name for error messages.
  public static func parse(_ bytes: [UInt8], path: String) throws(DataFileError) -> NPYFile {
    try NPYFile(NPYLayout(ByteSource(bytes, path: path), range: 0..<bytes.count))
  }

  /// Fetches all numbers.
  init(_ layout: NPYLayout) throws(DataFileError) {
    let stored = try layout.values()
    shape = layout.header.shape
    let isTransposed = layout.header.isColumnMajor && shape.count > 1
    values = isTransposed ? Self.rowMajor(stored, shape: shape) : stored
  }

  /// Writes a file of version 1 in little-endian, row-major form; an existing file is replaced when
  /// the new one is complete.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func write(to path: String, as format: Format = .float64) throws(DataFileError) {
    let writer = try FileWriter(path: path)
    try write(to: writer, as: format)
    try writer.commit()
  }

  /// Appends the array in the form of an `.npy` file to a file that is being written.
  ///
  /// - Throws: ``DataFileError`` if the file cannot be written.
  public func write(to writer: FileWriter, as format: Format = .float64) throws(DataFileError) {
    try writer.append(bytes: NPYHeader.bytes(type: format.typeName, shape: shape))
    switch format {
    case .float64: try writer.append(littleEndian: values)
    case .float32: try writer.append(littleEndian: values.lazy.map { Float($0) })
    }
  }

  /// The numbers with the last axis fastest, from an order with the first axis fastest.
  private static func rowMajor(_ stored: [Double], shape: [Int]) -> [Double] {
    var strides: [Int] = []
    var stride = 1
    for length in shape {
      strides.append(stride)
      stride *= length
    }
    var index = [Int](repeating: 0, count: shape.count)
    var place = 0
    return stored.indices.map { _ in
      let value = stored[place]
      // The index of the last axis grows first; one that reaches its end carries to the axis
      // before.
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape[axis] { break }
        place -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
      return value
    }
  }
}
