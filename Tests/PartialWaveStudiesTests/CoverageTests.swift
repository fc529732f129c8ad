import PartialWaves
import Testing

@testable import PartialWaveStudies

/// Pulls over many toys, by a short form of `Benchmarks/coverage`; events with weights are in
/// `WeightedErrorTests`.
@Suite("Pulls are what the theory of maximum likelihood promises") struct CoverageTests {
  enum Way: CaseIterable {
    case plain, extended, constrained

    var text: String {
      switch self {
      case .plain: CoverageTests.text()
      case .extended: CoverageTests.text(more: #""yield": {"value": 2000},"#)
      // The mass is held to ±1.3 MeV and the sum of fractions to ±0.008, each to half of what the
      // data tell: centres that were not drawn anew would leave pulls with widths of 0.44.
      case .constrained:
        CoverageTests.text(
          mass: #"{"value": 0.9, "pull": [0.9, 160]}"#,
          more: #""fraction_constraint": {"sum": 0.84, "strength": 4},"#)
      }
    }
  }

  /// D⁰ → K⁻π⁺π⁰ through two scalars in K⁻π⁺ that interfere: a fit in a hundredth of a second.
  private static func text(
    mass: String = #"{"value": 0.9}"#, width: String = #"{"value": 0.1}"#, more: String = ""
  ) -> String {
    """
    {"parent": {"name": "D0"}, "channels": {"c": {"formalism": "isobar",
      "final_state": ["K-", "pi+", "pi0"], "data": {"toy": 2000, "seed": 3},
      "integration": {"phase_space": 3000, "seed": 4}, "truth": {"phase_space": 2000, "seed": 5}, \(more)
      "resonances": {
        "k": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner", "mass": \(mass),
          "width": \(width), "coupling": {"re": 1, "im": 0}},
        "l": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner", "mass": 1.3, "width": 0.2,
          "coupling": {"re": {"value": 1.5}, "im": {"value": 1.0}}}}}}}
    """
  }

  private static func pulls(of toys: Int, _ text: String) throws -> [PullSummary] {
    var settings = ToyStudy.Settings()
    settings.toys = toys
    settings.origin = .integration
    let study = try ToyStudy(try ScalarModel.load(text), settings)
    var results: [ToyResult] = []
    try study.run(&results)
    for result in results { #expect(result.isConverged) }
    return study.pulls(results)
  }

  /// 2,000 events are many for seven numbers. Of 60 toys a mean is off by 4/√60 = 0.52, or a width by
  /// 4/√120 = 0.37, with a probability below 1e-4; what bias is left, some 0.2, fits in.
  @Test(arguments: Way.allCases) func pullsAreStandardNormal(_ way: Way) throws {
    let pulls = try Self.pulls(of: 60, way.text)
    #expect(pulls.count == (way == .extended ? 8 : 7))
    for pull in pulls {
      #expect(pull.pulls.count == 60)
      #expect(pull.pulls.mean.magnitude < 0.52, "\(pull.quantity.name)")
      #expect((pull.pulls.width - 1).magnitude < 0.37, "\(pull.quantity.name)")
      // 68.27 %, four times √(0.217/60) = 0.06.
      #expect((pull.coverage.value - 0.6827).magnitude < 0.24, "\(pull.quantity.name)")
    }
  }

  /// The least width is half an error below the truth. Φ(−½) = 31 % of the toys end there and have no error;
  /// pulls of the others are a normal distribution that is cut off at −½, with the mean m = φ(½)/Φ(½) = 0.509,
  /// the width √(1 − m/2 − m²) = 0.697 and a share of (Φ(1) − Φ(−½))/Φ(½) = 77.1 % within ±1.
  @Test func pullsNearAnEndOfTheRangeAreCutOff() throws {
    let plain = try FittedModel(try ScalarModel.load(Self.text()))
    let place = try #require(plain.model.file.parameters.freeNames.firstIndex(of: "k.width"))
    let least = 0.1 - 0.5 * (try #require(plain.error(place)))
    let toys = 100
    let pulls = try Self.pulls(of: toys, Self.text(width: #"{"value": 0.1, "min": \#(least)}"#))
    let width = try #require(pulls.first { $0.quantity.name == "k.width" })
    let n = Double(width.pulls.count)
    let atEnd = Proportion(successes: toys - width.pulls.count, of: toys)
    // Four statistical errors of each; that of a width is less than a normal distribution's.
    func isNear(_ found: Double, _ expected: Double, _ variance: Double) -> Bool {
      (found - expected).magnitude < 4 * variance.squareRoot()
    }
    #expect(isNear(atEnd.value, 0.309, 0.309 * 0.691 / Double(toys)))
    #expect(isNear(width.pulls.mean, 0.509, 0.697 * 0.697 / n))
    #expect(isNear(width.pulls.width, 0.697, 0.697 * 0.697 / (2 * n)))
    #expect(isNear(width.coverage.value, 0.771, 0.771 * 0.229 / n))
    // The others have errors always. Their means move with the width's, by its mean excess of
    // φ(½) − ½Φ(−½) = 0.20 errors times the correlation.
    for pull in pulls where pull.quantity.name != "k.width" {
      #expect(pull.pulls.count == toys)
      // 4/√100 and the 0.2.
      #expect(pull.pulls.mean.magnitude < 0.6, "\(pull.quantity.name)")
    }
  }
}
