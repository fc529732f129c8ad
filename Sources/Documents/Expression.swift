import AutoDiff

/// A formula that a user has written in the place of a number: `"0.5 * kq * sin(phi)^2"`.
///
/// `+ - * / ^` with their usual precedence (`^` first and from the right, then the sign, so that
/// −2^2 is −4), parentheses, elementary functions, and names. It is parsed once, into a list of
/// operations on a stack, and evaluated with any scalar: the same operations give derivatives with
/// respect to the variables.
public struct Expression: Sendable {
  /// One operation on the stack.
  enum Operation: Equatable, Sendable {
    case number(Double)
    case variable(Int)
    case negate
    case add, subtract, multiply, divide, power
    /// A whole exponent that stands there as a number: a product, exact where the products are.
    case integerPower(Int)
    case function(ExpressionFunction)
  }

  /// What the user has written.
  public let text: String
  /// The variables that it depends on, each once, with the place of the name in the text.
  public let references: [(place: Int, offset: Int)]
  /// The operations in the order in which they are done, with their places in the text.
  let operations: [(operation: Operation, offset: Int)]
  /// The most numbers that are on the stack at once.
  let depth: Int

  /// The depth of nested parentheses and exponents that is accepted.
  ///
  /// The parser recurses, so the depth bounds its stack, whatever the text is.
  public static let deepestNesting = 100

  /// Reads an expression.
  ///
  /// - Parameters:
  ///   - text: What the user has written.
  ///   - scope: The names that it may use.
  /// - Throws: ``ExpressionMistake``, the first one from the left.
  public init(_ text: String, in scope: ExpressionScope) throws(ExpressionMistake) {
    var parser = ExpressionParser(text, scope)
    try parser.parse()
    self.text = text
    operations = parser.operations
    depth = parser.greatestDepth
    var seen: Set<Int> = []
    references = operations.compactMap { step in
      guard case .variable(let place) = step.operation, seen.insert(place).inserted else {
        return nil
      }
      return (place, step.offset)
    }
  }

  /// Whether a text can be a name in expressions: a letter, then letters, digits, `_` and `.`.
  public static func isName(_ text: String) -> Bool {
    var parser = ExpressionParser(text, ExpressionScope())
    return parser.name() == text
  }

  /// Whether a name is that of a function.
  public static func isFunction(_ name: String) -> Bool {
    ExpressionFunction(rawValue: name) != nil
  }

  /// The value for these values of the scope's variables.
  public func value<S: RealScalar>(_ variables: [S]) -> S {
    evaluate(variables) { _, _ in }
  }

  /// The value, if the results of all operations are finite.
  ///
  /// - Throws: ``ExpressionMistake`` at the first operation whose result is not finite.
  public func finiteValue(_ variables: [Double]) throws(ExpressionMistake) -> Double {
    var offset: Int?
    let value = evaluate(variables) { (step: Int, result: Double) in
      if offset == nil, !result.isFinite { offset = operations[step].offset }
    }
    if let offset {
      throw ExpressionMistake("the expression \(quoted(text)) has no finite value", at: offset)
    }
    return value
  }

  /// Does the operations one after another, and shows the result of each.
  private func evaluate<S: RealScalar>(_ variables: [S], _ inspect: (Int, S) -> Void) -> S {
    withUnsafeTemporaryAllocation(of: S.self, capacity: depth) { stack in
      var count = 0
      func push(_ value: S) {
        stack.initializeElement(at: count, to: value)
        count += 1
      }
      func pop() -> S {
        count -= 1
        return stack.moveElement(from: count)
      }
      for step in operations.indices {
        switch operations[step].operation {
        case .number(let number): push(S(number))
        case .variable(let place): push(variables[place])
        case .negate: push(-pop())
        case .integerPower(let n): push(.pow(pop(), n))
        case .function(let function) where function.arguments.upperBound == 1:
          push(function(pop()))
        case let operation:
          let b = pop()
          push(Self.combined(pop(), b, by: operation))
        }
        inspect(step, stack[count - 1])
      }
      return pop()
    }
  }

  private static func combined<S: RealScalar>(_ a: S, _ b: S, by operation: Operation) -> S {
    switch operation {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .power: .pow(a, b)
    case .function(let function): function(a, b)
    case .number, .variable, .negate, .integerPower:
      preconditionFailure("the operation takes one number at most")
    }
  }
}
