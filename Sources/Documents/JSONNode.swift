/// A value in a JSON document together with the place where it stands.
public struct JSONNode: Sendable {
  /// The value itself.
  public var value: JSONValue
  /// Where the value begins.
  public var position: SourcePosition
  /// The escape sequences of a string, in order; places inside the string follow from them.
  var escapes: [JSONEscape] = []

  /// A value at a place of a document.
  public init(_ value: JSONValue, at position: SourcePosition) {
    self.value = value
    self.position = position
  }
}

/// An escape sequence of a string: which of its scalars it stands for, and how many columns it
/// takes in the file.
struct JSONEscape: Sendable {
  var scalar: Int
  var columns: Int
}

/// What a JSON value can be.
///
/// A number is finite. NaN stands for something unreadable that
/// ``JSON/parse(_:_:)-(Collection<UInt8>,_)`` has reported before it continued; readers ignore it
/// without another message (``JSONNode/isUnreadable``).
public enum JSONValue: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A number, rounded to the nearest double.
  case number(Double)
  /// A string, with its escape sequences replaced by what they stand for.
  case string(String)
  /// The elements of an array, in their order.
  case array([JSONNode])
  /// The members in the order of the file; no key occurs twice.
  case object([JSONMember])
}

/// A key of a JSON object with its value.
public struct JSONMember: Sendable {
  /// The key, without its quotation marks.
  public var key: String
  /// Where the key begins (its quotation mark).
  public var keyPosition: SourcePosition
  /// The value.
  public var value: JSONNode

  /// A key with its value, and where they stand.
  public init(_ key: String, at keyPosition: SourcePosition, _ value: JSONNode) {
    self.key = key
    self.keyPosition = keyPosition
    self.value = value
  }
}

extension JSONNode {
  /// The kind of the value with its article: "a number", "an object".
  public var kindName: String {
    switch value {
    case .null: "null"
    case .boolean: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The value as an error message shows it: `the string "abc"`, `the number 2.5`, "an array".
  public var summary: String {
    switch value {
    case .boolean(let isTrue): isTrue ? "true" : "false"
    case .number(let number): "the number \(concise(number))"
    case .string(let text): "the string \(quoted(text))"
    case .null, .array, .object: kindName
    }
  }

  /// Where a scalar of a string stands in the file; scalars are counted from 0.
  public func position(ofScalar index: Int) -> SourcePosition {
    var place = position
    // The quotation mark comes first; a string ends on the line that it begins on.
    place.column += 1 + index
    for escape in escapes where escape.scalar < index { place.column += escape.columns - 1 }
    return place
  }

  /// Whether something unreadable stood here, which has been reported already.
  public var isUnreadable: Bool {
    if case .number(let number) = value { number.isNaN } else { false }
  }
}
