import AutoDiff
import LinearAlgebra
import Optimization

/// A formula whose evaluations are noted, and can be made to fail.
final class WatchedFunction<Formula: ResidualFormula>: HessianFunction, ResidualFunction {
  private let residual: ResidualFormulaFunction<Formula>
  private let sum: FormulaFunction<HalfSumOfSquares<Formula>>
  private(set) var points: [[Double]] = []
  private(set) var products = 0
  /// Asked before each evaluation.
  var check: (_ point: [Double], _ evaluation: Int) throws -> Void = { _, _ in }

  init(_ formula: Formula) {
    residual = ResidualFormulaFunction(formula)
    sum = FormulaFunction(HalfSumOfSquares(formula))
  }

  var dimension: Int { residual.dimension }
  var objective: Objective { Objective(residuals: self, sum: self) }

  private func note(_ x: [Double]) throws {
    points.append(x)
    try check(x, points.count)
  }

  func value(at x: [Double]) throws -> Double {
    try note(x)
    return try sum.value(at: x)
  }

  func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    try note(x)
    return try sum.valueAndGradient(at: x)
  }

  func hessianVectorProduct(at x: [Double], direction: [Double]) throws -> [Double] {
    products += 1
    return try sum.hessianVectorProduct(at: x, direction: direction)
  }

  func residualsAndJacobian(
    at x: [Double]
  ) throws -> (residuals: [Double], jacobian: DenseMatrix) {
    try note(x)
    return try residual.residualsAndJacobian(at: x)
  }
}

/// rᵢ = √xᵢ − 1: not a number for negative x, where Gauss–Newton steps from x > 4 lead.
struct RootFormula: ResidualFormula {
  var dimension = 2
  func callAsFunction<S: RealScalar>(_ x: [S]) -> [S] { x.map { S.sqrt($0) - 1.0 } }
}

/// rᵢ = i·(xᵢ − cᵢ), with i from 1: one step for a second-order method.
struct ShiftedParabola: ResidualFormula {
  let centre: [Double]
  var dimension: Int { centre.count }
  func callAsFunction<S: RealScalar>(_ x: [S]) -> [S] {
    x.indices.map { Double($0 + 1) * (x[$0] - centre[$0]) }
  }
}

/// A thin-lens FODO cell that is matched to phase advances of 60° and 90°: two quadrupole strengths
/// [1/m], four residuals.
///
/// The traces of the one-turn matrices are 2·cos μ; the other two residuals ask for the maximal beta
/// functions that follow from them, β sin μ being the entry m₁₂ (E. Courant, H. Snyder, Ann. Phys. 3,
/// 1 (1958), equation (3.15)).
struct FODOMatch: ResidualFormula {
  static let strengths = [0.42, 0.55]
  let dimension = 2
  private let goal: [Double]

  init() { goal = FODOMatch.optics(FODOMatch.strengths) }

  func callAsFunction<S: RealScalar>(_ k: [S]) -> [S] {
    zip(FODOMatch.optics(k), goal).map { $0 - $1 }
  }

  /// cos μ and m₁₂ in both planes.
  private static func optics<S: RealScalar>(_ k: [S]) -> [S] {
    var results: [S] = []
    for sign in [1.0, -1.0] {
      // Half a focusing lens, a drift of 2 m, a defocusing lens, a drift, half a focusing lens.
      let half: [S] = [.one, .zero, -0.5 * sign * k[0], .one]
      let drift: [S] = [.one, S(2.0), .zero, .one]
      let lens: [S] = [.one, .zero, sign * k[1], .one]
      var cell = half
      for next in [drift, lens, drift, half] { cell = product(next, cell) }
      results.append(0.5 * (cell[0] + cell[3]))
      results.append(cell[1])
    }
    return results
  }

  /// The product of two matrices, stored row after row.
  private static func product<S: RealScalar>(_ a: [S], _ b: [S]) -> [S] {
    let top: [S] = [a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3]]
    let bottom: [S] = [a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3]]
    return top + bottom
  }
}
