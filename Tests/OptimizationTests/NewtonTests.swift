import AutoDiff
import Foundation
import LinearAlgebra
import OptimizationProblems
import Testing

@testable import Optimization

/// ¼x⁴ − ½x² + ½y²: a saddle at the origin, minima of −¼ at x = ±1.
private struct Saddle: ScalarFormula {
  let dimension = 2
  func callAsFunction<S: RealScalar>(_ x: [S]) -> S {
    0.25 * x[0].squared.squared - 0.5 * x[0].squared + 0.5 * x[1].squared
  }
}

/// A function whose full Hessian is built from its products.
struct WithFullHessian: FullHessianFunction {
  let objective: Objective
  /// Variables of the function over those asked for.
  var units: [Double]?

  struct Missing: Error {}

  init(_ objective: Objective, units: [Double]? = nil) {
    self.objective = objective
    self.units = units
  }

  var dimension: Int { objective.dimension }

  private func outer(_ u: [Double]) -> [Double] {
    u.indices.map { u[$0] * (units?[$0] ?? 1) }
  }

  func value(at x: [Double]) throws -> Double { try objective.value(outer(x)) }

  func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
    guard let function = objective.valueAndGradient else { throw Missing() }
    let (value, gradient) = try function(outer(x))
    return (value, outer(gradient))
  }

  func hessianVectorProduct(at x: [Double], direction: [Double]) throws -> [Double] {
    guard let function = objective.hessianVectorProduct else { throw Missing() }
    return outer(try function(outer(x), outer(direction)))
  }

  func hessian(at x: [Double]) throws -> DenseMatrix {
    let columns = try x.indices.map { j in
      try hessianVectorProduct(at: x, direction: x.indices.map { $0 == j ? 1 : 0 })
    }
    return DenseMatrix(rows: x.count, columns: x.count) { i, j in columns[j][i] }
  }
}

/// Uniform numbers between −1 and 1, the same each time.
private struct Numbers {
  var state: UInt64

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-52 - 1
  }
}

struct ScaledQuadraticModelTests {
  private func model(_ n: Int, _ seed: UInt64) throws -> (
    DenseMatrix, [Double], [Double], ScaledQuadraticModel
  ) {
    var numbers = Numbers(state: seed)
    let root = DenseMatrix(rows: n, columns: n) { _, _ in numbers.next() }
    let hessian = DenseMatrix(rows: n, columns: n) { i, j in root[i, j] + root[j, i] }
    let gradient = (0..<n).map { _ in numbers.next() }
    let scales = (0..<n).map { 0.5 + Double($0) }
    return (
      hessian, gradient, scales,
      try #require(ScaledQuadraticModel(gradient, hessian, scales: scales))
    )
  }

  private func value(_ h: DenseMatrix, _ g: [Double], _ s: [Double]) -> Double {
    dot(g, s) + 0.5 * dot(s, h * s)
  }

  @Test func aStepIsTheLowestPointOfTheRegion() throws {
    for n in [1, 2, 5, 12] {
      let (hessian, gradient, scales, model) = try model(n, UInt64(n))
      var numbers = Numbers(state: 77)
      for radius in [1e-3, 0.1, 1, 30] {
        let step = model.step(within: radius)
        // The root for λ is good to 10⁻¹⁰.
        #expect(step.length <= radius * (1 + 1e-9))
        #expect(abs(model.length(of: step.vector) - step.length) <= 1e-12 * radius)
        let lowest = value(hessian, gradient, step.vector)
        #expect(abs(lowest - step.model) <= 1e-11 * (1 + radius * radius))
        for _ in 0..<200 {
          let random = (0..<n).map { _ in numbers.next() }
          let size = model.length(of: random)
          let other = random.map { radius * $0 / size }
          #expect(value(hessian, gradient, other) >= lowest - 1e-8 * abs(lowest))
        }
        // (H + λD²)s = −g with one λ for all variables.
        let force = zip(hessian * step.vector, gradient).map { $0 + $1 }
        let lambda = -dot(force, step.vector) / (step.length * step.length)
        for i in 0..<n {
          let rest = force[i] + lambda * scales[i] * scales[i] * step.vector[i]
          #expect(abs(rest) <= 1e-8 * (1 + lambda * scales[i] * step.length))
        }
      }
    }
  }

  @Test func inTheHardCaseTheStepLeavesAlongTheLowestCurvature() throws {
    // g has no part along the first axis, whose curvature −2 is the lowest; with λ = 2 the rest is
    // −g₂/(1 + 2) = −1/3 and −g₃/(3 + 2) = 0.4.
    let hessian = DenseMatrix.diagonal([-2, 1, 3])
    let model = try #require(
      ScaledQuadraticModel([0, 1, -2], hessian, scales: [1, 1, 1]))
    let step = model.step(within: 2)
    let along = (4.0 - 1.0 / 9 - 0.16).squareRoot()
    // λ lies above 2 by the rounding of curvatures.
    #expect(abs(abs(step.vector[0]) - along) <= 1e-12)
    #expect(abs(step.vector[1] + 1.0 / 3) <= 1e-12 && abs(step.vector[2] - 0.4) <= 1e-12)
    #expect(step.isCut && abs(step.length - 2) <= 1e-14)
  }

  @Test func alongADirectionWithoutCurvatureAndSlopeNothingMoves() throws {
    let model = try #require(
      ScaledQuadraticModel([0, 1], .diagonal([0, 2]), scales: [1, 1]))
    // The other curvature is raised by its rounding.
    let step = model.step(within: 5).vector
    #expect(step[0] == 0 && abs(step[1] + 0.5) <= 1e-14)
  }
}

struct NewtonTests {
  @Test func aSaddleIsLeftEvenFromItsRidge() throws {
    // On the ridge x = 0 the gradient never points aside.
    for start in [[0, 1], [0, 1e-3], [1e-9, 0.5], [1e-12, 1e-4]] {
      let result = try Newton().minimize(
        OptimizationProblem(Objective(formula: Saddle()), from: start))
      // The gradient is below 10⁻⁸, the curvatures are 2 and 1.
      #expect(abs(abs(result.point[0]) - 1) <= 1e-8 && abs(result.point[1]) <= 1e-8)
      #expect(result.counts.evaluations <= 20)
    }
  }

  @Test func thePathDoesNotDependOnTheUnitsOfTheVariables() throws {
    // Powers of two change no digit.
    for problem in TestProblem.standard
    where ["wood", "helical-valley", "osborne-1", "biggs-exp6"].contains(problem.name) {
      let units = problem.start.indices.map { [0x1p-20, 0x1p13, 1, 0x1p-3][$0 % 4] }
      let stopping = Stopping(gradient: 0, relativeGradient: 0, step: 0, iterations: 15)
      let plain = try Newton().minimize(
        OptimizationProblem(
          Objective(fullHessian: WithFullHessian(problem.objective)), from: problem.start),
        stopping: stopping)
      let scaled = try Newton().minimize(
        OptimizationProblem(
          Objective(fullHessian: WithFullHessian(problem.objective, units: units)),
          from: problem.start.indices.map { problem.start[$0] / units[$0] }),
        stopping: stopping)
      #expect(scaled.history.map(\.value) == plain.history.map(\.value), "\(problem.name)")
      #expect(scaled.point.indices.map { scaled.point[$0] * units[$0] } == plain.point)
    }
  }

  @Test func aHessianFromProductsTakesTheSameWay() throws {
    let formula = AmplitudeFit()
    let start = formula.start(couplings: 0.3)
    let stopping = Stopping(iterations: 10)
    let products = try Newton().minimize(
      OptimizationProblem(formula.objective, from: start), stopping: stopping)
    let full = try Newton().minimize(
      OptimizationProblem(Objective(fullHessian: WithFullHessian(formula.objective)), from: start),
      stopping: stopping)
    #expect(products.point == full.point)
    #expect(products.counts.hessians == 0 && full.counts.hessianVectorProducts == 0)
    #expect(products.counts.hessianVectorProducts == full.counts.hessians * formula.dimension)
  }

  @Test(arguments: [1, 0.1, 0.01])
  func anAmplitudeFitConvergesFromAlmostNothing(_ couplings: Double) throws {
    let formula = AmplitudeFit()
    // Masses within 0.1 GeV, widths within a factor of two: further away waves look alike.
    var (lower, upper) = (formula.truth.map { _ in -20.0 }, formula.truth.map { _ in 20.0 })
    for i in 8..<formula.dimension {
      let isMass = i % 2 == 0
      lower[i] = isMass ? formula.truth[i] - 0.1 : 0.5 * formula.truth[i]
      upper[i] = isMass ? formula.truth[i] + 0.1 : 2 * formula.truth[i]
    }
    var problem = OptimizationProblem(
      Objective(fullHessian: WithFullHessian(formula.objective)),
      from: formula.start(couplings: couplings), bounds: try Bounds(lower: lower, upper: upper))
    let result = try Newton().minimize(problem, stopping: .minuit())
    #expect(result.reason == .distanceSmall)
    #expect(result.counts.evaluations <= 500 && result.counts.hessians <= 100)
    let truth = try formula.objective.value(formula.truth)
    #expect(result.value >= truth - 1e-9)
    problem.start = result.point
    let exact = try Newton().minimize(problem, stopping: Stopping(gradient: 1e-6))
    // The estimated distance, 5·10⁻⁵, is that of a parabola; in a long, bent valley it is too small.
    // One standard deviation is ½.
    #expect(result.value - exact.value <= 0.05)
    // A minimum: another method, started beside it, finds nothing that is lower.
    problem.start = exact.point.enumerated().map { $1 * (1 + 1e-3 * Double($0 % 3 - 1)) }
    let other = try ProjectedLBFGS().minimize(problem, stopping: Stopping(evaluations: 200))
    #expect(other.value >= exact.value - 1e-6)
  }

  @Test func theHessianObeysTheChainRule() throws {
    let formula = AmplitudeFit()
    let n = formula.dimension
    let lower = formula.truth.indices.map { $0 % 3 == 0 ? formula.truth[$0] - 2 : -.infinity }
    let upper = formula.truth.indices.map { $0 % 2 == 0 ? formula.truth[$0] + 1 : .infinity }
    let space = try MethodSpace(
      OptimizationProblem(
        Objective(fullHessian: WithFullHessian(formula.objective)), from: formula.truth,
        bounds: try Bounds(lower: lower, upper: upper), treatment: .transformation,
        scales: (0..<n).map { 0.5 + Double($0 % 4) }),
      for: Newton())
    let hessian = try #require(try space.objective.hessian?(space.start))
    let size = largestMagnitude(hessian.entries)
    for j in 0..<n {
      let column = try #require(
        try space.objective.hessianVectorProduct?(
          space.start, (0..<n).map { $0 == j ? 1 : 0 }))
      for i in 0..<n {
        // The same products in another order, of numbers that cancel.
        #expect(abs(hessian[i, j] - column[i]) <= 1e-13 * (1 + size))
      }
    }
  }

  @Test func countsOfAFormerVersionCanBeRead() throws {
    let text = "{\"values\": 3, \"gradients\": 2, \"evaluations\": 3, \"failures\": 1}"
    let counts = try JSONDecoder().decode(EvaluationCounts.self, from: Data(text.utf8))
    #expect(counts.values == 3 && counts.failures == 1)
    #expect(counts.hessians == 0 && counts.hessianVectorProducts == 0)
  }

  @Test func aFullHessianIsACapability() {
    let objective = Objective(fullHessian: WithFullHessian(Objective(formula: Saddle())))
    #expect(
      objective.capabilities == [.values, .gradients, .hessianVectorProducts, .fullHessians])
  }
}
