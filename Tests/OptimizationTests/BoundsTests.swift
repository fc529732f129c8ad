import AutoDiff
import OptimizationProblems
import Testing

@testable import Optimization

/// The function of the residuals `inner`, in the free variables of a transformation: what the chain
/// rule must agree with.
private struct Transformed: ResidualFormula {
  let bounds: Bounds
  var dimension: Int { 4 }

  func callAsFunction<S: RealScalar>(_ u: [S]) -> [S] {
    let middle: Double = 0.5 * (bounds.lower[0] + bounds.upper[0])
    let half: Double = 0.5 * (bounds.upper[0] - bounds.lower[0])
    let between: S = middle + half * S.sin(u[0])
    let above: S = (bounds.lower[1] - 1.0) + S.sqrt(u[1].squared + 1.0)
    let below: S = (bounds.upper[2] + 1.0) - S.sqrt(u[2].squared + 1.0)
    return TestFormula.wood.residuals([between, above, below, u[3]])
  }
}

struct BoundsTests {
  private func wood() throws -> TestProblem {
    try #require(TestProblem.standard.first { $0.name == "wood" })
  }

  private func bounds() throws -> Bounds {
    try Bounds(lower: [-5, -2, -.infinity, -.infinity], upper: [3, .infinity, 4, .infinity])
  }

  @Test func theTransformationObeysTheChainRule() throws {
    let bounds = try bounds()
    let problem = OptimizationProblem(
      try wood().objective, from: try wood().start, bounds: bounds, treatment: .transformation)
    let space = try MethodSpace(problem, for: TrustRegionNewton())
    let direct = Objective(residualFormula: Transformed(bounds: bounds))
    for u in [space.start, [0.3, -1.2, 0.7, 2], [1.7, 0, 0, -1]] {
      let a = try #require(try space.objective.valueAndGradient?(u))
      let b = try #require(try direct.valueAndGradient?(u))
      // Sums of a few products up to 10⁵, each rounded: relative to the largest.
      #expect(abs(a.value - b.value) <= 1e-13 * b.value)
      let size = 1 + largestMagnitude(b.gradient)
      #expect(largestMagnitude(difference(a.gradient, b.gradient)) <= 1e-13 * size)
      let v = [1.0, -2, 0.5, 3]
      let p = try #require(try space.objective.hessianVectorProduct?(u, v))
      let q = try #require(try direct.hessianVectorProduct?(u, v))
      #expect(largestMagnitude(difference(p, q)) <= 1e-12 * (1 + largestMagnitude(q)))
      let j = try #require(try space.objective.residualsAndJacobian?(u)).jacobian
      let k = try #require(try direct.residualsAndJacobian?(u)).jacobian
      #expect(largestMagnitude(difference(j.entries, k.entries)) <= 1e-12 * 200)
    }
  }

  @Test func theTransformationAndItsInverseAgree() throws {
    let change = BoundTransformation(try bounds())
    let x = [-2.5, 7, 3.5, 12]
    // asin and √ cancel at most a factor of ten here.
    #expect(largestMagnitude(difference(change.outer(change.inner(x)), x)) <= 1e-14 * 12)
  }

  @Test(arguments: OptimizerCatalog.standard.names)
  func projectionAndTransformationFindTheSameMinimum(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    // Rosenbrock's valley, cut off at x = 0.5: the minimum is (0.5, 0.25), with x at its bound.
    let problem = OptimizationProblem(
      try #require(TestProblem.standard.first).objective, from: [-1.2, 1],
      bounds: try Bounds(lower: [-2, -.infinity], upper: [0.5, 3]))
    for treatment in type(of: method).boundTreatments {
      var own = problem
      own.treatment = treatment
      let result = try method.minimize(
        own, stopping: Stopping(gradient: 1e-7, evaluations: 5000))
      #expect(abs(result.point[0] - 0.5) <= 1e-6, "\(treatment) \(result.reason)")
      #expect(abs(result.point[1] - 0.25) <= 1e-6)
      #expect(problem.bounds?.contains(result.point) == true)
    }
  }

  /// The bounds of the first variable are closer than an edge of the simplex, and the start is at one.
  @Test(arguments: [0, 0.004, 0.01])
  func aSimplexFindsTheMinimumBetweenNarrowBounds(_ start: Double) throws {
    let objective = Objective(residualFormula: ShiftedParabola(centre: [0.007, 3]))
    let problem = OptimizationProblem(
      objective, from: [start, 1], bounds: try Bounds(lower: [0, -10], upper: [0.01, 10]),
      treatment: .projection)
    let result = try NelderMead().minimize(problem, stopping: Stopping(evaluations: 2000))
    #expect(abs(result.point[0] - 0.007) < 1e-6, "\(result.point)")
    #expect(abs(result.point[1] - 3) < 1e-6)
  }

  @Test(arguments: OptimizerCatalog.standard.names)
  func noPointOutsideTheBoundsIsEvaluated(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    let bounds = try Bounds(lower: [-4, -2, -4, -2], upper: [0.9, 2, 0.8, 0.5])
    for treatment in type(of: method).boundTreatments {
      let watched = WatchedFunction(try wood())
      _ = try method.minimize(
        OptimizationProblem(
          watched.objective, from: [-30, -1, -3, -1], bounds: bounds, treatment: treatment),
        stopping: Stopping(evaluations: 500))
      #expect(watched.points.allSatisfy { bounds.contains($0) })
      if treatment == .projection { #expect(watched.points.first == [-4, -1, -3, -1]) }
    }
  }

  @Test(arguments: OptimizerCatalog.standard.names)
  func everyVariableMayEndAtABound(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    let objective = Objective(residualFormula: ShiftedParabola(centre: [2, -3, 5]))
    let bounds = try Bounds(lower: [-1, -1, 1], upper: [1, 4, 1])
    for treatment in type(of: method).boundTreatments {
      let result = try method.minimize(
        OptimizationProblem(objective, from: [0, 3, 1], bounds: bounds, treatment: treatment),
        stopping: Stopping(evaluations: 3000))
      // At bounds, where the slope is 2 and more: a distance that a method leaves costs 2e-7 of the value, and
      // transformed variables come as near as the square root of the rounding of 40.
      #expect(
        largestMagnitude(difference(result.point, [1, -1, 1])) <= 1e-7,
        "\(treatment) \(result.point)")
    }
  }

  @Test func mistakesAreNamed() throws {
    let exchanged = UnsuitableProblem(
      "variable 1 cannot be at least 2.0 and at most 1.0; exchange its bounds")
    #expect(throws: exchanged) {
      try Bounds(lower: [0, 2], upper: [1, 1])
    }
    let objective = Objective(residualFormula: ShiftedParabola(centre: [2, 1]))
    var problem = OptimizationProblem(objective, from: [0])
    #expect(throws: UnsuitableProblem("the start has 1 numbers, the function 2 variables")) {
      try BFGS().minimize(problem)
    }
    problem = OptimizationProblem(
      objective, from: [0, 0], bounds: try Bounds(lower: [0, 0], upper: [1, 1]),
      treatment: .projection)
    #expect(
      throws: UnsuitableProblem(
        "bfgs cannot keep bounds by projection; use transformation, or one of newton-cg, "
          + "levenberg-marquardt, l-bfgs-b, nelder-mead")
    ) { try BFGS().minimize(problem) }
    let plain = Objective(formula: HalfSumOfSquares(ShiftedParabola(centre: [1])))
    #expect(throws: UnsuitableProblem.self) {
      try LevenbergMarquardt().minimize(OptimizationProblem(plain, from: [0]))
    }
    #expect(throws: UnsuitableProblem.self) { try OptimizerCatalog.standard.method(named: "lbfgs") }
  }
}
