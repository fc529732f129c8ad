import Foundation
import OptimizationProblems
import Testing

@testable import Optimization

/// Each test tries every method of the catalog.
struct MethodTests {
  static let names = OptimizerCatalog.standard.names

  private func problem(_ name: String = "rosenbrock") throws -> OptimizationProblem {
    let test = try #require(TestProblem.standard.first { $0.name == name })
    return OptimizationProblem(test.objective, from: test.start)
  }

  @Test(arguments: names) func aBrokenRunGoesOnWithTheSameBits(_ name: String) throws {
    try compareBrokenRun(try OptimizerCatalog.standard.method(named: name))
  }

  private func compareBrokenRun(_ method: some OptimizationMethod) throws {
    let problem = try problem("wood")
    let stopping = Stopping(evaluations: 400)
    var whole = try method.begin(problem)
    try method.run(problem, &whole, stopping: stopping)
    for length in [0, 1, 2, 5, 12] {
      var broken = try method.begin(problem)
      try method.run(problem, &broken, stopping: Stopping(evaluations: 400, iterations: length))
      let text = try JSONEncoder().encode(broken)
      var resumed = try JSONDecoder().decode(type(of: broken), from: text)
      #expect(resumed == broken)
      try method.run(problem, &resumed, stopping: stopping)
      #expect(resumed == whole)
    }
  }

  @Test(arguments: names) func anInterruptedRunKeepsItsLastState(_ name: String) throws {
    try compareInterruptedRun(try OptimizerCatalog.standard.method(named: name))
  }

  struct Interruption: Error {}

  private func compareInterruptedRun(_ method: some OptimizationMethod) throws {
    let formula = try #require(TestProblem.standard.first { $0.name == "wood" })
    let watched = WatchedFunction(formula)
    let problem = OptimizationProblem(watched.objective, from: formula.start)
    let stopping = Stopping(evaluations: 300)
    var whole = try method.begin(problem)
    try method.run(problem, &whole, stopping: stopping)

    let stumbling = WatchedFunction(formula)
    stumbling.check = { _, evaluation in if evaluation == 9 { throw Interruption() } }
    let same = OptimizationProblem(stumbling.objective, from: formula.start)
    var state = try method.begin(same)
    #expect(throws: Interruption.self) { try method.run(same, &state, stopping: stopping) }
    #expect(state.reason == nil && state.iterations >= 1)
    try method.run(same, &state, stopping: stopping)
    #expect(state == whole)
  }

  @Test(arguments: names) func aStateComesBackFromItsTextByName(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    let problem = try problem()
    var saved: Data?
    _ = try method.minimize(problem, continuing: nil, stopping: Stopping(evaluations: 500)) {
      if $0.iterations == 3 { saved = try $0.encodedState() }
      return .proceed
    }
    let text = try #require(saved)
    let resumed = try method.minimize(
      problem, continuing: text, stopping: Stopping(evaluations: 500)
    ) { _ in .proceed }
    #expect(resumed == (try method.minimize(problem, stopping: Stopping(evaluations: 500))))
  }

  @Test(arguments: names) func theObserverCanStopARun(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    var seen: [Int] = []
    let result = try method.minimize(try problem(), continuing: nil) {
      seen.append($0.iterations)
      return $0.iterations == 4 ? .stop : .proceed
    }
    #expect(result.reason == .observer)
    #expect(seen == [1, 2, 3, 4])
    #expect(result.history.count == 5)
  }

  @Test(arguments: names) func theLimitsOfEvaluationsAndIterationsHold(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    for limit in [1, 2, 7, 10] {
      let result = try method.minimize(try problem(), stopping: Stopping(evaluations: limit))
      #expect(result.counts.evaluations <= limit)
      #expect(result.reason == .evaluationLimit)
    }
    let result = try method.minimize(try problem(), stopping: Stopping(iterations: 3))
    #expect(result.reason == .iterationLimit && result.history.count == 4)
  }

  @Test(arguments: names) func noPointIsEvaluatedTwiceAndEveryCallIsCounted(_ name: String) throws {
    let formula = try #require(TestProblem.standard.first { $0.name == "helical-valley" })
    let watched = WatchedFunction(formula)
    let method = try OptimizerCatalog.standard.method(named: name)
    let result = try method.minimize(
      OptimizationProblem(watched.objective, from: formula.start),
      stopping: Stopping(gradient: 1e-6, evaluations: 250))
    #expect(Set(watched.points).count == watched.points.count)
    #expect(result.counts.evaluations == watched.points.count)
    #expect(result.counts.hessianVectorProducts == watched.products)
    #expect(result.history.last?.evaluations == result.counts.evaluations || name == "nelder-mead")
  }

  @Test(arguments: names) func historyDescends(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    let result = try method.minimize(try problem("wood"), stopping: Stopping(evaluations: 500))
    for (before, after) in zip(result.history, result.history.dropFirst()) {
      // Within the rounding that line searches forgive.
      #expect(after.value <= before.value + 1e-14 * abs(before.value))
      #expect(after.evaluations >= before.evaluations)
      #expect(after.step > 0)
    }
  }

  @Test(arguments: names) func aNaNShortensTheStep(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    let problem = OptimizationProblem(Objective(residualFormula: RootFormula()), from: [30, 9])
    let result = try method.minimize(problem, stopping: Stopping(evaluations: 1000))
    // The curvature at the minimum is 1/4: a gradient of 10⁻⁸ means 4·10⁻⁸; Nelder and Mead's
    // method finds the square root of the rounding.
    #expect(result.point.allSatisfy { abs($0 - 1) <= 1e-6 })
    if name == "levenberg-marquardt" { #expect(result.counts.failures > 0) }
  }

  @Test(arguments: names) func aThrownFailureShortensTheStep(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    let watched = WatchedFunction(ShiftedParabola(centre: [2, 1]))
    // The wall stands just behind the minimum: steps that overshoot hit it.
    watched.check = { x, _ in
      if x[0] > 2.05 || x[1] < 0.9 { throw EvaluationFailure("the beam is lost") }
    }
    let result = try method.minimize(
      OptimizationProblem(watched.objective, from: [-3, 4]), stopping: Stopping(evaluations: 1000))
    #expect(abs(result.point[0] - 2) <= 1e-6 && abs(result.point[1] - 1) <= 1e-6)
  }

  @Test(arguments: names) func whereNothingCanBeEvaluatedTheRunEnds(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    let watched = WatchedFunction(ShiftedParabola(centre: [2, 1]))
    watched.check = { _, evaluation in
      if evaluation > 1 { throw EvaluationFailure("the beam is lost") }
    }
    let problem = OptimizationProblem(watched.objective, from: [-3, 4])
    let result = try method.minimize(problem, stopping: Stopping(evaluations: 1000))
    #expect(result.point == [-3, 4])
    #expect(!result.reason.isConverged || name == "nelder-mead")
    #expect(result.counts.failures > 0)
    watched.check = { _, _ in throw EvaluationFailure("the beam is lost") }
    #expect(throws: StartFailure(reason: "the beam is lost")) { try method.minimize(problem) }
  }

  @Test(arguments: names) func aStartAtTheMinimumEndsAtOnce(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    let problem = OptimizationProblem(
      Objective(residualFormula: ShiftedParabola(centre: [2, 1])), from: [2, 1])
    let result = try method.minimize(problem)
    #expect(result.point == [2, 1] && result.value == 0)
    if name != "nelder-mead" {
      #expect(result.reason == .gradientSmall && result.counts.evaluations == 1)
    }
  }

  @Test(arguments: names) func noVariablesAndOneVariableWork(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    let empty = try method.minimize(
      OptimizationProblem(Objective(residualFormula: ShiftedParabola(centre: [])), from: []))
    #expect(empty.point.isEmpty && empty.counts.evaluations == 1)
    let one = try method.minimize(
      OptimizationProblem(Objective(residualFormula: ShiftedParabola(centre: [-7])), from: [100]),
      stopping: Stopping(evaluations: 1000))
    // A simplex of this size has values that differ by 1e-10; all others end nearer.
    #expect(abs(one.point[0] + 7) <= 1e-5)
  }

  @Test(arguments: names) func scalesChangeTheWayButNotTheMinimum(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    var problem = OptimizationProblem(
      Objective(residualFormula: ShiftedParabola(centre: [2e-3, 500])), from: [0.1, 100])
    problem.scales = [1e-3, 100]
    let result = try method.minimize(problem, stopping: Stopping(evaluations: 2000))
    // A thousandth and a hundred-thousandth of the scales: values differ by 1e-6 there.
    #expect(abs(result.point[0] - 2e-3) <= 1e-6 && abs(result.point[1] - 500) <= 1e-3)
  }

  @Test(arguments: names) func twoRunsHaveTheSameBits(_ name: String) throws {
    let method = try OptimizerCatalog.standard.method(named: name)
    let stopping = Stopping(evaluations: 300)
    let first = try method.minimize(try problem("osborne-1"), stopping: stopping)
    #expect(first == (try method.minimize(try problem("osborne-1"), stopping: stopping)))
  }

  @Test(
    arguments: names.filter { $0 != "nelder-mead" && $0 != "conjugate-gradient" }, [true, false])
  func aSmoothMatchTakesTenEvaluations(_ name: String, _ isBounded: Bool) throws {
    let bounds = isBounded ? try Bounds(lower: [0.1, 0.1], upper: [1, 1]) : nil
    for treatment in [BoundTreatment.transformation, nil] {
      let method = try OptimizerCatalog.standard.method(named: name)
      let problem = OptimizationProblem(
        Objective(residualFormula: FODOMatch()), from: [0.3, 0.3], bounds: bounds,
        treatment: treatment, scales: [0.1, 0.1])
      let result = try method.minimize(problem, stopping: Stopping(gradient: 1e-7))
      // Two evaluations are for the first metric of Minuit's method.
      #expect(result.counts.evaluations <= (name == "migrad" ? 12 : 10))
      for (found, wanted) in zip(result.point, FODOMatch.strengths) {
        #expect(abs(found - wanted) <= 1e-6 * wanted)
      }
    }
  }
}
