/// A function of which values alone are known, with a gradient by central differences, as Minuit
/// computes it.
///
/// Each variable has its own step h, for which ½h²·∂²f/∂x² is a few roundings of the value; the
/// differences also give this second derivative. A gradient takes 2n values, and up to `cycles`
/// times as many while steps are adjusted. Steps are kept from point to point, so that a gradient
/// depends, within its error, on the points before: a run that continues from a saved state does
/// not have the same bits. A point of a difference may lie beyond a bound by a step.
///
/// - SeeAlso: F. James, M. Roos, Comput. Phys. Commun. 10, 343 (1975),
///   https://doi.org/10.1016/0010-4655(75)90039-9.
public final class DifferenceFunction<Function: ValueFunction>: GradientFunction {
  private let function: Function
  private let up: Double
  private let cycles: Int
  private var variables: [Variable]
  /// How many values were asked for, those of differences among them.
  public private(set) var values = 0

  /// What is known of the function along one variable.
  private struct Variable {
    /// Half the distance of the two points; zero where none is known.
    var step = 0.0
    var first = 0.0
    var second = 0.0
  }

  /// - Parameters:
  ///   - function: The function, without derivatives.
  ///   - up: The change of the value that is an error of one standard deviation: ½ for −log L and
  ///     ½χ².
  ///   - cycles: How often a step is corrected at one point.
  public init(_ function: Function, up: Double = 0.5, cycles: Int = 3) {
    self.function = function
    self.up = up
    self.cycles = max(cycles, 1)
    variables = [Variable](repeating: Variable(), count: function.dimension)
  }

  public var dimension: Int { function.dimension }

  public func value(at x: [Double]) throws -> Double {
    values += 1
    return try function.value(at: x)
  }

  public func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    let value = try value(at: x)
    for i in x.indices { try differentiate(i, at: x, value) }
    return (value, variables.map(\.first))
  }

  private func differentiate(_ i: Int, at x: [Double], _ value: Double) throws {
    var known = variables[i]
    let rounding = 32 * 0x1p-52 * (value.magnitude + up)
    let least = max(1e-6 * x[i].magnitude, 1e-150)
    if known.step == 0 { known.step = 1e-3 * (x[i] == 0 ? 1 : x[i].magnitude) }
    for cycle in 0..<cycles {
      let bend = known.second.magnitude + 3e-8 * (1 + known.first.magnitude)
      let best = known.second == 0 ? known.step : (rounding / bend).squareRoot()
      let step = max(min(max(best, 0.1 * known.step), 10 * known.step), least)
      if cycle > 0, (step - known.step).magnitude < 0.3 * step { break }
      var (above, below) = (x, x)
      above[i] += step
      below[i] -= step
      let (high, low) = (try self.value(at: above), try self.value(at: below))
      let former = known.first
      known.first = (high - low) / (above[i] - below[i])
      known.second = ((high - value) + (low - value)) / (step * step)
      known.step = step
      let change = (known.first - former).magnitude
      if cycle > 0, change < 0.05 * (known.first.magnitude + rounding / step) { break }
    }
    // Steps that are NaN must not be used at the next point.
    if known.first.isFinite, known.second.isFinite {
      variables[i] = known
    } else {
      throw EvaluationFailure("a difference of values was infinite or not a number")
    }
  }
}
