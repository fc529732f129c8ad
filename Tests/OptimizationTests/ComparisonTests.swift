import Foundation
import Optimization
import OptimizationProblems
import Testing

/// What scipy needed, as Fixtures/compare-scipy.py counted it.
struct ScipyCounts: Decodable {
  let scipy: String
  /// Σr² and the largest gradient of it at the start.
  let starts: [String: [Double]]
  /// By method and problem: evaluations, products of the Hessian, Σr² there.
  let counts: [String: [String: [Double?]]]

  static func load(_ name: String = "scipy") throws -> Self {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
  }
}

/// How one problem went, here and with scipy.
struct Comparison {
  let problem: TestProblem
  let result: OptimizationResult
  let isSolved: Bool
  /// Nil where the problem was not tried, or not solved, with scipy.
  let scipy: (evaluations: Int, products: Int)?

  /// Evaluations to the solution: where the gradient does not get small enough, to the first value
  /// within 10⁻⁸ of the last one, as the script counts.
  var evaluations: Int {
    if [.gradientSmall, .gradientSmallAgainstStart].contains(result.reason) {
      return result.counts.evaluations
    }
    let enough = result.value + 1e-8 * result.value
    return result.history.first { $0.value <= enough }?.evaluations ?? result.counts.evaluations
  }

  /// The same criterion as in the script, for ½Σr² instead of Σr².
  static let stopping = Stopping(
    gradient: 0.5e-6, relativeGradient: 1e-13, step: 0, evaluations: 3000, iterations: 3000)

  static func all(_ name: String) throws -> [Comparison] {
    let isLarge = ["levenberg-marquardt", "newton", "bfgs", "migrad", "nelder-mead"].contains(name)
    return try all(
      name, TestProblem.standard.filter { !isLarge || $0.dimension <= 100 }, ScipyCounts.load())
  }

  /// From ten times the standard starts, with up to ten variables.
  static func far(_ name: String) throws -> [Comparison] {
    let problems = TestProblem.standard.filter { $0.dimension <= 10 }
    let far = problems.map { problem in
      TestProblem(
        problem.name, problem.kind, from: problem.start.map { 10 * $0 }, minima: problem.minima)
    }
    return try all(name, far, ScipyCounts.load("scipy-far"), limit: 1000)
  }

  private static func all(
    _ name: String, _ problems: [TestProblem], _ counts: ScipyCounts, limit: Int = 3000
  ) throws -> [Comparison] {
    let scipy = counts.counts[name] ?? [:]
    let method = try OptimizerCatalog.standard.method(named: name)
    var stopping = stopping
    stopping.evaluations = limit
    return try problems.map { problem in
      let result = try method.minimize(
        OptimizationProblem(problem.objective, from: problem.start), stopping: stopping)
      let other = scipy[problem.name]
      let isSolvedThere = (other?[2]).map { problem.isSolved(value: 0.5 * $0) } ?? false
      return Comparison(
        problem: problem, result: result, isSolved: problem.isSolved(value: result.value),
        scipy: isSolvedThere ? (Int(other?[0] ?? 0), Int(other?[1] ?? 0)) : nil)
    }
  }

  static func text(_ name: String) throws -> String {
    let all = try all(name)
    var lines = all.map { row in
      let counts = row.result.counts
      let theirs = row.scipy.map { "\($0.evaluations) + \($0.products)" } ?? "–"
      return "\(name) | \(row.problem.name) | \(row.evaluations) + "
        + "\(counts.hessianVectorProducts) | \(theirs) | "
        + (row.isSolved ? "solved" : "not solved: \(row.result.reason)")
    }
    let common = all.filter { $0.isSolved && $0.scipy != nil }
    let ours = common.reduce(EvaluationCounts()) { $0 + $1.result.counts }
    lines.append(
      "\(name) | sum over the \(common.count) that both solve | "
        + "\(common.reduce(0) { $0 + $1.evaluations }) + "
        + "\(ours.hessianVectorProducts) | "
        + "\(common.reduce(0) { $0 + ($1.scipy?.evaluations ?? 0) }) + "
        + "\(common.reduce(0) { $0 + ($1.scipy?.products ?? 0) }) | "
        + "not solved: \(all.filter { !$0.isSolved }.count) of \(all.count), with scipy "
        + "\(all.filter { $0.scipy == nil }.count)")
    return lines.joined(separator: "\n") + "\n"
  }
}

struct ComparisonTests {
  static let names = OptimizerCatalog.standard.names

  /// What is not solved with a gradient of 10⁻⁶ and within 3,000 evaluations, and why.
  static let unsolved: [String: Set<String>] = [
    "newton-cg": [],
    // The gradient gets small in a valley without a minimum.
    "newton": ["biggs-exp6"],
    "newton-cg-linesearch": [],
    // The gradient is small enough at 3.4·10⁻⁶ already; the minimum is 1.4·10⁻⁶.
    "levenberg-marquardt": ["watson-9"],
    "bfgs": [],
    // Condition numbers of 10⁸ and more.
    "migrad": ["watson-9"],
    "l-bfgs": [],
    "l-bfgs-b": [],
    // Condition numbers of 10⁸ and more.
    "conjugate-gradient": ["meyer", "watson-9"],
    // Ten and more variables.
    "nelder-mead": [
      "biggs-exp6", "rosenbrock-10", "rosenbrock-100", "penalty-i-10", "penalty-ii-10",
    ],
  ]

  @Test(arguments: names) func everyMethodSolvesAllButNamedProblems(_ name: String) throws {
    let failures = Set(try Comparison.all(name).filter { !$0.isSolved }.map(\.problem.name))
    #expect(failures == Self.unsolved[name])
    if ProcessInfo.processInfo.environment["BEAMTRACK_TABLE"] != nil {
      print(try Comparison.text(name))
    }
  }

  /// Where more than 1.1 times scipy's evaluations are needed, and how many.
  static let exceptions: [String: [String: Int]] = [
    "newton-cg-linesearch": ["penalty-ii-4": 10, "chebyquad-7": 13]
  ]

  @Test(arguments: ["newton-cg", "newton-cg-linesearch", "levenberg-marquardt"])
  func secondOrderMethodsSolveWhatScipySolvesWithNoMoreEvaluations(_ name: String) throws {
    try compare(Comparison.all(name), Self.exceptions[name] ?? [:])
  }

  /// These were not looked at when settings were chosen.
  @Test(arguments: ["newton-cg", "newton-cg-linesearch", "levenberg-marquardt"])
  func fromFarAwayTheyDoSoToo(_ name: String) throws {
    // Here the gradient gets small enough in the end; scipy's run ends before, and its count at a
    // value within 10⁻⁸. How often a step near the end is refused depends on the roundings of the processor's
    // LAPACK; with AVX-512 it takes 113 evaluations.
    try compare(Comparison.far(name), name == "levenberg-marquardt" ? ["brown-dennis": 120] : [:])
  }

  private func compare(_ rows: [Comparison], _ exceptions: [String: Int]) throws {
    var (ours, theirs) = ((evaluations: 0, products: 0), (evaluations: 0, products: 0))
    for row in rows {
      guard let scipy = row.scipy else { continue }
      #expect(row.isSolved, "\(row.problem.name) is solved by scipy")
      let counts = row.result.counts
      ours.evaluations += row.evaluations
      ours.products += counts.hessianVectorProducts
      theirs.evaluations += scipy.evaluations
      theirs.products += scipy.products
      // Evaluations can only be whole: 1.1 × 6 is 6.
      let limit =
        exceptions[row.problem.name] ?? Int(1.1 * Double(scipy.evaluations))
      #expect(row.evaluations <= limit, "\(row.problem.name), with scipy \(scipy.evaluations)")
    }
    #expect(Double(ours.evaluations) <= 1.1 * Double(theirs.evaluations))
    #expect(Double(ours.products) <= 1.1 * Double(theirs.products))
  }

  @Test(arguments: [2, 4, 10, 100, 1000])
  func extendedRosenbrockIsSolvedInAnyDimension(_ n: Int) throws {
    let problem = TestProblem("rosenbrock", .rosenbrock, from: TestProblem.alternating(n))
    for name in ["newton-cg", "newton-cg-linesearch", "l-bfgs", "l-bfgs-b", "conjugate-gradient"] {
      let method = try OptimizerCatalog.standard.method(named: name)
      let result = try method.minimize(
        OptimizationProblem(problem.objective, from: problem.start), stopping: Comparison.stopping)
      // The softest curvature at the minimum is 0.2: a gradient of 10⁻⁶ leaves 5·10⁻⁶.
      #expect(result.point.allSatisfy { abs($0 - 1) <= 1e-5 }, "\(name)")
    }
  }

  /// Rosenbrock's function of many variables, with a gradient written by hand.
  private struct LongValley: GradientFunction {
    let dimension: Int
    func valueAndGradient(at x: [Double]) throws -> (value: Double, gradient: [Double]) {
      var value = 0.0
      var gradient = [Double](repeating: 0, count: x.count)
      for k in stride(from: 0, to: x.count, by: 2) {
        let (bend, rest) = (x[k + 1] - x[k] * x[k], 1 - x[k])
        value += 100 * bend * bend + rest * rest
        gradient[k] = -400 * bend * x[k] - 2 * rest
        gradient[k + 1] = 200 * bend
      }
      return (value, gradient)
    }
  }

  @Test func limitedMemoryCopesWithAHundredThousandVariables() throws {
    let start = TestProblem.alternating(100_000)
    let result = try LBFGS().minimize(
      OptimizationProblem(Objective(gradients: LongValley(dimension: 100_000)), from: start),
      stopping: Stopping(gradient: 1e-6))
    #expect(result.reason == .gradientSmall && result.counts.evaluations <= 60)
  }
}
