import AutoDiff
import LinearAlgebra

/// Formulas for many numbers from many, written once for every scalar.
public protocol ResidualFormula {
  /// How many variables there are.
  var dimension: Int { get }
  func callAsFunction<S: RealScalar>(_ x: [S]) -> [S]
}

/// Formulas as residuals with an exact Jacobian, by dual numbers of eight tangents.
public struct ResidualFormulaFunction<Formula: ResidualFormula>: ResidualFunction {
  /// The formulas of the residuals.
  public let formula: Formula

  @inlinable public init(_ formula: Formula) { self.formula = formula }

  @inlinable public var dimension: Int { formula.dimension }

  @inlinable public func residuals(at x: [Double]) throws -> [Double] { formula(x) }

  @inlinable
  public func residualsAndJacobian(
    at x: [Double]
  ) throws -> (residuals: [Double], jacobian: DenseMatrix) {
    var residuals: [Double] = []
    var jacobian = DenseMatrix.zero(rows: 0, columns: x.count)
    var variables = x.map { Dual<8, Double>($0) }
    for first in stride(from: 0, to: x.count, by: 8) {
      let chunk = first..<min(first + 8, x.count)
      for i in chunk { variables[i] = Dual(x[i], variable: i - first) }
      let results = formula(variables)
      if first == 0 {
        residuals = results.map(\.value)
        jacobian = .zero(rows: results.count, columns: x.count)
      }
      for i in chunk {
        for row in results.indices { jacobian[row, i] = results[row].tangent[i - first] }
        variables[i] = Dual(x[i])
      }
    }
    if x.isEmpty {
      residuals = formula(x)
      jacobian = .zero(rows: residuals.count, columns: 0)
    }
    return (residuals, jacobian)
  }
}

/// ½Σrᵢ² of residual formulas, as one formula with exact second derivatives.
public struct HalfSumOfSquares<Formula: ResidualFormula>: ScalarFormula {
  /// The formulas of the residuals.
  public let formula: Formula

  @inlinable public init(_ formula: Formula) { self.formula = formula }

  @inlinable public var dimension: Int { formula.dimension }

  @inlinable
  public func callAsFunction<S: RealScalar>(_ x: [S]) -> S {
    var sum = S.zero
    for residual in formula(x) { sum += residual.squared }
    return 0.5 * sum
  }
}

extension Objective {
  /// A formula with gradient and Hessian.
  @inlinable
  public init(formula: some ScalarFormula) {
    self.init(hessian: FormulaFunction(formula))
  }

  /// ½Σrᵢ² of residual formulas, with Jacobian, gradient and exact Hessian.
  @inlinable
  public init<Formula: ResidualFormula>(residualFormula formula: Formula) {
    self.init(
      residuals: ResidualFormulaFunction(formula), sum: FormulaFunction(HalfSumOfSquares(formula)))
  }
}
