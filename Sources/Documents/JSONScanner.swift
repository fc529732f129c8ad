/// The bytes of a document with a reading point that knows its line and column.
///
/// The column follows from three numbers that are kept up to date while reading, so that a position
/// costs nothing, also in a file of one long line.
struct JSONScanner {
  /// The text and one zero byte, so that the byte at the reading point always exists.
  let bytes: [UInt8]
  /// The number of bytes of the text.
  let end: Int
  /// The reading point.
  var offset = 0
  private var line = 1
  private var lineStart = 0
  /// Bytes of this line that continue a scalar and therefore do not count as a column.
  private var continuationBytes = 0

  init(_ text: some Collection<UInt8>) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count + 1)
    bytes.append(contentsOf: text)
    end = bytes.count
    bytes.append(0)
    self.bytes = bytes
  }

  /// The byte at the reading point; 0 at the end.
  var byte: UInt8 { bytes[offset] }

  var isAtEnd: Bool { offset >= end }

  /// The place of the reading point.
  var position: SourcePosition {
    SourcePosition(line: line, column: offset - lineStart - continuationBytes + 1)
  }

  /// Steps over a byte that ends no line.
  mutating func advance() {
    if bytes[offset] & 0xC0 == 0x80 { continuationBytes += 1 }
    offset += 1
  }

  /// Steps over a byte of any kind, and into the next line where one ends.
  mutating func advanceAnywhere() {
    let byte = bytes[offset]
    advance()
    if byte == .lineFeed || (byte == .carriageReturn && bytes[offset] != .lineFeed) {
      line += 1
      lineStart = offset
      continuationBytes = 0
    }
  }

  /// Steps over spaces, line ends and tabs.
  mutating func skipWhitespace() {
    while true {
      switch bytes[offset] {
      case .space, .tab: offset += 1
      case .lineFeed, .carriageReturn: advanceAnywhere()
      default: return
      }
    }
  }

  mutating func skipByteOrderMark() {
    guard bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
    offset = 3
    lineStart = 3
  }

  /// The text between two offsets.
  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// The scalar at the reading point, `nil` at the end.
  var scalar: Unicode.Scalar? {
    guard !isAtEnd else { return nil }
    return String(decoding: bytes[offset..<min(offset + 4, end)], as: UTF8.self)
      .unicodeScalars.first
  }
}

extension JSONScanner {
  /// The first place where the text is not UTF-8, with what to do about it.
  ///
  /// Everything behind may then rely on well-formed text.
  func encodingMistake() -> (position: SourcePosition, message: String)? {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return (SourcePosition(line: 1, column: 1), "the file is in UTF-16; save it as UTF-8")
    }
    var reader = self
    reader.skipByteOrderMark()
    var ascii = reader.offset
    while ascii < end, bytes[ascii] < 0x80 { ascii += 1 }
    guard ascii < end else { return nil }
    while reader.offset < ascii { reader.advanceAnywhere() }
    while !reader.isAtEnd {
      let length = reader.scalarLength()
      if length == 0 {
        let code = String(reader.byte, radix: 16, uppercase: true)
        return (reader.position, "the byte 0x\(code) is not valid UTF-8; save the file as UTF-8")
      }
      for _ in 0..<length { reader.advanceAnywhere() }
    }
    return nil
  }

  /// The number of bytes of the scalar at the reading point, 0 if it is not well-formed.
  ///
  /// Unicode Standard, Table 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF.
  private func scalarLength() -> Int {
    func continues(_ index: Int, from low: UInt8 = 0x80, to high: UInt8 = 0xBF) -> Bool {
      offset + index < end && (low...high).contains(bytes[offset + index])
    }
    switch byte {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return continues(1) ? 2 : 0
    case 0xE0: return continues(1, from: 0xA0) && continues(2) ? 3 : 0
    case 0xED: return continues(1, to: 0x9F) && continues(2) ? 3 : 0
    case 0xE1...0xEF: return continues(1) && continues(2) ? 3 : 0
    case 0xF0: return continues(1, from: 0x90) && continues(2) && continues(3) ? 4 : 0
    case 0xF1...0xF3: return continues(1) && continues(2) && continues(3) ? 4 : 0
    case 0xF4: return continues(1, to: 0x8F) && continues(2) && continues(3) ? 4 : 0
    default: return 0
    }
  }
}

extension UInt8 {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20

  static func ascii(_ scalar: Unicode.Scalar) -> UInt8 { UInt8(ascii: scalar) }

  var isDigit: Bool { self &- 0x30 < 10 }

  var isLetter: Bool { (self | 0x20) &- 0x61 < 26 || self == .ascii("_") }

  /// Whether the byte belongs to a number or a word outside of strings.
  var isInWord: Bool {
    isDigit || isLetter || self == .ascii("-") || self == .ascii("+") || self == .ascii(".")
  }
}
