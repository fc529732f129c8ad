import Optimization

/// A gradient beside differences of the values.
public struct DerivativeCheck: Sendable {
  /// What a comparison comes to.
  public enum Verdict: String, Sendable {
    /// They agree to ``DerivativeCheck/tolerance``, or within the uncertainty of the difference.
    case agrees
    /// They are further apart than the difference is uncertain.
    case disagrees
    /// The objective is undefined nearby, or has jumps or kinks, so that differences do not
    /// converge: they say nothing of the gradient.
    case noDifference = "no difference"
  }

  /// The derivative to one variable.
  public struct Row: Sendable {
    public let variable: String
    public let gradient: Double
    /// By differences: central ones, or to one side at the edge of what the variable can be; NaN
    /// where there are none.
    public let difference: Double
    /// What the difference is uncertain by.
    public let uncertainty: Double
    /// The least slope that matters, in the objective's unit over the variable's.
    let leastSlope: Double

    /// How far both are apart, relative to the larger one.
    public var deviation: Double {
      let size = max(gradient.magnitude, difference.magnitude)
      return size == 0 ? 0 : (gradient - difference).magnitude / size
    }

    /// The uncertainty of a difference is an estimate itself, and counts ten times.
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

  public let rows: [Row]

  /// The relative deviation that is accepted.
  public static let tolerance = 1e-6

  /// The relative uncertainty from which on a difference is none.
  public static let coarsestDifference = 1e-3

  /// Whether nothing disagrees.
  public var agrees: Bool { rows.allSatisfy { $0.verdict != .disagrees } }
}

extension DesignProblem {
  /// Compares a gradient with differences, extrapolated to zero step: central ones, or to one side
  /// where the objective is undefined on the other.
  ///
  /// - Parameters:
  ///   - gradient: The gradient at `x`.
  ///   - progress: Told the fraction that is done.
  /// - Throws: As ``value(at:)``, but that the objective is undefined nearby is no error.
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
        // Over the variable's scale, a millionth of the objective.
        leastSlope: 1e-6 * middle.magnitude / scale)
    }
    return DerivativeCheck(rows: rows)
  }
}
