extension JSONParser {
  /// A number, `true`, `false` or `null`; anything else is reported and read as what it resembles.
  mutating func word() -> JSONValue {
    let position = scanner.position
    let start = scanner.offset
    let isNumber = advanceOverNumber() && !scanner.byte.isInWord
    while scanner.byte.isInWord { scanner.advance() }
    let word = scanner.text(start..<scanner.offset)
    if isNumber, let number = Double(word) {  // correctly rounded, and independent of the locale
      if number.isFinite { return .number(number) }
      report("\(oneLine(word)) is too large for a double (the largest is 1.8e308)", at: position)
      return .number(.nan)
    }
    switch word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .null
    default: return slip(word, at: position)
    }
  }

  /// Steps over a number as RFC 8259, section 6, has it; returns whether there was one.
  private mutating func advanceOverNumber() -> Bool {
    if scanner.byte == .ascii("-") { scanner.advance() }
    if scanner.byte == .ascii("0") {
      scanner.advance()
    } else if !advanceOverDigits() {
      return false
    }
    if scanner.byte == .ascii(".") {
      scanner.advance()
      if !advanceOverDigits() { return false }
    }
    if scanner.byte | 0x20 == .ascii("e") {
      scanner.advance()
      if scanner.byte == .ascii("-") || scanner.byte == .ascii("+") { scanner.advance() }
      if !advanceOverDigits() { return false }
    }
    return true
  }

  private mutating func advanceOverDigits() -> Bool {
    let start = scanner.offset
    while scanner.byte.isDigit { scanner.advance() }
    return scanner.offset > start
  }

  /// Reports a word that is no JSON value, and returns the nearest thing to it.
  private mutating func slip(_ word: String, at position: SourcePosition) -> JSONValue {
    let shown = oneLine(word)
    var unsigned = word.prefix(40).lowercased()
    let sign = unsigned.first.flatMap { "+-".contains($0) ? String($0) : nil }
    if sign != nil { unsigned.removeFirst() }
    switch unsigned {
    case "true" where sign == nil, "false" where sign == nil, "null" where sign == nil:
      report("\(shown) is written in small letters in JSON: \(unsigned)", at: position)
      return unsigned == "null" ? .null : .boolean(unsigned == "true")
    case "nan", "inf", "infinity":
      report("\(shown) is not a number in JSON; expected a finite number", at: position)
    default:
      let isNumeric = unsigned.utf8.first.map { $0.isDigit || $0 == .ascii(".") } ?? true
      report(
        isNumeric
          ? "\(shown) is not a number\(remedy(unsigned, sign: sign))"
          : "expected a value, found \(quoted(word)); strings stand in double quotation marks",
        at: position)
    }
    return .number(.nan)
  }

  /// What to change in something that is nearly a number.
  private func remedy(_ unsigned: String, sign: String?) -> String {
    let bytes = Array(unsigned.utf8)
    if sign == "+", bytes.first?.isDigit == true { return ": leave out the \"+\"" }
    if bytes.first == .ascii("."), bytes.count > 1 { return ": a digit stands before the point" }
    if bytes.count > 1, bytes[0] == .ascii("0"), bytes[1].isDigit {
      return ": leave out the leading zero"
    }
    if let point = bytes.firstIndex(of: .ascii(".")),
      point + 1 == bytes.count || !bytes[point + 1].isDigit
    {
      return ": a digit stands behind the point"
    }
    if let last = bytes.last, [.ascii("e"), .ascii("-"), .ascii("+")].contains(last) {
      return ": digits stand behind the e"
    }
    return ""
  }
}
