import LinearAlgebra
import SystemLibrary

/// A function as a method calls it: every call is counted, and one that fails gives nil.
public struct CountedObjective {
  let objective: Objective
  let limit: Int
  var counts: EvaluationCounts
  /// Why the last failed evaluation failed.
  var lastFailure: String?

  /// Thrown when the evaluations that are allowed are used up.
  struct LimitReached: Error {}

  init(_ objective: Objective, counts: EvaluationCounts = .init(), limit: Int = .max) {
    self.objective = objective
    self.counts = counts
    self.limit = limit
  }

  mutating func value(at x: [Double]) throws -> Double? {
    try beginEvaluation()
    let function = objective.value
    return try attempt {
      try function(x)
    } isFinite: {
      $0.isFinite
    }
  }

  mutating func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double])? {
    guard let function = objective.valueAndGradient else { return nil }
    try beginEvaluation()
    counts.gradients += 1
    return try attempt {
      let result = try function(x)
      require(result.gradient.count == x.count, "a gradient has an entry per variable")
      return result
    } isFinite: {
      $0.value.isFinite && $0.gradient.allSatisfy(\.isFinite)
    }
  }

  /// The residuals and their Jacobian, whose value is ½Σrᵢ².
  mutating func residuals(at x: [Double]) throws -> Linearization? {
    guard let function = objective.residualsAndJacobian else { return nil }
    try beginEvaluation()
    counts.gradients += 1
    return try attempt {
      let (residuals, jacobian) = try function(x)
      require(
        jacobian.rows == residuals.count && jacobian.columns == x.count,
        "a Jacobian has a row per residual and a column per variable")
      return Linearization(residuals: residuals, jacobian: jacobian)
    } isFinite: {
      $0.value.isFinite && $0.jacobian.entries.allSatisfy(\.isFinite)
    }
  }

  mutating func product(at x: [Double], _ direction: [Double]) throws -> [Double]? {
    guard let function = objective.hessianVectorProduct else { return nil }
    counts.hessianVectorProducts += 1
    return try attempt {
      try function(x, direction)
    } isFinite: {
      $0.allSatisfy(\.isFinite)
    }
  }

  /// The symmetric part of the Hessian; by products with unit vectors if the function has no full
  /// Hessian.
  mutating func hessian(at x: [Double]) throws -> DenseMatrix? {
    let n = x.count
    var hessian = DenseMatrix.zero(rows: n, columns: n)
    if let function = objective.hessian {
      counts.hessians += 1
      let whole = try attempt {
        try function(x)
      } isFinite: {
        $0.entries.allSatisfy(\.isFinite)
      }
      guard let whole else { return nil }
      require(
        whole.rows == n && whole.columns == n, "a Hessian has a row and a column per variable")
      hessian = whole
    } else {
      for j in 0..<n {
        guard let column = try product(at: x, (0..<n).map { $0 == j ? 1 : 0 }) else { return nil }
        for i in 0..<n { hessian[i, j] = column[i] }
      }
    }
    return DenseMatrix(rows: n, columns: n) { i, j in 0.5 * hessian[i, j] + 0.5 * hessian[j, i] }
  }

  private mutating func beginEvaluation() throws {
    guard counts.evaluations < limit else { throw LimitReached() }
    counts.evaluations += 1
    counts.values += 1
  }

  private mutating func attempt<Result>(
    _ evaluation: () throws -> Result, isFinite: (Result) -> Bool
  ) throws -> Result? {
    do {
      let result = try evaluation()
      if isFinite(result) { return result }
      lastFailure = "a number was infinite or not a number"
    } catch let failure as EvaluationFailure {
      lastFailure = failure.reason
    }
    counts.failures += 1
    return nil
  }
}

/// Residuals at a point, and how they change near it.
public struct Linearization: Codable, Sendable, Equatable {
  /// The residuals rᵢ.
  public var residuals: [Double]
  /// ∂rᵢ/∂xⱼ, a row for each residual.
  public var jacobian: DenseMatrix

  var value: Double { 0.5 * dot(residuals, residuals) }
  var gradient: [Double] { jacobian.transposeTimes(residuals) }
}
