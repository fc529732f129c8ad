import LinearAlgebra

/// ½Σrᵢ² as a function whose Hessian is taken as JᵀJ. The term that is left out, Σrᵢ∇²rᵢ, vanishes
/// with the residuals.
///
/// It keeps the Jacobian of the last point, so that products there cost no evaluation.
///
/// - SeeAlso: J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), equations (10.3) to
///   (10.5).
public final class GaussNewtonFunction<Residuals: ResidualFunction>: HessianFunction {
  private let function: Residuals
  private var known: (point: [Double], residuals: [Double], jacobian: DenseMatrix)?

  public init(_ function: Residuals) { self.function = function }

  public var dimension: Int { function.dimension }

  public func value(at x: [Double]) throws -> Double {
    let residuals = try function.residuals(at: x)
    return 0.5 * dot(residuals, residuals)
  }

  public func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    let (residuals, jacobian) = try evaluation(at: x)
    return (0.5 * dot(residuals, residuals), jacobian.transposeTimes(residuals))
  }

  public func hessianVectorProduct(at x: [Double], direction: [Double]) throws -> [Double] {
    let jacobian = try evaluation(at: x).jacobian
    return jacobian.transposeTimes(jacobian * direction)
  }

  private func evaluation(at x: [Double]) throws -> (residuals: [Double], jacobian: DenseMatrix) {
    if let known, known.point == x { return (known.residuals, known.jacobian) }
    let (residuals, jacobian) = try function.residualsAndJacobian(at: x)
    known = (x, residuals, jacobian)
    return (residuals, jacobian)
  }
}
