/// Typed values of a key.
///
/// Each function returns `nil` if the key is missing or its value is not of the type; the latter is
/// reported at the value, and so is the former if the key is `required`. Where the reader has
/// constants, a string in a number's place is an expression of them.
extension ObjectReader {
  /// A number, in the unit that the format gives it.
  ///
  /// - Parameters:
  ///   - key: The key of the value.
  ///   - range: What is accepted. An infinite bound is no bound, and a lower bound of
  ///     `Double.leastNonzeroMagnitude` stands for "above 0".
  ///   - required: Whether a missing key is a mistake.
  ///   - diagnostics: Receives the mistakes.
  public mutating func number(
    _ key: String, in range: ClosedRange<Double>? = nil, required: Bool = false,
    _ diagnostics: inout Diagnostics
  ) -> Double? {
    read(key, required, isNumber: true, &diagnostics) { node in
      let expected = "a number\(range.map(Self.phrase) ?? "")"
      guard case .number(let value) = node.value, range?.contains(value) != false else {
        return .failure(.init(expected))
      }
      return .success(value)
    }
  }

  /// A whole number; at most 2⁵³ − 1 in magnitude, so that the reading as a double has kept it.
  public mutating func integer(
    _ key: String, in range: ClosedRange<Int>? = nil, required: Bool = false,
    _ diagnostics: inout Diagnostics
  ) -> Int? {
    let largest = (1 << 53) - 1
    let range = (range ?? (-largest...largest)).clamped(to: -largest...largest)
    return read(key, required, isNumber: true, &diagnostics) { node in
      guard case .number(let value) = node.value, let integer = Int(exactly: value),
        range.contains(integer)
      else { return .failure(.init("an integer\(Self.phrase(range, largest))")) }
      return .success(integer)
    }
  }

  /// `true` or `false`.
  public mutating func boolean(
    _ key: String, required: Bool = false, _ diagnostics: inout Diagnostics
  ) -> Bool? {
    read(key, required, &diagnostics) { node in
      guard case .boolean(let value) = node.value else { return .failure(.init("true or false")) }
      return .success(value)
    }
  }

  /// Whether the value of a key is the string `word`; only then the key becomes known.
  public mutating func says(_ word: String, under key: String) -> Bool {
    guard let member = members.first(where: { $0.key == key }),
      case .string(word) = member.value.value
    else { return false }
    _ = node(key)
    return true
  }

  /// A string of any content.
  public mutating func string(
    _ key: String, required: Bool = false, _ diagnostics: inout Diagnostics
  ) -> String? {
    read(key, required, &diagnostics) { node in
      guard case .string(let value) = node.value else { return .failure(.init("a string")) }
      return .success(value)
    }
  }

  /// One of several words; the nearest one is named where a user has misspelt it.
  public mutating func choice(
    _ key: String, among names: [String], required: Bool = false,
    _ diagnostics: inout Diagnostics
  ) -> String? {
    read(key, required, &diagnostics) { node in
      let expected = "one of \(listed(names))"
      guard case .string(let name) = node.value else { return .failure(.init(expected)) }
      if names.contains(name) { return .success(name) }
      let suggestion = nearestName(to: name, among: names).map { "; did you mean \(quoted($0))?" }
      return .failure(.init(expected, hint: suggestion ?? ""))
    }
  }

  /// An array of numbers.
  ///
  /// - Parameters:
  ///   - key: The key of the value.
  ///   - count: The length that it must have; `nil` for any.
  ///   - rowLength: How many numbers a row has, where an array of rows is accepted too; its rows
  ///     come back one after the other.
  ///   - required: Whether a missing key is a mistake.
  ///   - diagnostics: Receives the mistakes.
  public mutating func numbers(
    _ key: String, count: Int? = nil, inRowsOf rowLength: Int? = nil, required: Bool = false,
    _ diagnostics: inout Diagnostics
  ) -> [Double]? {
    list(
      key, "number", (count, required), isNumber: true, inRowsOf: rowLength, &diagnostics
    ) { node in
      if case .number(let value) = node.value { value } else { nil }
    }
  }

  /// An array of arrays of `width` numbers each. The index of an expression counts all numbers, row
  /// after row.
  ///
  /// - Parameters:
  ///   - key: The key of the value.
  ///   - width: The length that each row must have.
  ///   - required: Whether a missing key is a mistake.
  ///   - diagnostics: Receives the mistakes.
  public mutating func rows(
    _ key: String, width: Int, required: Bool = false, _ diagnostics: inout Diagnostics
  ) -> [[Double]]? {
    let expected = "an array of arrays of \(width) numbers"
    let nodes: [JSONNode]? = read(key, required, &diagnostics) { node in
      guard case .array(let nodes) = node.value else { return .failure(.init(expected)) }
      return .success(nodes)
    }
    guard let nodes else { return nil }
    var rows: [[Double]] = []
    for (row, node) in nodes.enumerated() where !node.isUnreadable {
      guard case .array(let entries) = node.value, entries.count == width else {
        diagnostics.error(
          "\(subject), \(quoted(key)): expected \(expected), found \(node.summary) among them",
          at: node.position)
        continue
      }
      var values: [Double] = []
      for (column, written) in entries.enumerated() {
        let entry = number(written, of: key, index: row * width + column, &diagnostics)
        if case .number(let value) = entry.value, !entry.isUnreadable {
          values.append(value)
        } else if !entry.isUnreadable {
          diagnostics.error(
            "\(subject), \(quoted(key)): expected a number, found \(entry.summary)",
            at: entry.position)
        }
      }
      if values.count == width { rows.append(values) }
    }
    return rows.count == nodes.count ? rows : nil
  }

  /// An array of strings.
  ///
  /// - Parameters:
  ///   - key: The key of the value.
  ///   - count: The length that it must have; `nil` for any.
  ///   - required: Whether a missing key is a mistake.
  ///   - diagnostics: Receives the mistakes.
  public mutating func strings(
    _ key: String, count: Int? = nil, required: Bool = false, _ diagnostics: inout Diagnostics
  ) -> [String]? {
    list(key, "string", (count, required), &diagnostics) { node in
      if case .string(let value) = node.value { value } else { nil }
    }
  }

  /// An array of values of any kind.
  public mutating func array(
    _ key: String, required: Bool = false, _ diagnostics: inout Diagnostics
  ) -> [JSONNode]? {
    read(key, required, &diagnostics) { node in
      guard case .array(let values) = node.value else { return .failure(.init("an array")) }
      return .success(values)
    }
  }

  /// A reader for an object inside this one.
  public mutating func object(
    _ key: String, describedAs subject: String, keysCalled noun: String = "key",
    required: Bool = false, _ diagnostics: inout Diagnostics
  ) -> ObjectReader? {
    let node = required ? requiredNode(key, &diagnostics) : node(key)
    guard let node else { return nil }
    return ObjectReader(
      node, describedAs: subject, keysCalled: noun, constants: constants, &diagnostics)
  }

  /// An array of objects.
  ///
  /// - Parameters:
  ///   - key: The key of the array.
  ///   - subject: What messages call the object of an index.
  ///   - required: Whether a missing key is a mistake.
  ///   - diagnostics: Receives the mistakes.
  /// - Returns: A reader of each object; nil if the key is missing, or anything in the array is no
  ///   object.
  public mutating func objects(
    _ key: String, describedAs subject: (Int) -> String, required: Bool = false,
    _ diagnostics: inout Diagnostics
  ) -> [ObjectReader]? {
    let nodes: [JSONNode]? = read(key, required, &diagnostics) { node in
      guard case .array(let nodes) = node.value else {
        return .failure(.init("an array of objects"))
      }
      return .success(nodes)
    }
    guard let nodes else { return nil }
    let readers = nodes.enumerated().compactMap { index, node in
      ObjectReader(node, describedAs: subject(index), constants: constants, &diagnostics)
    }
    return readers.count == nodes.count ? readers : nil
  }

  /// Takes over the expressions that `object` has read, the entry `index` of the array `key`. A number
  /// `scale` of it is told of as entry `index` of "scale", one in a list as `key[index].list`.
  public mutating func adopt(_ object: ObjectReader, ofItem index: Int, in key: String) {
    expressions += object.expressions.map { written in
      written.index == nil
        ? WrittenExpression(key: written.key, index: index, written.expression)
        : WrittenExpression(
          key: "\(key)[\(index)].\(written.key)", index: written.index, written.expression)
    }
  }

  /// What should have stood where something else was found.
  struct Expectation: Error {
    var text: String
    var hint: String

    init(_ text: String, hint: String = "") {
      self.text = text
      self.hint = hint
    }
  }

  /// - Parameter isNumber: Whether an expression may stand there.
  private mutating func read<Value>(
    _ key: String, _ required: Bool, isNumber: Bool = false, _ diagnostics: inout Diagnostics,
    _ convert: (JSONNode) -> Result<Value, Expectation>
  ) -> Value? {
    let written = required ? requiredNode(key, &diagnostics) : node(key)
    guard let written else { return nil }
    let node = isNumber ? number(written, of: key, &diagnostics) : written
    guard !node.isUnreadable else { return nil }
    switch convert(node) {
    case .success(let value): return value
    case .failure(let expectation):
      diagnostics.error(
        "\(subject), \(quoted(key)): expected \(expectation.text), "
          + "found \(Self.summary(of: written, evaluatedTo: node))\(expectation.hint)",
        at: node.position)
      return nil
    }
  }

  private mutating func list<Value>(
    _ key: String, _ noun: String, _ shape: (count: Int?, required: Bool),
    isNumber: Bool = false, inRowsOf rowLength: Int? = nil, _ diagnostics: inout Diagnostics,
    _ convert: (JSONNode) -> Value?
  ) -> [Value]? {
    let expected = "an array of \(shape.count.map { "\($0) " } ?? "")\(noun)s"
    let nodes: [JSONNode]? = read(key, shape.required, &diagnostics) { node in
      guard case .array(let nodes) = node.value else { return .failure(.init(expected)) }
      return .success(nodes)
    }
    guard var nodes else { return nil }
    if let rowLength, nodes.contains(where: \.isArray) {
      guard let entries = entries(ofRows: nodes, of: key, rowLength, &diagnostics) else {
        return nil
      }
      nodes = entries
    }
    var isComplete = true
    if let count = shape.count, nodes.count != count {
      diagnostics.error(
        "\(subject), \(quoted(key)): expected \(expected), found \(nodes.count)",
        at: node(key)?.position)
      isComplete = false
    }
    var values: [Value] = []
    values.reserveCapacity(nodes.count)
    for (index, written) in nodes.enumerated() {
      let node = isNumber ? number(written, of: key, index: index, &diagnostics) : written
      if let value = convert(node), !node.isUnreadable {
        values.append(value)
        continue
      }
      isComplete = false
      if node.isUnreadable { continue }
      diagnostics.error(
        "\(subject), \(quoted(key)): expected a \(noun), found \(node.summary)", at: node.position)
    }
    return isComplete ? values : nil
  }

  /// What the rows contain, one row after the other; nil after the report of a row that is none.
  private func entries(
    ofRows rows: [JSONNode], of key: String, _ length: Int, _ diagnostics: inout Diagnostics
  ) -> [JSONNode]? {
    var entries: [JSONNode] = []
    var isComplete = true
    for row in rows {
      if case .array(let nodes) = row.value, nodes.count == length {
        entries += nodes
        continue
      }
      isComplete = false
      if row.isUnreadable { continue }
      let found = if case .array(let nodes) = row.value { "\(nodes.count)" } else { row.summary }
      diagnostics.error(
        "\(subject), \(quoted(key)): expected a row of \(length) numbers, found \(found)",
        at: row.position)
    }
    return isComplete ? entries : nil
  }

  /// The range as the end of "a number …".
  private static func phrase(_ range: ClosedRange<Double>) -> String {
    let (low, high) = (range.lowerBound, range.upperBound)
    let above = low == .leastNonzeroMagnitude
    switch (low > -.greatestFiniteMagnitude, high < .greatestFiniteMagnitude) {
    case (true, true):
      return above
        ? " above 0, up to \(concise(high))" : " from \(concise(low)) to \(concise(high))"
    case (true, false): return above ? " above 0" : " of at least \(concise(low))"
    case (false, true): return " of at most \(concise(high))"
    case (false, false): return ""
    }
  }

  /// The range as the end of "an integer …".
  private static func phrase(_ range: ClosedRange<Int>, _ largest: Int) -> String {
    switch (range.lowerBound > -largest, range.upperBound < largest) {
    case (true, true): " from \(range.lowerBound) to \(range.upperBound)"
    case (true, false): " of at least \(range.lowerBound)"
    case (false, true): " of at most \(range.upperBound)"
    case (false, false): " below 2⁵³ in magnitude"
    }
  }
}

extension JSONNode {
  fileprivate var isArray: Bool {
    if case .array = value { true } else { false }
  }
}
