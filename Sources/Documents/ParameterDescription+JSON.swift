import ParameterTables

extension ParameterDescription {
  /// For a program: name, unit, type (real, integer, list, rows or choice), what is allowed, whether it is required,
  /// and a sentence.
  ///
  /// - Parameter value: The default; nil where there is none to be told.
  public func json(default value: JSONText? = nil) -> JSONText {
    var members: [(String, JSONText)] = [("name", .string(name)), ("unit", .string(unit))]
    switch form {
    case .real(let range), .optional(let range, _):
      members.append(("type", "real"))
      if case .optional(_, let word?) = form { members.append(("none", .string(word))) }
      if range.lowerBound == .leastNonzeroMagnitude {
        members.append(("exclusive_minimum", .number(0)))
      } else if range.lowerBound > -Double.greatestFiniteMagnitude {
        members.append(("minimum", .number(range.lowerBound)))
      }
      if range.upperBound < Double.greatestFiniteMagnitude {
        members.append(("maximum", .number(range.upperBound)))
      }
    case .list:
      members.append(("type", "list"))
    case .matrix(let side):
      members += [
        ("type", "list"), ("count", .integer(side * side)), ("row_length", .integer(side)),
      ]
    case .rows(let width):
      members += [("type", "rows"), ("width", .integer(width))]
    case .flag:
      members.append(("type", "boolean"))
    case .objects(let parameters):
      members += [
        ("type", "objects"), ("parameters", .array(parameters.map { $0.json(default: nil) })),
      ]
    case .word(let choices):
      members += [("type", "choice"), ("choices", .array(choices.map { .string($0) }))]
    case .integer(let range, let choices), .chosen(let range, let choices):
      if choices.isEmpty {
        members += [
          ("type", "integer"), ("minimum", .integer(range.lowerBound)),
          ("maximum", .integer(range.upperBound)),
        ]
      } else {
        members += [("type", "choice"), ("choices", .array(choices.map { .integer($0) }))]
      }
    }
    if let value { members.append(("default", value)) }
    members += [
      ("required", .boolean(isRequired)), ("allowed", .string(allowedValues)),
      ("summary", .string(summary)),
    ]
    return .object(members)
  }
}

extension ParameterVariants {
  /// For a program: the name of the choice, and for each of its words the names of the parameters
  /// that it needs.
  public var json: JSONText {
    [
      "choice": .string(choice),
      "needs": .object(needs.map { ($0.word, .array($0.names.map { .string($0) })) }),
    ]
  }
}

extension ParameterAlternatives {
  /// For a program: the names, and whether exactly one or at most one of them is to be given.
  public var json: JSONText {
    [
      "names": .array(names.map(JSONText.string)),
      "needed": isRequired ? "exactly one" : "at most one",
    ]
  }
}
