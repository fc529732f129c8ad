import Documents
import Foundation
import PartialWaveStudies
import PartialWaves
import RandomNumbers
import Support
import Testing

struct YieldTests {
  /// Events that are kept with probability 0.4 (1 + x) of a density I = 1 + x on (0, 1):
  /// ε = 0.4 ∫(1 + x)²/∫(1 + x) = 0.4·(7/3)/(3/2).
  @Test func efficiencyIsTheMeanOverTheModelsDistribution() {
    var random = PhiloxGenerator(seed: 1)
    var intensities: [Double] = []
    for _ in 0..<40_000 { intensities.append(1 + random.nextUniform()) }
    var selected: [Double] = []
    for intensity in intensities.prefix(20_000) where random.nextUniform() < 0.4 * intensity {
      selected.append(intensity)
    }
    let truth = Array(intensities.suffix(20_000))
    let efficiency = Efficiency(selected: selected, generated: 20_000, truth: truth).value
    #expect((efficiency.value - 0.4 * 14 / 9).magnitude < 3.3 * efficiency.error)
    // σ of the selected sum: √(⟨I² p⟩ − ε₀²)/√n with n = 20,000, about 1 %.
    #expect(efficiency.relativeError > 0.004 && efficiency.relativeError < 0.012)
  }

  @Test func aBranchingFractionAddsRelativeErrorsInSquares() {
    let branching = BranchingFraction(
      yield: Measured(1000, error: 40), parents: Measured(1e8, error: 3e6),
      efficiency: Measured(0.2, error: 0.002), daughters: [Measured(0.5, error: 0.01)])
    #expect((branching.value.value / 1e-4 - 1).magnitude < 1e-14)
    let squares: [Double] = [0.04 * 0.04, 0.03 * 0.03, 0.01 * 0.01, 0.02 * 0.02]
    let expected = squares.reduce(0, +).squareRoot()
    #expect((branching.value.relativeError / expected - 1).magnitude < 1e-14)
  }

  @Test func yieldsAreFractionsOfTheData() throws {
    let fitted = try FittedModel(try SmallModel.load(truth: true))
    let yields = try ComponentYield.all(fitted, channel: 0).resonances
    #expect(yields.map(\.name) == ["f0_1710", "f2_2340"])
    for yield in yields {
      #expect(yield.events.value > 0 && yield.events.value < 1000)
      #expect(yield.events.error > 0)
    }
    let efficiency = try Efficiency(
      of: fitted.model.channels[0], at: fitted.values, generated: 5000)
    // All events were kept: 1 within the errors of both samples.
    let value = try #require(efficiency?.value)
    #expect((value.value - 1).magnitude < 3.3 * value.error)
  }

  /// Everything of a channel together: events over parents, efficiency and daughters.
  @Test func branchingFractionsFollowFromYields() throws {
    let fitted = try FittedModel(try SmallModel.load(truth: true))
    var experiment = ChannelYields.Experiment()
    experiment.generated = 5000
    experiment.parents = Measured(1e6, error: 1e4)
    experiment.daughters = [Measured(0.5, error: 0)]
    let yields = try ChannelYields(of: fitted, channel: 0, experiment)
    let efficiency = try #require(yields.efficiency)
    let branching = try #require(yields.branching)
    for (component, fraction) in zip(yields.components, branching) {
      let produced = try #require(component.produced)
      #expect((fraction.value.value / (produced.value / (1e6 * 0.5)) - 1).magnitude < 1e-12)
      #expect(fraction.value.relativeError > produced.relativeError)
      // All events were kept: seen and produced differ by the statistics of both samples.
      #expect(
        (produced.value / component.events.value / (1 / efficiency.value) - 1).magnitude < 0.1)
    }
    let record = [yields].record(of: fitted)
    #expect(record.table.rows.count == 3)
    #expect(record.text.pretty.contains("\"branching_fraction\""))
    // Without truth events there is no efficiency to be had.
    let without = try FittedModel(try SmallModel.load(truth: false))
    #expect(throws: InvalidInput.self) {
      try ChannelYields(of: without, channel: 0, experiment)
    }
    #expect(try ChannelYields(of: without, channel: 0).branching == nil)
  }

  /// Weights of truth events that are all alike say nothing; those that are not are a distribution.
  @Test func truthWeightsAreAMean() {
    let truth = [1.0, 2, 3, 4]
    func efficiency(_ weights: [Double]?) -> Measured {
      Efficiency(selected: [2, 3], generated: 4, truth: truth, truthWeights: weights).value
    }
    #expect((efficiency([2, 2, 2, 2]).value / efficiency(nil).value - 1).magnitude < 1e-14)
    #expect((efficiency([2, 2, 2, 2]).error / efficiency(nil).error - 1).magnitude < 1e-14)
    #expect((efficiency([1, 0, 0, 1]).value - 0.5).magnitude < 1e-14)
  }

  /// 60 % background that fills phase space evenly, and an efficiency of ½ where the resonance is not: what is
  /// seen, what was produced and the efficiency against the sums that they are.
  @Test func yieldsBesideABackgroundCountTheSignal() throws {
    let folder = try TemporaryFolder()
    let plain = try ScalarModel.load(ScalarModel.text())
    let all = plain.channels[0].integration
    func isKept(_ event: Int) -> Bool {
      event % 2 == 0 || all.squaredMass(of: [0, 1], event: event) < 1
    }
    let kept = all.selecting((0..<all.count).filter(isKept))
    try ScalarModel.write([(kept, 1)], as: "mc", in: folder)
    try ScalarModel.write([(all, 1)], as: "truth", in: folder)
    try ScalarModel.write(
      [(plain.channels[0].data, 1), (kept.selecting(Array(0..<450)), 1)], as: "data", in: folder)
    let model = try ScalarModel.load(
      ScalarModel.text(
        data: "\"data.csv\"", integration: "\"mc.csv\"",
        more: """
          "truth": "truth.csv", "generated": 1500,
          "background": {"data": "data-numbers.csv", "integration": "mc-numbers.csv",
            "strength": {"value": 5}},
          """), in: folder)
    let fitted = try FittedModel(model)
    let yields = try ChannelYields(of: fitted, channel: 0)
    let values = fitted.values
    let channel = fitted.model.channels[0].channel
    let signal = try channel.intensities(of: channel.integration, values, resonances: [0])
    let both = try channel.intensities(of: channel.integration, values)
    let truth = try channel.intensities(of: try #require(channel.truth), values, resonances: [0])
    func sum(_ numbers: [Double]) -> Double { numbers.reduce(0, +) }
    let events = 750 * sum(signal) / sum(both)
    #expect((yields.signal.events.value / events - 1).magnitude < 1e-12)
    #expect(yields.components[0].events == yields.signal.events)
    #expect((events - 300).magnitude < 4 * yields.signal.events.error)
    let efficiency = (sum(signal) / 1500) / (sum(truth) / 1500)
    #expect((try #require(yields.efficiency).value / efficiency - 1).magnitude < 1e-12)
    let produced = try #require(yields.components[0].produced)
    #expect((produced.value / (events / efficiency) - 1).magnitude < 1e-12)
    let background = try #require(yields.background)
    #expect((background.events.value + events - 750).magnitude < 1e-9)
    #expect((background.fraction.value - (750 - events) / 750).magnitude < 1e-12)
    #expect(background.fraction.error > 0.005 && background.fraction.error < 0.1)
    // More than there were cannot have been kept.
    var experiment = ChannelYields.Experiment()
    experiment.generated = kept.count - 1
    let error = #expect(throws: InvalidInput.self) {
      try ChannelYields(of: fitted, channel: 0, experiment)
    }
    #expect(error?.description.contains("cannot have been kept") == true)
  }
}
