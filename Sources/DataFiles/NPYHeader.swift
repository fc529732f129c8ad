/// The head of an `.npy` file: a magic word, a version, and a Python dictionary with the type and
/// the shape.
struct NPYHeader: Sendable {
  let type: NPYNumberType
  let shape: [Int]
  /// Fortran's order: the first axis is the fastest.
  let isColumnMajor: Bool
  /// Where the numbers begin.
  let dataStart: Int

  /// What is wrong with a file.
  struct Mistake: Error {
    var text: String

    init(_ text: String) { self.text = text }
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The product of the lengths; `nil` if it does not fit into an integer.
  static func count(_ shape: [Int]) -> Int? {
    if shape.contains(0) { return 0 }
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// The number of bytes of the head as its first twelve tell it; `nil` if there are fewer.
  static func extent(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 12 else { return nil }
    let lengthSize = bytes[6] == 1 ? 2 : 4
    let length = bytes[8..<(8 + lengthSize)].reversed().reduce(0) { $0 << 8 | Int($1) }
    return 8 + lengthSize + length
  }

  /// Reads a head.
  ///
  /// - Parameter bytes: The file, at least as far as the head goes.
  init(_ bytes: [UInt8]) throws(Mistake) {
    guard bytes.starts(with: Self.magic) else {
      throw Mistake("this is no NumPy array: the file does not begin with \"\\x93NUMPY\"")
    }
    guard let extent = Self.extent(bytes) else {
      throw Mistake("the file ends within its header")
    }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw Mistake("format version \(version).\(bytes[7]) is unknown; expected 1, 2 or 3")
    }
    guard extent <= bytes.count else { throw Mistake("the file ends within its header") }
    dataStart = extent
    let textStart = version == 1 ? 10 : 12
    var literal = PythonLiteral(bytes[textStart..<dataStart])
    (type, shape, isColumnMajor) = try Self.read(&literal)
  }

  private static func read(
    _ literal: inout PythonLiteral
  ) throws(Mistake) -> (NPYNumberType, [Int], Bool) {
    var type: NPYNumberType?
    var shape: [Int]?
    var isColumnMajor: Bool?
    try literal.expect("{")
    while !literal.skip("}") {
      let key = try literal.string()
      try literal.expect(":")
      switch key {
      case "descr" where type == nil:
        if literal.skip("[") { throw Mistake("arrays of records are not supported") }
        let name = try literal.string()
        guard let known = NPYNumberType(name) else {
          throw Mistake(
            "the type '\(name)' is not supported; expected one of \(NPYNumberType.understood)")
        }
        type = known
      case "shape" where shape == nil: shape = try literal.tuple()
      case "fortran_order" where isColumnMajor == nil: isColumnMajor = try literal.boolean()
      default: throw Mistake("the header has an unexpected key '\(key)'")
      }
      if !literal.skip(",") {
        try literal.expect("}")
        break
      }
    }
    try literal.expectEnd()
    guard let type, let shape, let isColumnMajor else {
      throw Mistake("the header needs 'descr', 'fortran_order' and 'shape'")
    }
    return (type, shape, isColumnMajor)
  }

  /// The head of a row-major file of version 1; the numbers then begin at a multiple of 64 bytes.
  ///
  /// - Parameter size: Its size at least, a multiple of 64 bytes.
  static func bytes(type: String, shape: [Int], size: Int = 0) -> [UInt8] {
    let lengths = shape.map(\.description).joined(separator: ", ")
    let tuple = shape.count == 1 ? "(\(lengths),)" : "(\(lengths))"
    var text = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': \(tuple), }".utf8)
    let unpadded = 10 + text.count + 1
    let padding = max((64 - unpadded % 64) % 64, size - unpadded)
    text += Array(repeating: 0x20, count: padding) + [0x0A]
    precondition(text.count <= Int(UInt16.max), "too many axes")
    return magic + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
  }
}
