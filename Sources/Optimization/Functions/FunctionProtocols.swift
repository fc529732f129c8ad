import LinearAlgebra

/// A real function of many real variables.
///
/// Each evaluation may throw ``EvaluationFailure`` or give a NaN where the function has no value.
public protocol ValueFunction {
  /// How many variables there are.
  var dimension: Int { get }
  func value(at x: [Double]) throws -> Double
}

/// A function that knows its gradient.
public protocol GradientFunction: ValueFunction {
  func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double])
}

/// A function that knows the product of its Hessian with a vector.
public protocol HessianFunction: GradientFunction {
  func hessianVectorProduct(at x: [Double], direction: [Double]) throws -> [Double]
}

/// A function that computes its whole Hessian for less than its products with all unit vectors.
public protocol FullHessianFunction: HessianFunction {
  /// ∂²f/∂xᵢ∂xⱼ, of which a method takes the symmetric part.
  func hessian(at x: [Double]) throws -> DenseMatrix
}

/// Functions rᵢ whose sum of squares is to be minimised; the value of the problem is ½Σrᵢ².
public protocol ResidualFunction {
  /// How many variables there are.
  var dimension: Int { get }
  func residuals(at x: [Double]) throws -> [Double]
  /// The residuals, and their Jacobian Jᵢⱼ = ∂rᵢ/∂xⱼ.
  func residualsAndJacobian(at x: [Double]) throws -> (residuals: [Double], jacobian: DenseMatrix)
}

extension GradientFunction {
  public func value(at x: [Double]) throws -> Double { try valueAndGradient(at: x).value }
}

extension ResidualFunction {
  public func residuals(at x: [Double]) throws -> [Double] {
    try residualsAndJacobian(at: x).residuals
  }
}
