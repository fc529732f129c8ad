import Optimization

/// A gradient beside differences of the values.
public struct DerivativeCheck: Sendable {
  /// The derivative to one variable.
  public struct Row: Sendable {
    public let variable: String
    public let gradient: Double
    /// By differences; NaN where the objective is undefined nearby.
    public let difference: Double
    /// What the difference is uncertain by.
    public let uncertainty: Double

    /// How far both are apart, relative to the larger one.
    public var deviation: Double {
      let size = max(gradient.magnitude, difference.magnitude)
      return size > 0 ? (gradient - difference).magnitude / size : 0
    }

    /// Whether they agree to ``DerivativeCheck/tolerance``, or to ten times the uncertainty of the
    /// difference, which is an estimate itself.
    public var agrees: Bool {
      let size = max(gradient.magnitude, difference.magnitude)
      return (gradient - difference).magnitude
        <= max(DerivativeCheck.tolerance * size, 10 * uncertainty)
    }
  }

  public let rows: [Row]

  /// The relative deviation that is accepted.
  public static let tolerance = 1e-6

  public var agrees: Bool { rows.allSatisfy(\.agrees) }
}

extension DesignProblem {
  /// Compares a gradient with central differences, extrapolated to zero step.
  ///
  /// - Parameters:
  ///   - gradient: The gradient at `x`.
  ///   - progress: Told the fraction that is done.
  /// - Throws: As ``value(at:)``, but that the objective is undefined nearby is no error.
  public func check(
    _ gradient: [Double], at x: [Double], progress: (Double) -> Void = { _ in }
  ) throws -> DerivativeCheck {
    let rows = try x.indices.map { i in
      defer { progress(Double(i + 1) / Double(x.count)) }
      let difference = try difference(at: x, along: i)
      return DerivativeCheck.Row(
        variable: variables.names[i], gradient: gradient[i], difference: difference.value,
        uncertainty: difference.uncertainty)
    }
    return DerivativeCheck(rows: rows)
  }

  /// The derivative to variable `i` by Ridders' method: the step is halved again and again, and the
  /// errors of even orders are removed one after another; the entry of the table that differs least
  /// from its neighbours is taken.
  ///
  /// - SeeAlso: C. Ridders, Adv. Eng. Software 4, 75 (1982),
  ///   https://doi.org/10.1016/S0141-1195(82)80057-0.
  private func difference(
    at x: [Double], along i: Int
  ) throws -> (value: Double, uncertainty: Double) {
    var step = 0.02 * variables.variables[i].scale
    var best = (value: Double.nan, uncertainty: Double.infinity)
    var last: [Double] = []
    for _ in 0..<8 {
      defer { step *= 0.5 }
      let difference: (slope: Double, rounding: Double)
      do {
        difference = try centralDifference(at: x, along: i, step)
      } catch is EvaluationFailure {
        last = []
        continue
      }
      var row = [difference.slope]
      var factor = 4.0
      for entry in last {
        let extrapolated = row[row.count - 1] + (row[row.count - 1] - entry) / (factor - 1)
        let change = max(
          (extrapolated - row[row.count - 1]).magnitude, (extrapolated - entry).magnitude,
          difference.rounding)
        if change < best.uncertainty { best = (extrapolated, change) }
        row.append(extrapolated)
        factor *= 4
      }
      last = row
    }
    return best
  }

  /// The slope between two points, and what the rounding of their values makes it uncertain by.
  private func centralDifference(
    at x: [Double], along i: Int, _ step: Double
  ) throws -> (slope: Double, rounding: Double) {
    var (above, below) = (x, x)
    above[i] += step
    below[i] -= step
    let (high, low) = (try value(at: above), try value(at: below))
    let span = above[i] - below[i]
    // Values carry a few roundings each, at the least.
    return ((high - low) / span, 4 * max(high.magnitude, low.magnitude).ulp / span)
  }
}
