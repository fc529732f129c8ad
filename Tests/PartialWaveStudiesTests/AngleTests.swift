import Foundation
import PartialWaves
import Testing

@testable import PartialWaveStudies

@Suite("Angles are compared modulo 2π") struct AngleTests {
  @Test func aTurnIsNoPull() {
    let quantity = ToyStudy.Quantity(name: "k.coupling.phase", unit: "rad", truth: 3.1)
    let estimates = [3.0, -3.1, 3.2 - 4 * .pi, 3.1].map {
      ToyResult.Estimate(value: $0, error: 0.1)
    }
    let summary = PullSummary(quantity, estimates)
    let differences = [-0.1, 2 * .pi - 6.2, 0.1, 0]
    // Remainders of a dozen rounded numbers.
    #expect((summary.pulls.mean - 10 * SampleMoments(differences).mean).magnitude < 1e-12)
    #expect((summary.pulls.width - 10 * SampleMoments(differences).width).magnitude < 1e-12)
    #expect((summary.values.mean - 3.1 - SampleMoments(differences).mean).magnitude < 1e-12)
    let length = ToyStudy.Quantity(name: "k.mass", unit: "GeV", truth: 3.1)
    #expect(PullSummary(length, estimates).pulls.mean < -10)
  }

  /// 12 toys with a phase next to π, each fitted from random starts too: widths of pulls are 1 ± 0.2, and
  /// a single turn would make them 2π/0.2.
  @Test func pullsOfPhasesAndMagnitudesAreThoseOfOneSolution() throws {
    let text = """
      {"parent": {"name": "D0"}, "channels": {"c": {
        "formalism": "isobar", "final_state": ["K-", "pi+", "pi0"],
        "data": {"toy": 200, "seed": 3}, "integration": {"phase_space": 800, "seed": 4},
        "resonances": {
          "rho": {"spin": 1, "pair": [2, 3], "lineshape": "gounaris-sakurai", "mass": 0.775, "width": 0.149,
            "coupling": {"magnitude": 1, "phase": 0}},
          "kst": {"spin": 1, "pair": [1, 2], "lineshape": "breit-wigner", "mass": 0.8955, "width": 0.047,
            "coupling": {"magnitude": {"value": 0.4}, "phase": {"value": 3.1}}}}}}}
      """
    let model = try ModelFile.parse(Array(text.utf8), path: "model.json").load(workers: .all)
    var settings = ToyStudy.Settings()
    settings.toys = 12
    settings.randomStarts = 1
    settings.origin = .integration
    let study = try ToyStudy(model, settings)
    var results: [ToyResult] = []
    try study.run(&results)
    for pull in study.pulls(results).prefix(2) {
      #expect(pull.pulls.width < 2.5, "\(pull.quantity.name)")
      #expect(pull.pulls.mean.magnitude < 1.5, "\(pull.quantity.name)")
    }
    #expect(
      results.allSatisfy { $0.estimates[0].value >= 0 && $0.estimates[1].value.magnitude <= .pi })
  }
}
