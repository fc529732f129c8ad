import Foundation
import Optimization
import OptimizationProblems
import Testing

/// What scipy needed, as Fixtures/compare-scipy.py counted it.
struct ScipyCounts: Decodable {
  let scipy: String
  /// Σr² and the largest gradient of it at the start.
  let starts: [String: [Double]]
  /// By method and problem: evaluations, products of the Hessian, Σr² where it was solved.
  let counts: [String: [String: [Double?]]]

  static func load() throws -> Self {
    let url = try #require(Bundle.module.url(forResource: "scipy", withExtension: "json"))
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
  }
}

/// The same criterion as in the script, for ½Σr² instead of Σr².
let comparable = Stopping(
  gradient: 0.5e-6, relativeGradient: 1e-13, step: 0, evaluations: 3000, iterations: 3000)

struct ComparisonTests {
  @Test func table() throws {
    let scipy = try ScipyCounts.load()
    for type in OptimizerCatalog.standard.methods {
      let method = type.init()
      if let o = ProcessInfo.processInfo.environment["ONLY"], o != type.name { continue }
      var (ours, theirs, products, theirProducts) = (0, 0, 0, 0)
      for problem in TestProblem.standard {
        if problem.dimension > 100, type.needs == .residuals || type.needs == .values { continue }
        let result = try method.minimize(
          OptimizationProblem(problem.objective, from: problem.start), stopping: comparable)
        let isSolved = problem.isSolved(value: result.value)
        let other = scipy.counts[type.name]?[problem.name]
        let isSolvedThere = (other?[2]).map { problem.isSolved(value: 0.5 * $0) } ?? false
        var mark = isSolved ? "" : " FAILED \(result.value * 2) \(result.reason.rawValue)"
        if isSolvedThere, !isSolved { mark += " BUT SCIPY SOLVES" }
        if isSolved, isSolvedThere, let other {
          let (n, p) = (Int(other[0] ?? 0), Int(other[1] ?? 0))
          ours += result.counts.evaluations
          products += result.counts.hessianVectorProducts
          theirs += n
          theirProducts += p
          if Double(result.counts.evaluations) > 1.1 * Double(n) { mark += " MORE" }
        }
        if ProcessInfo.processInfo.environment["BEAMTRACK_TABLE"] != nil {
          say(
            type.name, problem.name, result.counts.evaluations,
            result.counts.hessianVectorProducts, "|", other.map { "\(Int($0[0] ?? 0)) \(Int($0[1] ?? 0))" } ?? "-",
            isSolvedThere, mark)
        }
      }
      say(type.name, "TOTAL", ours, products, "|", theirs, theirProducts)
    }
  }
}

func say(_ x: Any...) { FileHandle.standardError.write(Data((x.map { "\($0)" }.joined(separator: " ") + "\n").utf8)) }
