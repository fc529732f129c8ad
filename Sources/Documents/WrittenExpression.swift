/// An expression that stands in a number's place.
public struct WrittenExpression: Sendable {
  /// The key whose value it is.
  public var key: String
  /// The number of the entry, from 0, if the value is an array; nil otherwise.
  public var index: Int?
  /// The expression.
  public var expression: Expression

  /// An expression that is the value of `key`, or entry `index` of it.
  public init(key: String, index: Int?, _ expression: Expression) {
    self.key = key
    self.index = index
    self.expression = expression
  }
}

extension ObjectReader {
  /// What stands in a number's place: a string is evaluated as an expression of the constants, and
  /// added to ``expressions``.
  ///
  /// - Parameters:
  ///   - node: The value as it stands in the file.
  ///   - key: The key whose value it is.
  ///   - index: The entry, where the value is an array.
  ///   - diagnostics: Receives the mistakes.
  /// - Returns: A node with a number where there is one, which is NaN after a mistake has been
  ///   reported (``JSONNode/isUnreadable``); anything else comes back as it is.
  public mutating func number(
    _ node: JSONNode, of key: String, index: Int? = nil, _ diagnostics: inout Diagnostics
  ) -> JSONNode {
    guard let constants, case .string(let text) = node.value else { return node }
    var result = JSONNode(.number(.nan), at: node.position)
    do {
      let expression = try Expression(text, in: constants.scope)
      expressions.append(WrittenExpression(key: key, index: index, expression))
      // A constant that has no value has been reported where it stands.
      if expression.references.contains(where: { constants.values[$0.place].isNaN }) {
        return result
      }
      result.value = .number(try expression.finiteValue(constants.values))
    } catch {
      diagnostics.error(
        "\(subject), \(quoted(key)): \(error.message)", at: node.position(ofScalar: error.offset))
    }
    return result
  }

  /// What was found, for an error message.
  static func summary(of written: JSONNode, evaluatedTo node: JSONNode) -> String {
    guard case .string(let text) = written.value, case .number(let value) = node.value else {
      return written.summary
    }
    return "\(quoted(text)), which is \(concise(value))"
  }
}
