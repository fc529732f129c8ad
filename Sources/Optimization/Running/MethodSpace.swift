import LinearAlgebra

/// A problem in the variables that a method works in: scaled, and transformed where bounds are kept
/// that way.
struct MethodSpace {
  let objective: Objective
  let start: [Double]
  let bounds: Bounds
  private let scaling: ScaledVariables?
  private let transformation: BoundTransformation?

  init<Method: OptimizationMethod>(_ problem: OptimizationProblem, for method: Method) throws {
    let count = problem.objective.dimension
    try MethodSpace.check(problem, Method.name, Method.needs)
    var objective = problem.objective
    var bounds = problem.bounds ?? .none(count)
    var start = bounds.projected(problem.start)
    scaling = problem.scales.map { ScaledVariables(scales: $0) }
    if let scaling {
      objective = scaling.applied(to: objective)
      start = scaling.inner(start)
      bounds = bounds.divided(by: scaling.scales)
    }
    let treatment = problem.treatment ?? Method.boundTreatments.first ?? .transformation
    if bounds.isEmpty {
      transformation = nil
    } else if treatment == .transformation {
      let change = BoundTransformation(bounds)
      objective = change.applied(to: objective)
      start = change.inner(start)
      bounds = .none(count)
      transformation = change
    } else if Method.boundTreatments.contains(.projection) {
      transformation = nil
    } else {
      throw UnsuitableProblem(
        "\(Method.name) cannot keep bounds by projection; use transformation, or one of "
          + "\(OptimizerCatalog.standard.namesOfProjectingMethods.joined(separator: ", "))")
    }
    self.objective = objective
    self.start = start
    self.bounds = bounds
  }

  private static func check(
    _ problem: OptimizationProblem, _ name: String, _ needs: Objective.Capability
  ) throws {
    let count = problem.objective.dimension
    guard problem.objective.capabilities.contains(needs) else {
      throw UnsuitableProblem(
        "\(name) needs \(needs.rawValue), which this function does not have; choose a method that "
          + "needs \(problem.objective.capabilities.map(\.rawValue).joined(separator: " or "))")
    }
    guard problem.start.count == count else {
      throw UnsuitableProblem(
        "the start has \(problem.start.count) numbers, the function \(count) variables")
    }
    if let i = problem.start.firstIndex(where: { !$0.isFinite }) {
      throw UnsuitableProblem("variable \(i) starts at \(problem.start[i]); start at a number")
    }
    if let bounds = problem.bounds, bounds.lower.count != count {
      throw UnsuitableProblem(
        "there are bounds for \(bounds.lower.count) variables, the function has \(count)")
    }
    if let scales = problem.scales {
      guard scales.count == count else {
        throw UnsuitableProblem("there are \(scales.count) scales for \(count) variables")
      }
      if let i = scales.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
        throw UnsuitableProblem(
          "the scale of variable \(i) is \(scales[i]); give a positive number")
      }
    }
  }

  /// A point in the caller's variables.
  func outer(_ inner: [Double]) -> [Double] {
    let x = transformation?.outer(inner) ?? inner
    return scaling?.outer(x) ?? x
  }

  /// The largest entry of the gradient that no bound holds; nil without a gradient.
  func gradientNorm(_ iterate: Iterate) -> Double? {
    guard iterate.gradient.count == iterate.point.count else { return nil }
    if iterate.point.isEmpty { return 0 }
    return largestMagnitude(bounds.free(iterate.gradient, at: iterate.point))
  }

  /// An inverse Hessian in the caller's variables, to first order: its entries times dx/du.
  func outerInverseHessian(_ inverse: DenseMatrix, at u: [Double]) -> DenseMatrix {
    let slopes = u.indices.map { i in
      (transformation?.outer(i, u[i]).first ?? 1) * (scaling?.scales[i] ?? 1)
    }
    return DenseMatrix(rows: u.count, columns: u.count) { i, j in
      slopes[i] * inverse[i, j] * slopes[j]
    }
  }
}
