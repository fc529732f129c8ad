/// Reads the few forms of Python literals that occur in the head of an `.npy` file.
struct PythonLiteral {
  private let bytes: ArraySlice<UInt8>
  private var offset: Int

  /// NumPy itself has at most 64 axes.
  private static let mostAxes = 64

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    offset = bytes.startIndex
  }

  private var byte: UInt8? { offset < bytes.endIndex ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { offset += 1 }
  }

  /// Steps over a character if it is next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    if byte != UInt8(ascii: character) { return false }
    offset += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(NPYHeader.Mistake) {
    if !skip(character) { throw mistake("\"\(character)\"") }
  }

  /// Nothing but space follows.
  mutating func expectEnd() throws(NPYHeader.Mistake) {
    skipSpace()
    if byte != nil { throw mistake("the end") }
  }

  /// A string without escapes, in quotation marks of either form.
  mutating func string() throws(NPYHeader.Mistake) -> String {
    skipSpace()
    guard let quote = byte, quote == 0x27 || quote == 0x22 else { throw mistake("a string") }
    offset += 1
    let start = offset
    while let byte, byte != quote {
      if byte < 0x20 || byte > 0x7E || offset - start > 100 { throw mistake("a short string") }
      offset += 1
    }
    let content = bytes[start..<offset]
    if byte == nil { throw mistake("a closing quotation mark") }
    offset += 1
    return String(decoding: content, as: UTF8.self)
  }

  mutating func boolean() throws(NPYHeader.Mistake) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[offset...].starts(with: word.utf8) {
      offset += word.utf8.count
      return value
    }
    throw mistake("True or False")
  }

  /// A tuple of lengths: (), (3,) or (3, 4).
  mutating func tuple() throws(NPYHeader.Mistake) -> [Int] {
    try expect("(")
    var lengths: [Int] = []
    while !skip(")") {
      guard let length = length() else { throw mistake("the length of an axis") }
      lengths.append(length)
      if lengths.count > Self.mostAxes { throw .init("the array has more than 64 axes") }
      if skip(",") { continue }
      if lengths.count == 1 { throw mistake("\",\"") }  // (3) is no tuple in Python
      try expect(")")
      break
    }
    return lengths
  }

  private mutating func length() -> Int? {
    skipSpace()
    let start = offset
    while let byte, byte &- 0x30 < 10 { offset += 1 }
    let digits = String(decoding: bytes[start..<offset], as: UTF8.self)
    if byte == 0x4C { offset += 1 }  // Python 2 wrote long integers as 3L
    return Int(digits)
  }

  private func mistake(_ expected: String) -> NPYHeader.Mistake {
    .init("the header is malformed: expected \(expected) at byte \(offset)")
  }
}
