import Documents

/// A number of a model file: fixed, free, or following another one.
struct WrittenNumber: Sendable {
  var value: Double
  var isFixed: Bool
  var lower = -Double.infinity
  var upper = Double.infinity
  var pull: (centre: Double, strength: Double)?
  /// The name of the parameter that it follows, the position of that name in the file, and the
  /// offset.
  var binding: (name: String, position: SourcePosition, offset: Double)?
  let position: SourcePosition

  /// Reads a number without an object (fixed), or an object with "value" (free unless "fixed") or
  /// "same_as".
  static func read(
    _ node: JSONNode, describedAs subject: String, default initial: Double?,
    _ diagnostics: inout Diagnostics
  ) -> Self? {
    if node.isUnreadable { return nil }
    if case .number(let value) = node.value {
      return Self(value: value, isFixed: true, position: node.position)
    }
    guard case .object = node.value else {
      diagnostics.error(
        "expected a number or an object with \"value\" for \(subject), found \(node.summary)",
        at: node.position)
      return nil
    }
    guard var reader = ObjectReader(node, describedAs: subject, &diagnostics) else { return nil }
    var number = Self(value: initial ?? 0, isFixed: false, position: node.position)
    let choice = reader.exactlyOne(
      of: ["value", "same_as"], isOptional: initial != nil, &diagnostics)
    if choice == "value" { number.value = reader.number("value", &diagnostics) ?? number.value }
    let offset = reader.number("offset", &diagnostics)
    if choice == "same_as", let name = reader.string("same_as", &diagnostics) {
      number.binding = (name, reader.position(of: "same_as"), offset ?? 0)
    } else if offset != nil {
      diagnostics.error(
        "\(subject): \"offset\" is what is added to another parameter; it needs \"same_as\"",
        at: reader.position(of: "offset"))
    }
    number.isFixed = reader.boolean("fixed", &diagnostics) ?? false
    number.lower = reader.number("min", &diagnostics) ?? number.lower
    number.upper = reader.number("max", &diagnostics) ?? number.upper
    if number.lower > number.upper {
      diagnostics.error(
        "\(subject): \"min\" is above \"max\"", at: reader.position(of: "min"))
    } else if number.binding == nil, !(number.lower...number.upper).contains(number.value) {
      diagnostics.error(
        "\(subject): the value \(number.value) is not within \"min\" and \"max\"",
        at: node.position)
    }
    if let pull = reader.numbers("pull", count: 2, &diagnostics) {
      number.pull = (pull[0], pull[1])
      if pull[1] < 0 {
        diagnostics.error(
          "\(subject): the strength of a pull is not below 0, or it would push away from its centre",
          at: reader.position(of: "pull"))
      }
    }
    if number.binding != nil {
      for key in ["fixed", "min", "max"] where reader.contains(key) {
        diagnostics.error(
          "\(subject): \(quoted(key)) has no effect on a parameter that follows another; write it beside "
            + "the value of the other parameter", at: reader.position(of: key))
      }
    }
    // A fit writes errors; they are ignored.
    _ = reader.node("error")
    reader.finish(&diagnostics)
    return number
  }
}
