import BeamDynamics
import Documents
import Sensitivity

/// Writes numbers as the run file has them: by their expressions, unless they have changed since.
struct NumberWriter {
  private let expressions: [RunNumber: (text: String, value: Double)]

  init(_ file: RunFile) {
    let values = file.constants.values
    expressions = Dictionary(
      file.bindings.map { ($0.number, ($0.expression.text, $0.value(constants: values))) },
      uniquingKeysWith: { a, _ in a })
  }

  /// A number, or its expression.
  func text(_ number: JSONText, of place: RunNumber) -> JSONText {
    guard let expression = expressions[place] else { return number }
    let isUnchanged =
      switch number {
      case .number(let value): value == expression.value
      case .integer(let value): Double(value) == expression.value
      default: false
      }
    return isUnchanged ? .string(expression.text) : number
  }

  /// A number or a list of numbers; `place` says which one each entry is, `nil` for a number.
  func text(_ value: JSONText, of place: (Int?) -> RunNumber) -> JSONText {
    guard case .array(let entries) = value else { return text(value, of: place(nil)) }
    return .array(entries.enumerated().map { index, entry in text(entry, of: place(index)) })
  }

  /// The parameters of an element that are given by expressions, by their names.
  func parameters(ofElement index: Int, in beamline: Beamline) -> Set<String> {
    Set(
      expressions.keys.compactMap { number in
        guard case .element(let parameter) = number, parameter.element == index,
          !parameter.isOfGirder
        else { return nil }
        return beamline.parameterName(of: parameter)
      })
  }

  /// The numbers of a girder that are given by expressions, by their names.
  func parameters(ofGirder index: Int, in beamline: Beamline) -> Set<String> {
    Set(
      beamline.parameters(ofGirder: index).filter { expressions[.element($0)] != nil }
        .map { beamline.parameterName(of: $0) })
  }
}
