extension JSONParser {
  /// A string; the reading point is on its opening quotation mark.
  ///
  /// Its escape sequences are left in `escapes`.
  mutating func string() throws(Stopped) -> String {
    let opening = scanner.position
    scanner.advance()
    escapes = []
    let start = scanner.offset
    if try advanceToSpecial(opening) == .ascii("\"") {
      scanner.advance()
      return scanner.text(start..<(scanner.offset - 1))
    }
    var text = Array(scanner.bytes[start..<scanner.offset])
    // The columns that the escape sequences take beyond the scalars that they stand for.
    var excess = 0
    while true {
      let begin = scanner.offset
      let special = try advanceToSpecial(opening)
      text += scanner.bytes[begin..<scanner.offset]
      switch special {
      case .ascii("\""):
        scanner.advance()
        return String(decoding: text, as: UTF8.self)
      case .ascii("\\"):
        let column = scanner.position.column
        text += try escape(opening).utf8
        let columns = scanner.position.column - column
        let scalar = column - opening.column - 1 - excess
        escapes.append(JSONEscape(scalar: scalar, columns: columns))
        excess += columns - 1
      default:
        let code = special < 0x10 ? "0\(String(special, radix: 16))" : String(special, radix: 16)
        report("control character in a string; write \(special == .tab ? "\\t" : "\\u00\(code)")")
        text.append(special)
        scanner.advance()
      }
    }
  }

  /// Goes on to the next quotation mark, backslash or control character of a string.
  private mutating func advanceToSpecial(_ opening: SourcePosition) throws(Stopped) -> UInt8 {
    while true {
      let byte = scanner.byte
      if byte == .ascii("\"") || byte == .ascii("\\") { return byte }
      if byte < 0x20 {
        if scanner.isAtEnd || byte == .lineFeed || byte == .carriageReturn {
          throw stopped("this string is not closed on its line", at: opening)
        }
        return byte
      }
      scanner.advance()
    }
  }

  /// The scalar that an escape sequence stands for; U+FFFD after a mistake.
  private mutating func escape(_ opening: SourcePosition) throws(Stopped) -> String {
    let position = scanner.position
    scanner.advance()
    let byte = scanner.byte
    if byte < 0x20 { throw stopped("this string is not closed on its line", at: opening) }
    if byte == .ascii("u") {
      scanner.advance()
      return unicodeEscape(position)
    }
    if let plain = Self.escapes[byte] {
      scanner.advance()
      return plain
    }
    let scalar = scanner.scalar ?? "\u{FFFD}"
    report(
      "\\\(oneLine(String(scalar))) is no escape of JSON; a backslash itself is written \\\\",
      at: position)
    for _ in 0..<UTF8.width(scalar) { scanner.advance() }
    return "\u{FFFD}"
  }

  /// The part behind `\u`: four hexadecimal digits, or a pair of surrogates (RFC 8259, section 7).
  private mutating func unicodeEscape(_ position: SourcePosition) -> String {
    guard let first = hexadecimalDigits() else {
      report("\\u must be followed by four hexadecimal digits", at: position)
      return "\u{FFFD}"
    }
    if let scalar = Unicode.Scalar(first) { return String(scalar) }
    if first < 0xDC00, scanner.byte == .ascii("\\"),
      scanner.bytes[scanner.offset + 1] == .ascii("u")
    {
      let before = scanner
      scanner.advance()
      scanner.advance()
      if let second = hexadecimalDigits(), (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
      {
        return String(scalar)
      }
      scanner = before  // the second escape is read again, and judged by itself
    }
    let code = String(first, radix: 16, uppercase: true)
    report("\\u\(code) is one half of a surrogate pair without the other", at: position)
    return "\u{FFFD}"
  }

  /// Four hexadecimal digits at the reading point; nothing is consumed if they are not there.
  private mutating func hexadecimalDigits() -> UInt32? {
    guard scanner.end - scanner.offset >= 4 else { return nil }
    var value: UInt32 = 0
    for byte in scanner.bytes[scanner.offset..<(scanner.offset + 4)] {
      let character = Character(Unicode.Scalar(byte))
      guard character.isASCII, let digit = character.hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    for _ in 0..<4 { scanner.advance() }
    return value
  }

  private static let escapes: [UInt8: String] = [
    .ascii("\""): "\"", .ascii("\\"): "\\", .ascii("/"): "/", .ascii("b"): "\u{8}",
    .ascii("f"): "\u{C}", .ascii("n"): "\n", .ascii("r"): "\r", .ascii("t"): "\t",
  ]
}
