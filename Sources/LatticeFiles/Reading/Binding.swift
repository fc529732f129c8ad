import AutoDiff
import Documents
import Sensitivity

/// A number of a run file that is given by an expression of constants.
///
/// The derivatives of the number with respect to the constants follow from ``value(constants:)``, with
/// the constants as a scalar that carries derivatives.
public struct Binding: Sendable {
  /// The number of the run that the expression gives.
  public let number: RunNumber
  /// The expression, of the run file's constants.
  public let expression: Expression

  /// The value of the number where the constants have the values `constants`.
  public func value<S: RealScalar>(constants: [S]) -> S { expression.value(constants) }
}

extension ObjectReader {
  /// The expressions that were read, each for the number that it gives.
  func bindings(_ number: (WrittenExpression) -> RunNumber) -> [Binding] {
    expressions.map { Binding(number: number($0), expression: $0.expression) }
  }

  /// The same for settings, by the path of the object in the run file.
  func bindings(ofSettingsIn path: String) -> [Binding] {
    bindings { .setting("\(path).\($0.key)" + ($0.index.map { "[\($0)]" } ?? "")) }
  }
}
