import AutoDiff
import Documents

/// A number of a run file that is given by an expression of constants.
///
/// What a result depends on through it follows from ``value(constants:)`` with the constants over a
/// scalar that carries derivatives.
public struct Binding: Sendable {
  /// Which number of the run it is.
  public enum Quantity: Hashable, Sendable {
    /// A parameter that an element's kind has, by the element's index in the beamline's elements;
    /// `entry` counts from 0 where the parameter is a list.
    case parameter(element: Int, String, entry: Int?)
    /// What every element takes: `slices`, `dx`, `dy`, `tilt`, `aperture.x`, `aperture.y`.
    case placement(element: Int, String)
    /// A number of the beam. Those of its distribution go by the names of the columns of moments:
    /// `beta_x`, `sigma_x`, `mean_x`, `dispersion_x`, `covariance_x_px`.
    case beam(String)
    /// A number of how particles are tracked: `slices`, `turns`.
    case tracking(String)
    /// A parameter of a collective effect, by the effect's place in the list; `entry` counts from 0
    /// where the parameter is a list.
    case effect(Int, String, entry: Int?)
    /// How often a part of this line is repeated.
    case line(String)
  }

  public let quantity: Quantity
  /// Over the run file's constants.
  public let expression: Expression
  /// Whether the number counts something, so that there is no derivative to it.
  public let isWhole: Bool

  /// The value of the number where the constants have the values `constants`.
  public func value<S: RealScalar>(constants: [S]) -> S { expression.value(constants) }
}

extension ObjectReader {
  /// The expressions that were read, each for the number that `quantity` says.
  func bindings(_ quantity: (WrittenExpression) -> Binding.Quantity) -> [Binding] {
    expressions.map { written in
      Binding(
        quantity: quantity(written), expression: written.expression, isWhole: written.isWhole)
    }
  }
}
