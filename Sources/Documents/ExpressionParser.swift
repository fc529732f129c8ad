/// Reads an expression by recursive descent, and writes its operations down in the order in which
/// they are done.
///
///     sum      = product {("+" | "-") product}
///     product  = signed {("*" | "/") signed}
///     signed   = {"+" | "-"} power
///     power    = primary ["^" signed]
///     primary  = number | name | function "(" sum {"," sum} ")" | "(" sum ")"
struct ExpressionParser {
  private let scalars: [Unicode.Scalar]
  private let scope: ExpressionScope
  private var offset = 0
  private var nesting = 0
  private var depth = 0
  private(set) var greatestDepth = 0
  private(set) var operations: [(operation: Expression.Operation, offset: Int)] = []

  /// Whole exponents up to this are products; beyond, products would round more than `pow` does.
  private static let largestProduct = 64

  init(_ text: String, _ scope: ExpressionScope) {
    scalars = Array(text.unicodeScalars)
    self.scope = scope
  }

  mutating func parse() throws(ExpressionMistake) {
    skipSpace()
    if scalar == nil {
      throw ExpressionMistake("expected a number or an expression, found an empty string", at: 0)
    }
    try sum()
    if scalar != nil {
      throw ExpressionMistake(
        "expected an operator, found \(found)\(remedyBehindNumber)", at: offset)
    }
  }

  // MARK: The grammar

  private mutating func sum() throws(ExpressionMistake) {
    try product()
    while let operation = operation(["+": .add, "-": .subtract]) {
      try product()
      emit(operation.operation, at: operation.offset)
    }
  }

  private mutating func product() throws(ExpressionMistake) {
    try signed()
    while let operation = operation(["*": .multiply, "/": .divide]) {
      try signed()
      emit(operation.operation, at: operation.offset)
    }
  }

  private mutating func signed() throws(ExpressionMistake) {
    try nest()
    defer { nesting -= 1 }
    var sign: Int?
    while scalar == "-" || scalar == "+" {
      if scalar == "-" { sign = sign == nil ? offset : nil }
      offset += 1
      skipSpace()
    }
    let start = operations.count
    try power()
    guard let sign else { return }
    if operations.count == start + 1, case .number(let value) = operations[start].operation {
      operations[start].operation = .number(-value)
    } else {
      emit(.negate, at: sign)
    }
  }

  private mutating func power() throws(ExpressionMistake) {
    try primary()
    guard let operation = operation(["^": .power]) else { return }
    let start = operations.count
    try signed()
    if operations.count == start + 1, case .number(let value) = operations[start].operation,
      let exponent = Int(exactly: value), exponent.magnitude <= Self.largestProduct
    {
      operations.removeLast()
      depth -= 1
      emit(.integerPower(exponent), at: operation.offset)
    } else {
      emit(.power, at: operation.offset)
    }
  }

  private mutating func primary() throws(ExpressionMistake) {
    let start = offset
    if scalar == "(" {
      offset += 1
      skipSpace()
      try sum()
      try close(start)
    } else if let name = name() {
      skipSpace()
      try named(name, at: start)
    } else if let scalar, scalar == "." || ("0"..."9").contains(scalar) {
      try number()
    } else {
      throw ExpressionMistake(
        "expected a number, a name or \"(\", found \(found)\(remedy)", at: offset)
    }
    skipSpace()
  }

  /// What a name stands for; the reading point is behind it.
  private mutating func named(_ name: String, at start: Int) throws(ExpressionMistake) {
    let isCall = scalar == "("
    if let function = ExpressionFunction(rawValue: name) {
      guard isCall else {
        throw ExpressionMistake(
          "\(quoted(name)) is a function: its argument stands in parentheses", at: start)
      }
      return try call(function, at: start)
    }
    let operation: Expression.Operation
    if let place = scope.place(of: name) {
      operation = .variable(place)
    } else if let value = scope.number(name) {
      operation = .number(value)
    } else {
      let (noun, names) =
        isCall ? ("function", ExpressionFunction.names) : ("constant", scope.names)
      let near = nearestName(to: name, among: names).map { "; did you mean \(quoted($0))?" }
      throw ExpressionMistake(
        "there is no \(noun) \(quoted(name)); there are: \(listed(names))\(near ?? "")", at: start)
    }
    if isCall {
      throw ExpressionMistake(
        "\(quoted(name)) is a constant, not a function; a product is written with \"*\"", at: offset
      )
    }
    emit(operation, at: start)
  }

  private mutating func call(
    _ function: ExpressionFunction, at start: Int
  ) throws(ExpressionMistake) {
    let opening = offset
    offset += 1
    skipSpace()
    var count = 1
    try sum()
    while scalar == "," {
      offset += 1
      skipSpace()
      try sum()
      count += 1
      if count <= function.arguments.upperBound { emit(.function(function), at: start) }
    }
    try close(opening)
    if !function.arguments.contains(count) {
      let wanted = function.arguments
      let expected = wanted.count == 1 ? "\(wanted.lowerBound)" : "at least \(wanted.lowerBound)"
      throw ExpressionMistake(
        "\(function.rawValue) takes \(expected) argument\(wanted == 1...1 ? "" : "s"), "
          + "found \(count)", at: start)
    }
    if count == 1 { emit(.function(function), at: start) }
  }

  private mutating func close(_ opening: Int) throws(ExpressionMistake) {
    if scalar == nil { throw ExpressionMistake("this \"(\" is not closed", at: opening) }
    guard scalar == ")" else {
      throw ExpressionMistake(
        "expected an operator or \")\", found \(found)\(remedyBehindNumber)", at: offset)
    }
    offset += 1
    skipSpace()
  }

  // MARK: Words

  /// A number as JSON has it (RFC 8259, section 6), without a sign.
  private mutating func number() throws(ExpressionMistake) {
    let start = offset
    let whole = digits()
    if whole == 0 { throw ExpressionMistake("a digit stands before the point", at: start) }
    if whole > 1, scalars[start] == "0" {
      throw ExpressionMistake("a number has no leading zero", at: start)
    }
    if scalar == "." {
      offset += 1
      if digits() == 0 { throw ExpressionMistake("a digit stands behind the point", at: offset) }
    }
    if scalar == "e" || scalar == "E" {
      offset += 1
      if scalar == "+" || scalar == "-" { offset += 1 }
      if digits() == 0 { throw ExpressionMistake("digits stand behind the e", at: offset) }
    }
    let text = String(String.UnicodeScalarView(scalars[start..<offset]))
    guard let value = Double(text), value.isFinite else {
      throw ExpressionMistake(
        "\(oneLine(text)) is too large for a double (the largest is 1.8e308)", at: start)
    }
    emit(.number(value), at: start)
  }

  private mutating func digits() -> Int {
    let start = offset
    while let scalar, ("0"..."9").contains(scalar) { offset += 1 }
    return offset - start
  }

  /// A name at the reading point.
  mutating func name() -> String? {
    let start = offset
    while let scalar {
      let isLetter = scalar == "_" || scalar.properties.isAlphabetic
      guard isLetter || (offset > start && (scalar == "." || ("0"..."9").contains(scalar))) else {
        break
      }
      offset += 1
    }
    return offset == start ? nil : String(String.UnicodeScalarView(scalars[start..<offset]))
  }

  /// The operator at the reading point, if it is one of these.
  private mutating func operation(
    _ operators: [Unicode.Scalar: Expression.Operation]
  ) -> (operation: Expression.Operation, offset: Int)? {
    guard let scalar, let operation = operators[scalar] else { return nil }
    defer {
      offset += 1
      skipSpace()
    }
    return (operation, offset)
  }

  /// The scalar at the reading point; `nil` at the end.
  private var scalar: Unicode.Scalar? { offset < scalars.count ? scalars[offset] : nil }

  private mutating func skipSpace() {
    while let scalar, scalar.properties.isWhitespace { offset += 1 }
  }

  /// What stands at the reading point, for a message.
  private var found: String {
    guard scalar != nil else { return "the end of the expression" }
    var copy = self
    if let name = copy.name() { return quoted(name) }
    return quoted(String(String.UnicodeScalarView(scalars[offset..<offset + 1])))
  }

  /// What to write instead of what stands at the reading point.
  private var remedy: String {
    switch scalar {
    case "*" where offset > 0 && scalars[offset - 1] == "*": "; a power is written with \"^\""
    case "−", "–": "; minus is written \"-\""
    case "·", "×": "; a product is written with \"*\""
    case "=", "<", ">", "?": "; there are no comparisons"
    default: ""
    }
  }

  /// The same where an operator should follow.
  private var remedyBehindNumber: String {
    guard let scalar else { return "" }
    let startsNumber = scalar == "(" || scalar.properties.isAlphabetic
    return startsNumber ? "; a product is written with \"*\"" : remedy
  }

  // MARK: Operations

  private mutating func nest() throws(ExpressionMistake) {
    nesting += 1
    if nesting > Expression.deepestNesting {
      throw ExpressionMistake(
        "the expression is nested deeper than \(Expression.deepestNesting) levels", at: offset)
    }
  }

  /// Writes an operation down, and follows the height of the stack.
  private mutating func emit(_ operation: Expression.Operation, at offset: Int) {
    operations.append((operation, offset))
    switch operation {
    case .number, .variable: depth += 1
    case .negate, .integerPower: break
    case .function(let function): depth -= function.arguments.lowerBound - 1
    case .add, .subtract, .multiply, .divide, .power: depth -= 1
    }
    greatestDepth = max(greatestDepth, depth)
  }
}
