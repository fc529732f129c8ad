import LinearAlgebra
import OptimizationProblems
import Testing

@testable import Optimization

struct VariableMetricTests {
  private let metric = DenseMatrix(
    rows: 3, columns: 3, entries: [2, 0.5, 0, 0.5, 1, 0.2, 0, 0.2, 3])

  @Test func bothUpdatesMapTheChangeOfTheGradientToTheStep() throws {
    // yᵀVy is above sᵀy = 1 for the first, below for the second.
    for y in [[1, 0, 1], [0.3, -0.2, 0.1]] {
      let s = y.map { $0 / dot(y, y) }
      let updated = MetricUpdate.updated(metric, step: s, change: y)
      // A few roundings of numbers of order ten.
      #expect(largestMagnitude(difference(updated * y, s)) <= 1e-14 * 10)
      #expect(updated == updated.transpose)
      #expect(CholeskyFactor(updated) != nil)
    }
  }

  @Test func withoutPositiveCurvatureTheMetricStays() {
    #expect(MetricUpdate.updated(metric, step: [1, 0, 0], change: [-1, 0, 0]) == metric)
  }

  @Test func aSpoiltMetricBecomesPositiveDefinite() {
    let spoilt = DenseMatrix(rows: 2, columns: 2, entries: [1e-6, 2, 2, 1e6])
    let mended = MetricUpdate.positiveDefinite(spoilt)
    #expect(CholeskyFactor(mended) != nil && mended[0, 1] == 2)
    #expect(MetricUpdate.positiveDefinite(metric) == metric)
  }

  @Test func theFirstMetricIsThatOfTheSecondDerivatives() throws {
    // A parabola without correlations: the first step leads to the minimum, the metric is the
    // covariance. Differences of linear gradients are good to the rounding over their step.
    let objective = Objective(residualFormula: ShiftedParabola(centre: [2, -3, 5]))
    let result = try VariableMetric().minimize(
      OptimizationProblem(objective, from: [0, 1, 1]), stopping: .minuit())
    #expect(result.reason == .distanceSmall && result.counts.evaluations == 5)
    let covariance = try #require(result.inverseHessian)
    for i in 0..<3 {
      let expected = 1 / Double((i + 1) * (i + 1))
      #expect(abs(covariance[i, i] / expected - 1) <= 1e-10)
    }
  }

  @Test func minuitsRuleStopsAFitWellWithinItsErrors() throws {
    let formula = AmplitudeFit()
    let objective = formula.objective
    let result = try VariableMetric().minimize(
      OptimizationProblem(objective, from: formula.start(couplings: 0.5)), stopping: .minuit())
    #expect(result.reason == .distanceSmall)
    let exact = try Newton().minimize(OptimizationProblem(objective, from: result.point))
    // The estimate of the distance, 5·10⁻⁵, may be wrong by a factor where the metric is.
    #expect(result.value - exact.value <= 1e-2)
  }

  @Test func differencesOfValuesGiveTheGradient() throws {
    for problem in TestProblem.standard where ["wood", "bard", "osborne-1"].contains(problem.name) {
      let exact = FormulaFunction(HalfSumOfSquares(problem))
      let differences = DifferenceFunction(exact)
      let (value, gradient) = try exact.valueAndGradient(at: problem.start)
      for tolerance in [1e-4, 1e-5] {
        let (same, estimate) = try differences.valueAndGradient(at: problem.start)
        #expect(same == value)
        // Steps along which the value bends by some roundings ε of itself leave √(ε·f·f″): 10⁻⁷
        // to 10⁻⁵. The first steps, a thousandth of the variable, are still longer.
        let error = largestMagnitude(difference(estimate, gradient))
        #expect(error <= tolerance * largestMagnitude(gradient), "\(problem.name)")
      }
      let n = problem.dimension
      #expect(differences.values >= 2 * (1 + 2 * n) && differences.values <= 2 * (1 + 6 * n))
    }
  }

  @Test func withDifferencesAFitEndsAtTheSameMinimum() throws {
    let formula = AmplitudeFit()
    let start = formula.truth.map { 1.02 * $0 }
    let differences = DifferenceFunction(WithFullHessian(formula.objective))
    let result = try VariableMetric().minimize(
      OptimizationProblem(Objective(gradients: differences), from: start), stopping: .minuit())
    let truth = try formula.objective.value(formula.truth)
    // The distance at which it may stop is 2e-3 of half a unit, and an estimate.
    #expect(result.reason == .distanceSmall && result.value - truth <= 1e-2)
  }
}
