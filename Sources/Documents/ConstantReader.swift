/// Reads the constants of a document, which may refer to each other in any order.
struct ConstantReader {
  private let members: [JSONMember]
  private let scope: ExpressionScope
  private var expressions: [Expression?] = []
  private var values: [Double] = []
  private var order: [Int] = []
  private var states: [State]

  /// How far a constant's evaluation has come.
  private enum State {
    case untouched
    /// Waiting for those that it needs.
    case open
    case finished
  }

  init(_ members: [JSONMember], known: [ExpressionScope.KnownNumber]) {
    self.members = members
    scope = ExpressionScope(variables: members.map(\.key), known: known)
    states = .init(repeating: .untouched, count: members.count)
  }

  mutating func read(_ diagnostics: inout Diagnostics) -> ConstantTable {
    for member in members { readValue(member, &diagnostics) }
    for place in members.indices { visit(place, &diagnostics) }
    let constants = zip(members, expressions).map { member, expression in
      ConstantTable.Constant(name: member.key, expression: expression)
    }
    return ConstantTable(constants, values: values, order: order, scope)
  }

  /// A number's value, or the expression; neither after a mistake.
  private mutating func readValue(_ member: JSONMember, _ diagnostics: inout Diagnostics) {
    checkName(member, &diagnostics)
    var value = Double.nan
    var expression: Expression?
    switch member.value.value {
    case .number(let number): value = number
    case .string(let text):
      do {
        expression = try Expression(text, in: scope)
      } catch {
        diagnostics.error(
          "constant \(quoted(member.key)): \(error.message)",
          at: member.value.position(ofScalar: error.offset))
      }
    default:
      diagnostics.error(
        "constant \(quoted(member.key)): expected a number or an expression, found "
          + member.value.summary, at: member.value.position)
    }
    values.append(value)
    expressions.append(expression)
  }

  private func checkName(_ member: JSONMember, _ diagnostics: inout Diagnostics) {
    let name = member.key
    if !Expression.isName(name) {
      diagnostics.error(
        "\(quoted(name)) cannot be a constant's name: that is a letter, then letters, digits, "
          + "\"_\" and \".\"", at: member.keyPosition)
    } else if Expression.isFunction(name) {
      diagnostics.error(
        "\(quoted(name)) is a function; name the constant otherwise", at: member.keyPosition)
    } else if let value = scope.number(name) {
      diagnostics.error(
        "\(quoted(name)) is a known constant, \(concise(value)); name this one otherwise",
        at: member.keyPosition)
    }
  }

  /// Evaluates a constant after those that it needs. It uses a stack of its own and does not
  /// recurse, so that a chain of constants may have any length.
  private mutating func visit(_ start: Int, _ diagnostics: inout Diagnostics) {
    var stack = [(place: start, next: 0)]
    while let (place, next) = stack.last {
      let references = expressions[place]?.references ?? []
      if states[place] == .finished || next == references.count {
        evaluate(place, &diagnostics)
        stack.removeLast()
        continue
      }
      states[place] = .open
      stack[stack.count - 1].next += 1
      let reference = references[next]
      switch states[reference.place] {
      case .finished: break
      case .untouched: stack.append((reference.place, 0))
      case .open:
        let cycle = stack.drop { $0.place != reference.place }.map(\.place) + [reference.place]
        let names = cycle.map { quoted(members[$0].key) }
        diagnostics.error(
          "constant \(names[0]) depends on itself: " + names.joined(separator: " → "),
          at: members[place].value.position(ofScalar: reference.offset))
        // Without a value, and reported: what depends on it has none either.
        for place in cycle {
          expressions[place] = nil
          states[place] = .finished
        }
      }
    }
  }

  /// Gives a constant its value, if it has none and those that it needs have theirs.
  private mutating func evaluate(_ place: Int, _ diagnostics: inout Diagnostics) {
    if states[place] == .finished { return }
    states[place] = .finished
    order.append(place)
    guard let expression = expressions[place],
      !expression.references.contains(where: { values[$0.place].isNaN })
    else { return }
    do {
      values[place] = try expression.finiteValue(values)
    } catch {
      diagnostics.error(
        "constant \(quoted(members[place].key)): \(error.message)",
        at: members[place].value.position(ofScalar: error.offset))
    }
  }
}

extension ConstantTable {
  /// Reads constants from the object that has them as members.
  ///
  /// - Parameters:
  ///   - object: Names with numbers, or with expressions of each other in any order.
  ///   - known: Known numbers such as π. Expressions may use them; no constant may have their
  ///     names.
  ///   - diagnostics: Receives the mistakes.
  public static func read(
    _ object: ObjectReader, known: [ExpressionScope.KnownNumber] = [],
    _ diagnostics: inout Diagnostics
  ) -> ConstantTable {
    var reader = ConstantReader(object.members, known: known)
    return reader.read(&diagnostics)
  }
}
