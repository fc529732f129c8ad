import Documents

/// Writes numbers as the run file has them: by their expressions, unless they have changed since.
struct NumberWriter {
  private let expressions: [Binding.Quantity: (text: String, value: Double)]

  init(_ file: RunFile) {
    let values = file.constants.values
    expressions = Dictionary(
      file.bindings.map { ($0.quantity, ($0.expression.text, $0.value(constants: values))) },
      uniquingKeysWith: { a, _ in a })
  }

  /// A number, or its expression.
  func text(_ number: JSONText, of quantity: Binding.Quantity) -> JSONText {
    guard let expression = expressions[quantity] else { return number }
    let isUnchanged =
      switch number {
      case .number(let value): value == expression.value
      case .integer(let value): Double(value) == expression.value
      default: false
      }
    return isUnchanged ? .string(expression.text) : number
  }

  /// A number or a list of numbers; `quantity` says which one each entry is, `nil` for a number.
  func text(_ value: JSONText, of quantity: (Int?) -> Binding.Quantity) -> JSONText {
    guard case .array(let entries) = value else { return text(value, of: quantity(nil)) }
    return .array(entries.enumerated().map { index, entry in text(entry, of: quantity(index)) })
  }

  /// The parameters of an element that are given by expressions.
  func parameters(ofElement index: Int) -> Set<String> {
    Set(
      expressions.keys.compactMap { quantity in
        switch quantity {
        case .parameter(index, let name, _), .placement(index, let name): name
        default: nil
        }
      })
  }
}
