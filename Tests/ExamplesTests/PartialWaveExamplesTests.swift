import Foundation
import Support
import Testing

@Suite("Examples of partial waves find what they were made from")
struct PartialWaveExamplesTests {
  /// How many free parameters each model has.
  static let models = [
    "phi-kk": 59, "phi-pipi": 47, "phi-simultaneous": 99, "phi-sideband": 8, "dalitz-k-pi-pi": 12,
    "phi-fraction-constraint": 59,
  ]

  private func json(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// The file's values are those that the events were drawn from. Twice the likelihood's fall from
  /// there to the minimum is distributed as χ² of as many degrees of freedom as there are free
  /// parameters, ± √(2n), and a little more: the integral is known from a finite sample. Four
  /// standard deviations.
  @Test(arguments: models.sorted { $0.key < $1.key })
  func theTruthIsFoundWithinTheErrors(_ name: String, _ free: Int) throws {
    let folder = try TemporaryFolder()
    let model = "Examples/\(name)/model.json"
    let fit = try Tool.run(
      ["fit", model, "--output", folder.path, "--quiet"] + (name == "phi-kk" ? [] : ["--no-plots"]),
      program: "pwafit")
    #expect(fit.status == 0, "\(fit.errors)")
    let record = try json(folder.file("fit.json"))
    #expect(record["status"] as? String == "converged")
    let value = try #require(record["nll"] as? Double)
    let parameters = try #require(record["parameters"] as? [String: [String: Any]])
    let errors = parameters.values.filter { $0["free"] as? Bool == true }
      .compactMap { $0["error"] as? Double }
    #expect(errors.count == free)
    #expect(errors.allSatisfy { $0 > 0 && $0.isFinite })
    let truth = try Tool.run(["evaluate", model, "--quiet"], program: "pwafit")
    #expect(truth.status == 0, "\(truth.errors)")
    let object =
      try JSONSerialization.jsonObject(with: Data(truth.output.utf8)) as? [String: Any]
    let start = try #require(object?["nll"] as? Double)
    let fall = 2 * (start - value)
    #expect(fall > 0)
    #expect(fall < Double(free) + 4 * (2 * Double(free)).squareRoot(), "2Δ(−log L) = \(fall)")
  }

  /// The data were drawn without the candidates of the pool: none is significant.
  @Test func theSearchFindsNothingThatIsNotThere() throws {
    let folder = try TemporaryFolder()
    let search = try Tool.run(
      [
        "search", "Examples/phi-kk/model.json", "--pool", "Examples/phi-kk-studies/pool.json",
        "--output", folder.path, "--quiet",
      ], program: "pwafit")
    #expect(search.status == 0, "\(search.errors)")
    let table = try String(contentsOfFile: folder.file("search.csv"), encoding: .utf8)
    let lines = table.split(separator: "\n")
    #expect(lines.count == 5, "a head, the model as it is, and three candidates: \(table)")
    let columns = lines[0].split(separator: ",").map(String.init)
    let place = try #require(columns.firstIndex(of: "Z (one-sided)"))
    for line in lines.dropFirst(2) {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      #expect(try #require(Double(fields[place])) < 4)
    }
  }
}
