import SystemLibrary

/// Variables within bounds as smooth functions of free ones.
///
/// Between two bounds x = (a + b)/2 + (b − a)/2·sin u, above one x = a − 1 + √(u² + 1), below one
/// x = b + 1 − √(u² + 1), otherwise x = u. A bound is reached at a finite u, where dx/du vanishes but
/// d²x/du² does not. A minimum at an active bound is therefore a minimum of the transformed
/// function with a definite Hessian, to which Newton's method converges quadratically. With a
/// logistic function it would be at infinity.
///
/// - SeeAlso: F. James, M. Roos, Comput. Phys. Commun. 10, 343 (1975),
///   https://doi.org/10.1016/0010-4655(75)90039-9, section on limits of parameters.
public struct BoundTransformation: Sendable {
  /// The bounds of x.
  public let bounds: Bounds

  public init(_ bounds: Bounds) { self.bounds = bounds }

  /// x with its first and second derivative by u, for variable `i`.
  func outer(_ i: Int, _ u: Double) -> (x: Double, first: Double, second: Double) {
    let (a, b) = (bounds.lower[i], bounds.upper[i])
    switch (a.isFinite, b.isFinite) {
    case (true, true):
      let (middle, half) = (0.5 * a + 0.5 * b, 0.5 * b - 0.5 * a)
      let x = min(max(middle + half * sin(u), a), b)
      return (x, half * cos(u), -half * sin(u))
    case (true, false):
      let root = (u * u + 1).squareRoot()
      // √(u² + 1) − 1 without cancellation.
      return (a + u * u / (root + 1), u / root, 1 / (root * root * root))
    case (false, true):
      let root = (u * u + 1).squareRoot()
      return (b - u * u / (root + 1), -u / root, -1 / (root * root * root))
    case (false, false):
      return (u, 1, 0)
    }
  }

  /// The free variables u of a point x. A start at a bound moves inward by a hundredth of the
  /// interval, or of its magnitude: at the bound itself ∂f/∂u is zero, and no step would lead away
  /// from it.
  public func inner(_ x: [Double]) -> [Double] {
    x.indices.map { i in
      let (a, b) = (bounds.lower[i], bounds.upper[i])
      switch (a.isFinite, b.isFinite) {
      case (true, true):
        guard b > a else { return 0 }
        let ratio = (x[i] - (0.5 * a + 0.5 * b)) / (0.5 * b - 0.5 * a)
        return asin(min(max(ratio, -0.98), 0.98))
      case (true, false):
        let excess = max(x[i] - a, 0.01 * max(1, a.magnitude))
        return (excess * (excess + 2)).squareRoot()
      case (false, true):
        let excess = max(b - x[i], 0.01 * max(1, b.magnitude))
        return (excess * (excess + 2)).squareRoot()
      case (false, false):
        return x[i]
      }
    }
  }

  /// The point x within the bounds that belongs to the free variables u.
  public func outer(_ u: [Double]) -> [Double] { u.indices.map { outer($0, u[$0]).x } }

  /// The function of the free variables, with its derivatives by the chain rule:
  /// ∂f/∂u = x′·∂f/∂x and ∂²f/∂u² = x′·∂²f/∂x²·x′ + x″·∂f/∂x.
  func applied(to objective: Objective) -> Objective {
    var result = Objective(dimension: objective.dimension) { u in try objective.value(outer(u)) }
    if let function = objective.valueAndGradient {
      // The second-derivative term needs the gradient at the point. It is stored, since products
      // follow each other at one point, whose gradient was asked for before. Only a run that
      // continues from a saved state evaluates it once more; that evaluation is not counted.
      let last = LastGradients(function)
      result.valueAndGradient = { u in
        let (value, gradient) = try last.valueAndGradient(at: outer(u))
        return (value, gradient.indices.map { outer($0, u[$0]).first * gradient[$0] })
      }
      if let product = objective.hessianVectorProduct {
        result.hessianVectorProduct = { u, v in
          let parts = u.indices.map { outer($0, u[$0]) }
          let x = parts.map(\.x)
          let gradient = try last.valueAndGradient(at: x).gradient
          let inner = try product(x, v.indices.map { parts[$0].first * v[$0] })
          return v.indices.map { i in
            parts[i].first * inner[i] + parts[i].second * gradient[i] * v[i]
          }
        }
      }
      if let function = objective.hessian {
        result.hessian = { u in
          let parts = u.indices.map { outer($0, u[$0]) }
          let x = parts.map(\.x)
          let gradient = try last.valueAndGradient(at: x).gradient
          var hessian = try function(x)
          for i in u.indices {
            for j in u.indices { hessian[i, j] *= parts[i].first * parts[j].first }
            hessian[i, i] += parts[i].second * gradient[i]
          }
          return hessian
        }
      }
    }
    if let function = objective.residualsAndJacobian {
      result.residualsAndJacobian = { u in
        var (residuals, jacobian) = try function(outer(u))
        let slopes = u.indices.map { outer($0, u[$0]).first }
        for i in 0..<jacobian.rows {
          for j in slopes.indices { jacobian[i, j] *= slopes[j] }
        }
        return (residuals, jacobian)
      }
    }
    return result
  }
}

/// The gradients at the last four points: the iterate, and trials beside it.
private final class LastGradients {
  private let function: ([Double]) throws -> (value: Double, gradient: [Double])
  private var known: [(point: [Double], value: Double, gradient: [Double])] = []

  init(_ function: @escaping ([Double]) throws -> (value: Double, gradient: [Double])) {
    self.function = function
  }

  func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    if let entry = known.last(where: { $0.point == x }) { return (entry.value, entry.gradient) }
    let (value, gradient) = try function(x)
    known = known.suffix(3) + [(x, value, gradient)]
    return (value, gradient)
  }
}
