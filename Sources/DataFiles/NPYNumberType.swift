/// The type of the numbers in an `.npy` file: kind, size and byte order.
struct NPYNumberType: Sendable {
  /// As the file names it: `<f8`.
  let name: String
  /// The size of a number in bytes.
  let size: Int
  private let isInteger: Bool
  private let isBigEndian: Bool

  /// The names that are understood, for an error message.
  static let understood = "f4, f8, i4, i8 with \"<\" or \">\""

  init?(_ name: String) {
    let parts = Array(name.utf8)
    guard parts.count == 3, parts[0] == 0x3C || parts[0] == 0x3E,
      parts[1] == 0x66 || parts[1] == 0x69, parts[2] == 0x34 || parts[2] == 0x38
    else { return nil }
    self.name = name
    isBigEndian = parts[0] == 0x3E
    isInteger = parts[1] == 0x69
    size = parts[2] == 0x34 ? 4 : 8
  }

  /// Whether the numbers are stored as this machine has them in memory.
  var isNativeDouble: Bool {
    #if _endian(little)
      size == 8 && !isInteger && !isBigEndian
    #else
      size == 8 && !isInteger && isBigEndian
    #endif
  }

  /// Converts the numbers in a piece of memory.
  ///
  /// - Parameters:
  ///   - data: The bytes.
  ///   - values: Where the numbers go; the memory may be uninitialised.
  ///   - firstIndex: The place of the first number in the whole array, for error messages.
  /// - Precondition: There are ``size`` bytes for each number.
  func convert(
    _ data: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Double>,
    firstIndex: Int
  ) throws(NPYHeader.Mistake) {
    precondition(data.count == values.count * size)
    var inexact: Int?
    for index in values.indices {
      values.initializeElement(at: index, to: number(data, index, &inexact))
    }
    if let inexact {
      throw .init(
        "the integer of index \(firstIndex + inexact) is too large to be a double exactly")
    }
  }

  @inline(__always)
  private func number(
    _ data: UnsafeRawBufferPointer, _ index: Int, _ inexact: inout Int?
  ) -> Double {
    if size == 4 {
      let stored = data.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
      let bits = isBigEndian ? UInt32(bigEndian: stored) : UInt32(littleEndian: stored)
      return isInteger ? Double(Int32(bitPattern: bits)) : Double(Float(bitPattern: bits))
    }
    let stored = data.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
    let bits = isBigEndian ? UInt64(bigEndian: stored) : UInt64(littleEndian: stored)
    if !isInteger { return Double(bitPattern: bits) }
    let integer = Int64(bitPattern: bits)
    if Double(exactly: integer) == nil, inexact == nil { inexact = index }
    return Double(integer)
  }
}
