import AutoDiff

/// A formula for one number from many, written once for every scalar.
public protocol ScalarFormula {
  /// How many variables there are.
  var dimension: Int { get }
  func callAsFunction<S: RealScalar>(_ x: [S]) -> S
}

/// A formula as a function with exact derivatives, by dual numbers.
///
/// A gradient takes ⌈n/8⌉ evaluations of the formula with eight tangents each. A product of the
/// Hessian with a vector takes as many, with numbers that carry second derivatives along the
/// vector.
public struct FormulaFunction<Formula: ScalarFormula>: HessianFunction {
  /// The formula.
  public let formula: Formula

  @inlinable public init(_ formula: Formula) { self.formula = formula }

  @inlinable public var dimension: Int { formula.dimension }

  @inlinable public func value(at x: [Double]) throws -> Double { formula(x) }

  @inlinable
  public func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    guard !x.isEmpty else { return (formula(x), []) }
    var value = 0.0
    var gradient = x
    var variables = x.map { Dual<8, Double>($0) }
    for first in stride(from: 0, to: x.count, by: 8) {
      let chunk = first..<min(first + 8, x.count)
      for i in chunk { variables[i] = Dual(x[i], variable: i - first) }
      let result = formula(variables)
      value = result.value
      for i in chunk {
        gradient[i] = result.tangent[i - first]
        variables[i] = Dual(x[i])
      }
    }
    return (value, gradient)
  }

  @inlinable
  public func hessianVectorProduct(at x: [Double], direction: [Double]) throws -> [Double] {
    var product = x
    var variables = x.indices.map { i in
      Dual<8, Dual<1, Double>>(Dual(x[i]) { _ in direction[i] })
    }
    for first in stride(from: 0, to: x.count, by: 8) {
      let chunk = first..<min(first + 8, x.count)
      for i in chunk {
        variables[i] = Dual(variables[i].value, variable: i - first)
      }
      let result = formula(variables)
      for i in chunk {
        product[i] = result.tangent[i - first].tangent[0]
        variables[i] = Dual(variables[i].value)
      }
    }
    return product
  }
}
