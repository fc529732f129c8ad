import Foundation
import Support
import Testing

@testable import PartialWaves

@Suite("A likelihood without a minimum is told from one with it") struct VanishingIntensityTests {
  private static let count = 300

  /// Two scalars that interfere; event 0 has a weight of its own.
  private func model(weight: Double) throws -> LoadedModel {
    let folder = try TemporaryFolder()
    let weights = [weight] + Array(repeating: 1.0, count: Self.count - 1)
    try folder.write(
      "weight\n" + weights.map { "\($0)\n" }.joined(), to: "weights.csv")
    let path = try folder.write(
      """
      {"parent": {"name": "D0"}, "channels": {"c": {"formalism": "isobar",
        "final_state": ["K-", "pi+", "pi0"], "data": {"toy": \(Self.count), "seed": 3},
        "weights": "weights.csv", "integration": {"phase_space": 1500, "seed": 4},
        "resonances": {
          "k": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner", "mass": 0.9, "width": 0.1,
            "coupling": {"re": 1, "im": 0}},
          "l": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner", "mass": 1.3, "width": 0.2,
            "coupling": {"re": {"value": 1.5}, "im": {"value": 1.0}}}}}}}
      """, to: "model.json")
    return try ModelFile.read(path).load(workers: .one)
  }

  /// The intensity is a quadratic form of the coupling: the coupling where it vanishes at event 0 follows
  /// from four values.
  private func zero(_ model: LoadedModel) throws -> [Double] {
    let likelihood = model.likelihood
    func intensity(_ re: Double, _ im: Double) throws -> Double {
      try likelihood.channels[0].intensities(
        of: likelihood.channels[0].data, likelihood.parameters.values(at: [re, im]))[0]
    }
    let (a, b) = (try intensity(1, 0), try intensity(-1, 0))
    let own = 0.5 * (a + b) - (try intensity(0, 0))
    let along = 0.25 * (a - b)
    let across = 0.25 * (try intensity(0, 1) - (try intensity(0, -1)))
    return [-along / own, -across / own]
  }

  @Test func aZeroAtAnEventOfNegativeWeightIsNoMinimum() throws {
    let model = try model(weight: -40)
    let likelihood = model.likelihood
    #expect(likelihood.parameters.freeNames == ["l.coupling.re", "l.coupling.im"])
    let zero = try zero(model)
    let sentence = try #require(try likelihood.vanishingIntensity(at: zero))
    #expect(sentence.contains("event 0, counted from 0, whose weight is -40"))
    #expect(try likelihood.vanishingIntensity(at: [1.5, 1]) == nil)
    let attempt = FitAttempt(
      index: 0, start: zero, point: zero, value: try likelihood.value(at: zero),
      reason: .noFurtherDecrease, isOutOfTime: false, counts: .init(), seconds: 0)
    #expect(attempt.isAtMinimum)
    let summary = try FitSummary(model, [attempt])
    #expect(!summary.isAtMinimum && summary.ending == sentence)
    let folder = try TemporaryFolder()
    try FitRecord(model, summary).write(to: folder.url.path)
    let text = try String(
      contentsOf: folder.url.appendingPathComponent("fit.json"), encoding: .utf8)
    #expect(text.contains("\"status\": \"stopped\"") && text.contains("falls without end"))
  }

  /// One of positive weight is avoided by itself.
  @Test func positiveWeightsKeepZerosAway() throws {
    let model = try model(weight: 1)
    #expect(try model.likelihood.vanishingIntensity(at: try zero(model)) == nil)
  }
}
