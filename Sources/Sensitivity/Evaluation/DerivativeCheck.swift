import Optimization

/// A comparison of a gradient with difference quotients.
public struct DerivativeCheck: Sendable {
  /// The result of a comparison.
  public enum Verdict: String, Sendable {
    /// Gradient and difference agree to ``DerivativeCheck/tolerance``, or within the uncertainty of
    /// the difference.
    case agrees
    /// Gradient and difference deviate by more than the uncertainty of the difference.
    case disagrees
    /// The objective is undefined nearby, or has jumps or kinks, so that differences do not
    /// converge. The gradient cannot be checked.
    case noDifference = "no difference"
  }

  /// The comparison for one variable.
  public struct Row: Sendable {
    /// The variable's name.
    public let variable: String
    /// The derivative from the gradient, in the objective's unit over the variable's.
    public let gradient: Double
    /// The derivative from differences: central ones, or one-sided ones at a bound of the valid
    /// range; NaN if there is none.
    public let difference: Double
    /// The uncertainty of the difference.
    public let uncertainty: Double
    /// The smallest relevant slope, in the objective's unit over the variable's.
    let leastSlope: Double

    /// The deviation of gradient and difference, relative to the larger one.
    public var deviation: Double {
      let size = max(gradient.magnitude, difference.magnitude)
      return size == 0 ? 0 : (gradient - difference).magnitude / size
    }

    /// The result. The uncertainty of a difference is itself an estimate, and is multiplied by ten.
    public var verdict: Verdict {
      let size = max(gradient.magnitude, difference.magnitude)
      let apart = (gradient - difference).magnitude
      if !difference.isFinite { return gradient.isFinite ? .noDifference : .disagrees }
      if apart <= DerivativeCheck.tolerance * size { return .agrees }
      if !(apart <= 10 * uncertainty) { return .disagrees }
      return uncertainty <= max(DerivativeCheck.coarsestDifference * size, leastSlope)
        ? .agrees : .noDifference
    }
  }

  /// One comparison for each variable.
  public let rows: [Row]

  /// The relative deviation that is accepted.
  public static let tolerance = 1e-6

  /// The relative uncertainty above which a difference is not used.
  public static let coarsestDifference = 1e-3

  /// Whether no comparison disagrees.
  public var agrees: Bool { rows.allSatisfy { $0.verdict != .disagrees } }
}

extension DesignProblem {
  /// Compares a gradient with differences, extrapolated to zero step: central ones, or one-sided
  /// ones where the objective is undefined on the other side.
  ///
  /// - Parameters:
  ///   - gradient: The gradient at `x`.
  ///   - x: The values of the variables.
  ///   - progress: Receives the completed fraction.
  /// - Throws: As ``value(at:)``; an objective that is undefined nearby is not an error.
  public func check(
    _ gradient: [Double], at x: [Double], progress: (Double) -> Void = { _ in }
  ) throws -> DerivativeCheck {
    let middle = try value(at: x)
    let rows = try x.indices.map { i in
      defer { progress(Double(i + 1) / Double(x.count)) }
      let scale = variables.variables[i].scale
      let estimate = try DifferenceEstimate(
        at: x[i], step: 0.02 * scale, expecting: gradient[i]
      ) { moved in
        var point = x
        point[i] = moved
        do {
          return moved == x[i] ? middle : try value(at: point)
        } catch is EvaluationFailure {
          return nil
        }
      }
      return DerivativeCheck.Row(
        variable: variables.names[i], gradient: gradient[i], difference: estimate.value,
        uncertainty: estimate.uncertainty,
        // A change of a millionth of the objective over the variable's scale.
        leastSlope: 1e-6 * middle.magnitude / scale)
    }
    return DerivativeCheck(rows: rows)
  }
}
