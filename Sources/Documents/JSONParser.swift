/// Reads values by recursive descent: the grammar of RFC 8259, section 2. Messages say how to
/// correct frequent slips.
struct JSONParser {
  var scanner: JSONScanner
  var diagnostics: Diagnostics
  /// The escape sequences of the string that was read last.
  var escapes: [JSONEscape] = []

  /// Thrown after a mistake has been recorded behind which nothing can be read.
  struct Stopped: Error {}

  /// The whole text: one value with nothing but space and comments around it.
  mutating func document() throws(Stopped) -> JSONNode {
    try skipSpace()
    if scanner.isAtEnd {
      throw stopped(
        scanner.end == 0
          ? "the file is empty; expected a JSON value" : "the file holds no JSON value")
    }
    let node = try value(depth: 0)
    try skipSpace()
    if !scanner.isAtEnd {
      throw stopped("expected the end of the file after its value, found \(found)")
    }
    return node
  }

  /// Records a mistake at the reading point, or at another place, and continues.
  mutating func report(_ message: String, at position: SourcePosition? = nil) {
    diagnostics.error(message, at: position ?? scanner.position)
  }

  /// Records a mistake after which reading cannot continue.
  mutating func stopped(_ message: String, at position: SourcePosition? = nil) -> Stopped {
    report(message, at: position)
    return Stopped()
  }

  /// Steps over spaces and comments.
  mutating func skipSpace() throws(Stopped) {
    while true {
      scanner.skipWhitespace()
      guard scanner.byte == .ascii("/") else { return }
      let start = scanner.position
      switch scanner.bytes[scanner.offset + 1] {
      case .ascii("/"):
        while !scanner.isAtEnd, scanner.byte != .lineFeed, scanner.byte != .carriageReturn {
          scanner.advance()
        }
      case .ascii("*"):
        scanner.advance()
        scanner.advance()
        while !(scanner.byte == .ascii("*") && scanner.bytes[scanner.offset + 1] == .ascii("/")) {
          if scanner.isAtEnd { throw stopped("this comment is not closed by \"*/\"", at: start) }
          scanner.advanceAnywhere()
        }
        scanner.advance()
        scanner.advance()
      default: throw stopped("a comment starts with \"//\" or \"/*\", not with a single \"/\"")
      }
    }
  }

  /// One value; the reading point is on its first byte.
  private mutating func value(depth: Int) throws(Stopped) -> JSONNode {
    let position = scanner.position
    switch scanner.byte {
    case .ascii("{"):
      try checkDepth(depth)
      return JSONNode(.object(try members(depth: depth + 1)), at: position)
    case .ascii("["):
      try checkDepth(depth)
      return JSONNode(.array(try elements(depth: depth + 1)), at: position)
    case .ascii("\""):
      var node = JSONNode(.string(try string()), at: position)
      node.escapes = escapes
      return node
    case .ascii("'"):
      throw stopped("strings stand in double quotation marks, not in single ones")
    case let byte where byte.isInWord:
      return JSONNode(word(), at: position)
    default:
      throw stopped("expected a value, found \(found)")
    }
  }

  private mutating func checkDepth(_ depth: Int) throws(Stopped) {
    if depth >= JSON.deepestNesting {
      throw stopped("arrays and objects are nested deeper than \(JSON.deepestNesting) levels")
    }
  }

  /// The elements of an array, from its bracket to its bracket.
  private mutating func elements(depth: Int) throws(Stopped) -> [JSONNode] {
    let opening = scanner.position
    var elements: [JSONNode] = []
    scanner.advance()
    while true {
      try skipSpace()
      if scanner.byte == .ascii("]") { break }
      if scanner.byte == .ascii(",") {
        report("expected a value, found \",\"")
        scanner.advance()
        continue
      }
      if scanner.isAtEnd { throw unclosed("array", "a value or \"]\"", opening) }
      elements.append(try value(depth: depth))
      try skipSpace()
      switch scanner.byte {
      case .ascii(","): scanner.advance()
      case .ascii("]"): break
      case _ where startsValue: report("expected \",\" or \"]\", found \(found)")
      default: throw unclosed("array", "\",\" or \"]\"", opening)
      }
    }
    scanner.advance()
    return elements
  }

  /// The members of an object, from its brace to its brace.
  private mutating func members(depth: Int) throws(Stopped) -> [JSONMember] {
    let opening = scanner.position
    var members: [JSONMember] = []
    scanner.advance()
    while true {
      try skipSpace()
      if scanner.byte == .ascii("}") { break }
      if scanner.byte == .ascii(",") {
        report("expected a key, found \",\"")
        scanner.advance()
        continue
      }
      let keyPosition = scanner.position
      let key = try key(of: opening)
      try colon(after: key)
      try skipSpace()
      members.append(JSONMember(key, at: keyPosition, try value(depth: depth)))
      try skipSpace()
      switch scanner.byte {
      case .ascii(","): scanner.advance()
      case .ascii("}"): break
      case let byte where byte == .ascii("\"") || byte.isLetter:
        report("expected \",\" or \"}\", found \(found)")
      default: throw unclosed("object", "\",\" or \"}\"", opening)
      }
    }
    scanner.advance()
    return withoutDuplicates(members)
  }

  private mutating func key(of opening: SourcePosition) throws(Stopped) -> String {
    switch scanner.byte {
    case .ascii("\""): return try string()
    case let byte where byte.isLetter:
      let position = scanner.position
      let start = scanner.offset
      while scanner.byte.isInWord { scanner.advance() }
      let key = scanner.text(start..<scanner.offset)
      report("keys stand in double quotation marks: \(quoted(key))", at: position)
      return key
    default: throw unclosed("object", "a key or \"}\"", opening)
    }
  }

  private mutating func colon(after key: String) throws(Stopped) {
    try skipSpace()
    if scanner.byte == .ascii(":") {
      scanner.advance()
      return
    }
    let message = "expected \":\" after the key \(quoted(key)), found \(found)"
    if scanner.byte == .ascii("=") {
      report(message)
      scanner.advance()
    } else if startsValue {
      report(message)
    } else {
      throw stopped(message)
    }
  }

  /// Keeps the first of several members of one key; linear in their number.
  private mutating func withoutDuplicates(_ members: [JSONMember]) -> [JSONMember] {
    // Most objects are small: comparing their keys in pairs costs less than hashing them.
    if members.count <= 8,
      !members.indices.contains(where: { index in
        members[..<index].contains { $0.key == members[index].key }
      })
    {
      return members
    }
    var places = [String: SourcePosition](minimumCapacity: members.count)
    return members.filter { member in
      guard let first = places.updateValue(member.keyPosition, forKey: member.key) else {
        return true
      }
      places[member.key] = first
      report(
        "the key \(quoted(member.key)) stands twice in this object; first at \(first)",
        at: member.keyPosition)
      return false
    }
  }

  private mutating func unclosed(
    _ what: String, _ expected: String, _ opening: SourcePosition
  ) -> Stopped {
    let message = "expected \(expected), found \(found)"
    return stopped(
      scanner.isAtEnd ? "\(message); the \(what) that begins at \(opening) is not closed" : message)
  }

  private var startsValue: Bool {
    switch scanner.byte {
    case .ascii("\""), .ascii("{"), .ascii("["): true
    default: scanner.byte.isInWord
    }
  }

  /// What stands at the reading point, for an error message.
  private var found: String {
    guard let scalar = scanner.scalar else { return "the end of the file" }
    if scalar == "\"" { return "a string" }
    if scanner.byte.isInWord {
      let word = scanner.bytes[scanner.offset...].prefix(100).prefix(while: \.isInWord)
      return quoted(String(decoding: word, as: UTF8.self))
    }
    if scalar.isASCII, scalar.value > 0x20, scalar.value < 0x7F { return quoted(String(scalar)) }
    let code = String(scalar.value, radix: 16, uppercase: true)
    return "the character U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
  }
}
