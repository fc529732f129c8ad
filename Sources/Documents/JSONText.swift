/// A JSON value to be written. Members of objects keep the order in which they are given.
///
///     let text: JSONText = ["objective": 0.25, "gradient": .object([("q1.k1", -3.5)])]
///     text.pretty
public enum JSONText: Equatable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A whole number.
  case integer(Int)
  /// A number, written as the shortest decimal that reads back to the same bits; `null` if it is
  /// not finite, for which JSON has no word.
  case number(Double)
  /// A string; it is escaped when it is written.
  case string(String)
  /// The elements of an array, in their order.
  case array([JSONText])
  /// An object.
  indirect case object(Members)

  /// The members of an object in order.
  public struct Members: Equatable, Sendable {
    /// The keys.
    public var keys: [String]
    /// The value of each key; as many as there are keys.
    public var values: [JSONText]
  }

  /// An object of keys and values in order.
  public static func object(_ members: some Sequence<(String, JSONText)>) -> JSONText {
    var keys: [String] = []
    var values: [JSONText] = []
    for (key, value) in members {
      keys.append(key)
      values.append(value)
    }
    return .object(Members(keys: keys, values: values))
  }

  /// An array of numbers.
  public static func numbers(_ values: some Sequence<Double>) -> JSONText {
    .array(values.map { .number($0) })
  }

  /// A value that was read, to be written again; whole numbers lose their decimal point.
  public init(_ node: JSONNode) {
    switch node.value {
    case .null: self = .null
    case .boolean(let isTrue): self = .boolean(isTrue)
    case .number(let value):
      let isWhole = value.magnitude < 0x1p53 && !(value == 0 && value.sign == .minus)
      self = isWhole ? Int(exactly: value).map(Self.integer) ?? .number(value) : .number(value)
    case .string(let text): self = .string(text)
    case .array(let nodes): self = .array(nodes.map { JSONText($0) })
    case .object(let members): self = .object(members.map { ($0.key, JSONText($0.value)) })
    }
  }

  /// The text over several lines, with a line end behind it.
  ///
  /// Arrays and objects that fit into one line stand in one.
  public var pretty: String {
    var text = ""
    write(to: &text, indentation: 0)
    return text + "\n"
  }

  /// The text in one line without a line end, for a stream of one object per line.
  public var line: String {
    var text = ""
    writeLine(to: &text)
    return text
  }
}

extension JSONText: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringInterpolation, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  public init(dictionaryLiteral elements: (String, JSONText)...) { self = .object(elements) }
  public init(arrayLiteral elements: JSONText...) { self = .array(elements) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(nilLiteral: ()) { self = .null }
}

extension JSONText {
  private static let width = 100

  private func write(to text: inout String, indentation: Int) {
    let (keys, values, brackets) = parts
    guard let values, !values.isEmpty else { return writeLine(to: &text) }
    if let line = shortLine(room: Self.width - indentation) {
      text += line
      return
    }
    let inner = indentation + 2
    text += brackets.open
    for (index, value) in values.enumerated() {
      text += index == 0 ? "\n" : ",\n"
      text += String(repeating: " ", count: inner)
      if let keys { text += Self.escaped(keys[index]) + ": " }
      value.write(to: &text, indentation: inner)
    }
    text += "\n" + String(repeating: " ", count: indentation) + brackets.close
  }

  /// The value in one line, if nothing is nested in it and there is room.
  private func shortLine(room: Int) -> String? {
    guard let values = parts.values, values.count <= room / 3 else { return nil }
    let isFlat = values.allSatisfy { value in
      if case .string(let text) = value { return text.utf8.count <= room }
      return value.parts.values?.isEmpty != false
    }
    guard isFlat else { return nil }
    var line = ""
    writeLine(to: &line)
    return line.utf8.count <= room ? line : nil
  }

  private func writeLine(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .boolean(let isTrue): text += isTrue ? "true" : "false"
    case .integer(let value): text += value.description
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): text += Self.escaped(value)
    case .array, .object:
      let (keys, values, brackets) = parts
      text += brackets.open
      for (index, value) in (values ?? []).enumerated() {
        if index > 0 { text += ", " }
        if let keys { text += Self.escaped(keys[index]) + ": " }
        value.writeLine(to: &text)
      }
      text += brackets.close
    }
  }

  private var parts: (keys: [String]?, values: [JSONText]?, brackets: (open: String, close: String))
  {
    switch self {
    case .array(let values): (nil, values, ("[", "]"))
    case .object(let members): (members.keys, members.values, ("{", "}"))
    default: (nil, nil, ("", ""))
    }
  }

  /// A string in its quotation marks (RFC 8259, section 7).
  private static func escaped(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1F}":
        let code = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
