import LinearAlgebra
import Optimization
import SystemLibrary

/// Several runs with the same variables, for example the settings of a scan or the working points
/// of a design.
///
/// The objective is the sum of the runs' objectives; the residuals are those of the runs in order.
public struct JointProblem<Goal: BeamObjective>: HessianFunction, ResidualFunction, Sendable {
  /// The problems of the single runs.
  public let problems: [DesignProblem<Goal>]

  /// - Parameter problems: At least one problem. All have variables of the same names in the same
  ///   order, which may set different numbers in each run.
  public init(_ problems: [DesignProblem<Goal>]) {
    require(!problems.isEmpty, "a joint problem has at least one run")
    require(
      problems.allSatisfy { $0.variables.names == problems[0].variables.names },
      "all runs of a joint problem have the same variables")
    self.problems = problems
  }

  /// The variables, those of the first problem.
  public var variables: DesignVariables { problems[0].variables }
  public var dimension: Int { variables.count }

  public func value(at x: [Double]) throws -> Double {
    try problems.reduce(0) { try $0 + $1.value(at: x) }
  }

  public func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    var sum = 0.0
    var gradients = [Double](repeating: 0, count: dimension)
    for problem in problems {
      let (value, gradient) = try problem.valueAndGradient(at: x)
      sum += value
      for i in gradients.indices { gradients[i] += gradient[i] }
    }
    return (sum, gradients)
  }

  public func hessianVectorProduct(at x: [Double], direction: [Double]) throws -> [Double] {
    var sum = [Double](repeating: 0, count: dimension)
    for problem in problems {
      let product = try problem.hessianVectorProduct(at: x, direction: direction)
      for i in sum.indices { sum[i] += product[i] }
    }
    return sum
  }

  public func residuals(at x: [Double]) throws -> [Double] {
    try problems.flatMap { try $0.residuals(at: x) }
  }

  public func residualsAndJacobian(
    at x: [Double]
  ) throws -> (residuals: [Double], jacobian: DenseMatrix) {
    var residuals: [Double] = []
    var entries: [Double] = []
    for problem in problems {
      let (own, jacobian) = try problem.residualsAndJacobian(at: x)
      residuals += own
      entries += jacobian.entries
    }
    return (
      residuals, DenseMatrix(rows: residuals.count, columns: dimension, entries: entries)
    )
  }

  /// The objective in the form with the most information for an optimizer.
  public var objective: Objective {
    problems.allSatisfy { $0.goal.isSumOfSquares }
      ? Objective(residuals: self, sum: self) : Objective(hessian: self)
  }
}
