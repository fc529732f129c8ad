/// Reads one JSON object key by key, and reports the keys that are unknown.
///
/// Every key that is asked for becomes known. ``finish(known:_:)`` then reports the others, so that
/// a misspelt parameter is never ignored. A value that is missing and one that is wrong both come
/// back as `nil`; the latter has been reported.
public struct ObjectReader {
  /// What the object describes, as the subject of an error message: `Quadrupole "q1"`.
  public let subject: String
  /// What its keys are called: "parameter", "key".
  public let noun: String
  /// Where the object begins.
  public let position: SourcePosition
  /// The members in the order of the file.
  public let members: [JSONMember]
  /// What expressions may use in the place of numbers; `nil` where numbers only are accepted.
  public var constants: ConstantTable?
  /// The expressions that stood in the place of numbers and were asked for, in that order.
  public internal(set) var expressions: [WrittenExpression] = []
  private let places: [String: Int]
  private var known: [String] = []
  private var knownSet: Set<String> = []

  /// Opens an object for reading.
  ///
  /// - Parameters:
  ///   - node: The value that should be an object; if it is not, that is reported and there is no
  ///     reader.
  ///   - subject: What the object describes, as the subject of an error message: `Quadrupole "q1"`.
  ///   - noun: What its keys are called in error messages: "parameter", "key".
  ///   - constants: What expressions may use in the place of numbers; without it, numbers only are
  ///     accepted.
  ///   - diagnostics: Receives the mistakes.
  public init?(
    _ node: JSONNode, describedAs subject: String, keysCalled noun: String = "key",
    constants: ConstantTable? = nil, _ diagnostics: inout Diagnostics
  ) {
    guard case .object(let members) = node.value else {
      if !node.isUnreadable {
        diagnostics.error(
          "expected an object for \(subject), found \(node.kindName)", at: node.position)
      }
      return nil
    }
    self.subject = subject
    self.noun = noun
    self.members = members
    self.constants = constants
    position = node.position
    places = Dictionary(
      members.enumerated().map { ($0.element.key, $0.offset) }, uniquingKeysWith: { a, _ in a })
  }

  /// Whether the object has a key. The key does not become known by this.
  public func contains(_ key: String) -> Bool { places[key] != nil }

  /// Where a key stands; the object's own position for a key that it does not have.
  public func position(of key: String) -> SourcePosition {
    places[key].map { members[$0].keyPosition } ?? position
  }

  /// The value of a key, whatever its kind.
  public mutating func node(_ key: String) -> JSONNode? {
    if knownSet.insert(key).inserted { known.append(key) }
    return places[key].map { members[$0].value }
  }

  /// The value of a key; that there is none is reported at the object.
  public mutating func requiredNode(
    _ key: String, _ diagnostics: inout Diagnostics
  ) -> JSONNode? {
    let node = node(key)
    if node == nil { diagnostics.error("\(subject) needs \(quoted(key))", at: position) }
    return node
  }

  /// The one of several alternatives that the object has, such as `k1` or `gradient`.
  ///
  /// None at all and more than one are reported.
  ///
  /// - Parameters:
  ///   - alternatives: The keys.
  ///   - isOptional: Whether all of them may be missing.
  ///   - diagnostics: Receives the mistakes.
  public mutating func exactlyOne(
    of alternatives: [String], isOptional: Bool = false, _ diagnostics: inout Diagnostics
  ) -> String? {
    let present = alternatives.filter { node($0) != nil }
    if present.count > 1 {
      diagnostics.error(
        "\(subject) has \(present.map(quoted).joined(separator: " and ")); "
          + "expected \(isOptional ? "at most" : "exactly") one of them",
        at: position(of: present[1]))
      return nil
    }
    if present.isEmpty, !isOptional {
      diagnostics.error(
        "\(subject) needs exactly one of \(alternatives.map(quoted).joined(separator: ", "))",
        at: position)
    }
    return present.first
  }

  /// Reports each key that has not been asked for.
  ///
  /// - Parameters:
  ///   - extra: Further known keys, which have not been asked for.
  ///   - diagnostics: Receives the mistakes.
  public mutating func finish(known extra: [String] = [], _ diagnostics: inout Diagnostics) {
    for key in extra where knownSet.insert(key).inserted { known.append(key) }
    for member in members where !knownSet.contains(member.key) {
      diagnostics.error(unknown(member.key), at: member.keyPosition)
    }
  }

  private func unknown(_ key: String) -> String {
    let message = "\(subject) has no \(noun) \(quoted(key))"
    if known.isEmpty { return "\(message); it has none" }
    let suggestion = nearestName(to: key, among: known).map { "; did you mean \(quoted($0))?" }
    return "\(message); it has: \(listed(known))\(suggestion ?? "")"
  }
}
