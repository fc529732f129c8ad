import AutoDiff
import Optimization

/// A problem of the collection of Moré, Garbow and Hillstrom: residuals, a standard start, and what
/// Σr² is at its minima.
///
/// - SeeAlso: J. Moré, B. Garbow, K. Hillstrom, ACM Trans. Math. Softw. 7, 17 (1981),
///   https://doi.org/10.1145/355934.355936. Numbers of problems are those of its section 3.
public struct TestProblem: ResidualFormula, Sendable {
  public let name: String
  public let kind: TestFormula
  public let start: [Double]
  /// Σr² at every minimum that the paper lists, and at others that methods end in.
  public let minima: [Double]

  public init(_ name: String, _ kind: TestFormula, from start: [Double], minima: [Double] = [0]) {
    self.name = name
    self.kind = kind
    self.start = start
    self.minima = minima
  }

  public var dimension: Int { start.count }

  public func callAsFunction<S: RealScalar>(_ x: [S]) -> [S] { kind.residuals(x) }

  /// ½Σr² with every derivative.
  public var objective: Objective { Objective(residualFormula: self) }

  /// True if ½Σr² = `value` is at a known minimum: to the six digits that the paper prints, and
  /// where it is zero, below what a gradient of 10⁻⁵ leaves in the flattest of the problems.
  public func isSolved(value: Double) -> Bool {
    minima.contains { (2 * value - $0).magnitude <= 1e-5 * $0 + 1e-6 }
  }
}

extension TestProblem {
  public static let standard: [TestProblem] =
    smallProblems + [
      TestProblem("watson-6", .watson, from: repeated(0, 6), minima: [2.28767e-3]),
      TestProblem("watson-9", .watson, from: repeated(0, 9), minima: [1.39976e-6]),
      TestProblem("watson-12", .watson, from: repeated(0, 12), minima: [4.72238e-10]),
      TestProblem("rosenbrock-10", .rosenbrock, from: alternating(10)),
      TestProblem("rosenbrock-100", .rosenbrock, from: alternating(100)),
      TestProblem("rosenbrock-1000", .rosenbrock, from: alternating(1000)),
      TestProblem(
        "extended-powell-12", .powellSingular, from: [3, -1, 0, 1, 3, -1, 0, 1, 3, -1, 0, 1]),
      TestProblem("penalty-i-4", .penaltyOne, from: [1, 2, 3, 4], minima: [2.24997e-5]),
      TestProblem(
        "penalty-i-10", .penaltyOne, from: (1...10).map(Double.init), minima: [7.08765e-5]),
      TestProblem("penalty-ii-4", .penaltyTwo, from: repeated(0.5, 4), minima: [9.37629e-6]),
      TestProblem("penalty-ii-10", .penaltyTwo, from: repeated(0.5, 10), minima: [2.93660e-4]),
      TestProblem(
        "variably-dimensioned-10", .variablyDimensioned, from: (1...10).map { 1 - Double($0) / 10 }),
      TestProblem(
        "trigonometric-10", .trigonometric, from: repeated(0.1, 10), minima: [0, 2.79506e-5]),
      TestProblem(
        "brown-almost-linear-10", .brownAlmostLinear, from: repeated(0.5, 10), minima: [0, 1]),
      TestProblem("discrete-boundary-10", .discreteBoundary, from: parabola(10)),
      TestProblem("discrete-integral-10", .discreteIntegral, from: parabola(10)),
      TestProblem("broyden-tridiagonal-10", .broydenTridiagonal, from: repeated(-1, 10)),
      TestProblem("broyden-banded-10", .broydenBanded, from: repeated(-1, 10)),
      // With 20 residuals: m − n, m(m − 1)/(4m + 2) and (m² + 3m − 6)/(4m − 6).
      TestProblem("linear-full-rank-10", .linearFullRank, from: repeated(1, 10), minima: [10]),
      TestProblem("linear-rank-1-10", .linearRankOne, from: repeated(1, 10), minima: [380.0 / 82]),
      TestProblem(
        "linear-rank-1-zero-10", .linearRankOneZero, from: repeated(1, 10), minima: [454.0 / 74]),
      TestProblem("chebyquad-7", .chebyquad, from: even(7)),
      TestProblem("chebyquad-8", .chebyquad, from: even(8), minima: [3.51687e-3]),
      TestProblem("chebyquad-9", .chebyquad, from: even(9)),
      TestProblem("chebyquad-10", .chebyquad, from: even(10), minima: [6.50395e-3, 4.77271e-3]),
    ]

  private static let smallProblems = [
    TestProblem("rosenbrock", .rosenbrock, from: [-1.2, 1]),
    TestProblem("freudenstein-roth", .freudensteinRoth, from: [0.5, -2], minima: [0, 48.9842]),
    TestProblem("powell-badly-scaled", .powellBadlyScaled, from: [0, 1]),
    TestProblem("brown-badly-scaled", .brownBadlyScaled, from: [1, 1]),
    TestProblem("beale", .beale, from: [1, 1]),
    TestProblem("jennrich-sampson", .jennrichSampson, from: [0.3, 0.4], minima: [124.362]),
    TestProblem("helical-valley", .helicalValley, from: [-1, 0, 0]),
    TestProblem("bard", .bard, from: [1, 1, 1], minima: [8.21487e-3, 17.4286]),
    TestProblem("gaussian", .gaussian, from: [0.4, 1, 0], minima: [1.12793e-8]),
    TestProblem("meyer", .meyer, from: [0.02, 4000, 250], minima: [87.9458]),
    // At x₃ = 0 and beyond the observations it flattens out towards values that are no minima.
    TestProblem("gulf", .gulf, from: [5, 2.5, 0.15]),
    TestProblem("box-3d", .box, from: [0, 10, 20]),
    TestProblem("powell-singular", .powellSingular, from: [3, -1, 0, 1]),
    TestProblem("wood", .wood, from: [-3, -1, -3, -1]),
    TestProblem(
      "kowalik-osborne", .kowalikOsborne, from: [0.25, 0.39, 0.415, 0.39],
      minima: [3.07505e-4, 1.02734e-3]),
    TestProblem("brown-dennis", .brownDennis, from: [25, 5, -5, -1], minima: [85822.2]),
    TestProblem("osborne-1", .osborneOne, from: [0.5, 1.5, -1, 0.01, 0.02], minima: [5.46489e-5]),
    TestProblem("biggs-exp6", .biggs, from: [1, 2, 1, 1, 1, 1], minima: [0, 5.65565e-3]),
    TestProblem(
      "osborne-2", .osborneTwo, from: [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5],
      minima: [4.01377e-2]),
  ]

  private static func repeated(_ value: Double, _ count: Int) -> [Double] {
    [Double](repeating: value, count: count)
  }

  /// The start of the extended Rosenbrock function.
  public static func alternating(_ count: Int) -> [Double] {
    (0..<count).map { $0 % 2 == 0 ? -1.2 : 1 }
  }

  private static func parabola(_ n: Int) -> [Double] {
    (1...n).map { i in
      let t = Double(i) / Double(n + 1)
      return t * (t - 1)
    }
  }

  private static func even(_ n: Int) -> [Double] { (1...n).map { Double($0) / Double(n + 1) } }
}
