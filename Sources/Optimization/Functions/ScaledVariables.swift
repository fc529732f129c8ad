/// Variables in units of their scales: x = scale·u.
struct ScaledVariables {
  let scales: [Double]

  func inner(_ x: [Double]) -> [Double] { x.indices.map { x[$0] / scales[$0] } }

  func outer(_ u: [Double]) -> [Double] { u.indices.map { scales[$0] * u[$0] } }

  /// The function of the scaled variables: ∂f/∂u = scale·∂f/∂x, and so on.
  func applied(to objective: Objective) -> Objective {
    var result = Objective(dimension: objective.dimension) { u in try objective.value(outer(u)) }
    if let function = objective.valueAndGradient {
      result.valueAndGradient = { u in
        let (value, gradient) = try function(outer(u))
        return (value, outer(gradient))
      }
    }
    if let function = objective.hessianVectorProduct {
      result.hessianVectorProduct = { u, v in outer(try function(outer(u), outer(v))) }
    }
    if let function = objective.hessian {
      result.hessian = { u in
        var hessian = try function(outer(u))
        for i in scales.indices {
          for j in scales.indices { hessian[i, j] *= scales[i] * scales[j] }
        }
        return hessian
      }
    }
    if let function = objective.residualsAndJacobian {
      result.residualsAndJacobian = { u in
        var (residuals, jacobian) = try function(outer(u))
        for i in 0..<jacobian.rows {
          for j in scales.indices { jacobian[i, j] *= scales[j] }
        }
        return (residuals, jacobian)
      }
    }
    return result
  }
}
