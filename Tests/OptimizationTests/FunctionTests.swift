import LinearAlgebra
import OptimizationProblems
import Testing

@testable import Optimization

struct FunctionTests {
  @Test func productsOfTheHessianAreSymmetric() throws {
    for problem in TestProblem.standard where problem.dimension <= 20 {
      let objective = problem.objective
      let n = problem.dimension
      let a = (0..<n).map { Double($0 % 3) - 0.7 }
      let b = (0..<n).map { 1 / Double($0 + 1) }
      let p = try #require(try objective.hessianVectorProduct?(problem.start, a))
      let q = try #require(try objective.hessianVectorProduct?(problem.start, b))
      // Rounding in the sums over up to 99 residuals, of terms that may cancel.
      #expect(abs(dot(b, p) - dot(a, q)) <= 1e-11 * (length(p) * length(b) + length(q) * length(a)))
    }
  }

  @Test func theGradientOfHalfASumOfSquaresIsTheJacobianTimesTheResiduals() throws {
    for problem in TestProblem.standard where problem.dimension <= 20 {
      let (residuals, jacobian) = try ResidualFormulaFunction(problem)
        .residualsAndJacobian(at: problem.start)
      let gradient = try #require(try problem.objective.valueAndGradient?(problem.start)).gradient
      let product = jacobian.transposeTimes(residuals)
      // Sums over at most 99 residuals in another order: 99·1.1e-16 of terms that may cancel
      // a hundredfold.
      #expect(largestMagnitude(difference(gradient, product)) <= 1e-12 * largestMagnitude(gradient))
    }
  }

  @Test func gaussNewtonProductsAreExactWithoutResiduals() throws {
    let formula = ShiftedParabola(centre: [1, 2, 3])
    let objective = Objective(residuals: ResidualFormulaFunction(formula))
    // Rows are 1, 2, 3 times unit vectors: JᵀJ = diag(1, 4, 9).
    #expect(try objective.hessianVectorProduct?([0, 0, 0], [1, 1, 1]) == [1, 4, 9])
  }

  @Test func startsAgreeWithThoseOfTheIndependentScript() throws {
    let scipy = try ScipyCounts.load()
    for problem in TestProblem.standard {
      let expected = try #require(scipy.starts[problem.name])
      let start = try #require(try problem.objective.valueAndGradient?(problem.start))
      // Two orders of summation, of at most 2,000 terms.
      #expect(abs(2 * start.value - expected[0]) <= 1e-11 * expected[0], "\(problem.name)")
      let gradient = 2 * largestMagnitude(start.gradient)
      #expect(abs(gradient - expected[1]) <= 1e-10 * expected[1], "\(problem.name)")
    }
  }
}

struct CovarianceTests {
  @Test func theCovarianceOfALineIsThatOfTheTextbook() throws {
    // y = a + b·t at t = −1, 0, 1, 2 with unit errors: the Hessian is [[4, 2], [2, 6]], its inverse
    // [[6, −2], [−2, 4]]/20.
    let hessian = DenseMatrix(rows: 2, columns: 2, entries: [4, 2, 2, 6])
    let covariance = try Covariance(hessian: hessian)
    let expected = [0.3, -0.1, -0.1, 0.2]
    #expect(largestMagnitude(difference(covariance.matrix.entries, expected)) <= 1e-15)
    #expect(abs(covariance.correlation(0, 1) + 0.1 / 0.06.squareRoot()) <= 1e-15)
  }

  @Test func aDirectionWithoutCurvatureIsNamed() throws {
    let hessian = DenseMatrix(rows: 3, columns: 3, entries: [1, 1, 0, 1, 1, 0, 0, 0, 5])
    do {
      _ = try Covariance(hessian: hessian)
      Issue.record("a singular Hessian has no inverse")
    } catch let error as Covariance.Indefinite {
      #expect(error.directions.count == 1)
      #expect(error.description.contains("0.71·x[0]") && error.description.contains("·x[1]"))
    }
  }

  @Test func theEstimateOfBFGSApproachesTheCovariance() throws {
    let problem = try #require(TestProblem.standard.first { $0.name == "bard" })
    let result = try BFGS().minimize(
      OptimizationProblem(problem.objective, from: problem.start),
      stopping: Stopping(gradient: 1e-10))
    let exact = try Covariance(of: problem.objective, at: result.point)
    let estimate = try #require(result.inverseHessian)
    for i in 0..<3 {
      // Superlinear convergence of steps does not make the matrix converge: tens of percent.
      #expect(abs(estimate[i, i] / exact.matrix[i, i] - 1) <= 0.5)
    }
  }
}

struct MultiStartTests {
  private func problem() throws -> (OptimizationProblem, Bounds) {
    let problem = try #require(TestProblem.standard.first { $0.name == "freudenstein-roth" })
    let bounds = try Bounds(lower: [-5, -5], upper: [15, 6])
    return (OptimizationProblem(problem.objective, from: problem.start), bounds)
  }

  @Test func bothMinimaOfFreudensteinAndRothAreFound() throws {
    let (problem, bounds) = try problem()
    let driver = try MultiStart(count: 20, within: bounds, seed: 1)
    var progress = MultiStart.Progress()
    #expect(try driver.run(TrustRegionNewton(), on: problem, &progress))
    let minima = progress.minima()
    #expect(minima.count == 2)
    #expect(minima.map(\.count).reduce(0, +) == 20)
    let best = try #require(minima.first?.first)
    // The two minima of the paper: 0 at (5, 4), 48.9842 at (11.41…, −0.8968…).
    #expect(abs(best.point[0] - 5) <= 1e-6 && abs(best.point[1] - 4) <= 1e-6)
    let other = try #require(minima.last?.first?.value)
    #expect(abs(2 * other - 48.9842) <= 1e-4)
  }

  @Test func theDriverStopsAndGoesOnBetweenStarts() throws {
    let (problem, bounds) = try problem()
    let driver = try MultiStart(count: 6, within: bounds, seed: 3)
    var whole = MultiStart.Progress()
    try driver.run(LBFGS(), on: problem, &whole)
    var broken = MultiStart.Progress()
    let isDone = try driver.run(LBFGS(), on: problem, &broken) {
      $0.attempts.count == 2 ? .stop : .proceed
    }
    #expect(!isDone && broken.attempts.count == 2)
    try driver.run(LBFGS(), on: problem, &broken)
    #expect(broken == whole)
  }

  @Test func aStartWithoutAValueIsRankedLast() throws {
    let problem = OptimizationProblem(Objective(residualFormula: RootFormula()), from: [1, 1])
    var progress = MultiStart.Progress()
    try MultiStart(starts: [[-1, -1], [2, 2]]).run(BFGS(), on: problem, &progress)
    #expect(progress.ranked.last?.value == nil)
    #expect(progress.minima().count == 1)
  }

  @Test func startsNeedFiniteBounds() {
    #expect(throws: UnsuitableProblem.self) {
      try MultiStart(count: 3, within: Bounds(lower: [0], upper: [.infinity]), seed: 1)
    }
  }
}
