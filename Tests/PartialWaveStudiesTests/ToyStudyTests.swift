import Documents
import Foundation
import PartialWaves
import Support
import Testing

@testable import PartialWaveStudies

struct ToyStudyTests {
  /// 40 toys: a mean is off by 3.3/√40 = 0.52, a width by 3.3/√78 = 0.37 with a probability of 1e-3;
  /// for 7 quantities one of them would fail in 1.4 % of all seeds. This seed is fixed.
  @Test func pullsAreStandardNormal() throws {
    let model = try SmallModel.load()
    var settings = ToyStudy.Settings()
    settings.toys = 40
    settings.origin = .integration
    let study = try ToyStudy(model, settings)
    var results: [ToyResult] = []
    try study.run(&results)
    #expect(results.count { $0.isConverged && $0.hasErrors } == 40)
    var shares = (successes: 0, trials: 0)
    let pulls = study.pulls(results).filter { pull in
      [".mass", ".width", ".fraction"].contains { pull.quantity.name.hasSuffix($0) }
    }
    #expect(pulls.count == 7)
    for pull in pulls {
      #expect(pull.pulls.mean.magnitude < 0.52, "\(pull.quantity.name)")
      #expect((pull.pulls.width - 1).magnitude < 0.37, "\(pull.quantity.name)")
      shares.successes += pull.coverage.successes
      shares.trials += pull.coverage.trials
    }
    // 280 intervals of which 68.27 % cover; the quantities of one toy are not independent, so that
    // the error lies between √(0.217/280) = 0.03 and √(0.217/40) = 0.07: three of the latter.
    #expect((Double(shares.successes) / Double(shares.trials) - 0.6827).magnitude < 0.22)
    // 2 Δ(−log L) between truth and minimum is χ² of n degrees of freedom: the mean of 40 is n with
    // an error of √(2n/40); 3.3 of them.
    let doubled = results.map { 2 * ($0.valueAtTruth - $0.value) }
    #expect(doubled.allSatisfy { $0 > -1e-6 })
    let degrees = Double(study.model.file.parameters.free.count)
    let error = (2 * degrees / 40).squareRoot()
    #expect((SampleMoments(doubled).mean - degrees).magnitude < 3.3 * error)
  }

  @Test func aToyDependsOnItsNumberAlone() throws {
    let model = try SmallModel.load(events: 300)
    var settings = ToyStudy.Settings()
    settings.toys = 3
    let study = try ToyStudy(model, settings)
    var all: [ToyResult] = []
    try study.run(&all)
    let alone = try study.toy(2)
    #expect(alone.estimates == all[2].estimates)
    #expect(alone.value == all[2].value)
    #expect(all[0].value != all[1].value)
  }

  @Test func aStudyThatWasCutShortGoesOn() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "toys-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = try SmallModel.load(events: 300)
    var settings = ToyStudy.Settings()
    settings.toys = 1
    let first = try ToyStudy(model, settings)
    var results: [ToyResult] = []
    try first.run(&results) { _ in
    } finished: {
      try ToyJournal(folder.path, first).write($0)
    }
    settings.toys = 2
    let second = try ToyStudy(model, settings)
    var resumed = try ToyJournal(folder.path, second).read()
    #expect(resumed == results)
    try second.run(&resumed)
    #expect(resumed.map(\.index) == [0, 1])
    settings.seed = 2
    let other = try ToyJournal(folder.path, try ToyStudy(model, settings))
    #expect(other.read().isEmpty && other.isOfAnotherRun)
    try ToyRecord(second, resumed).write(to: folder.path)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["pulls.csv", "pulls.md", "toys-done.json", "toys.csv", "toys.json"])
  }

  /// Events that are drawn from the integration events, and events that fill phase space anew, have
  /// the same mean squared mass.
  @Test func bothOriginsGiveTheModelsDistribution() throws {
    let model = try SmallModel.load()
    let values = model.file.parameters.values(at: model.file.parameters.start)
    let means = try LoadedModel.EventOrigin.allCases.map { origin in
      let events = try model.drawEvents(4000, ofChannel: 0, at: values, from: origin, seed: 5)
      return SampleMoments((0..<events.count).map { events.squaredMass(of: [2, 3], event: $0) })
    }
    // The 5,000 integration events count as fewer after weighting, some 500: their error dominates.
    let variance: Double = 2 / 4000.0 + 1 / 500.0
    let error = means[0].width * variance.squareRoot()
    #expect((means[0].mean - means[1].mean).magnitude < 3.3 * error)
  }

  /// The number of events is drawn where it is fitted: pulls of the yield are then standard normal. 200
  /// numbers are enough without fits: mean and variance of a Poisson distribution.
  @Test func theNumberOfEventsFluctuatesWhereItIsFitted() throws {
    let model = try ScalarModel.load(ScalarModel.text(more: #""yield": {"value": 120},"#))
    func counts(_ settings: ToyStudy.Settings) throws -> [Double] {
      let study = try ToyStudy(model, settings)
      return try (0..<200).map { Double(try study.events(ofToy: $0)[0].events.count) }
    }
    var settings = ToyStudy.Settings()
    settings.origin = .integration
    let moments = SampleMoments(try counts(settings))
    #expect((moments.mean - 120).magnitude < 3.3 * (120.0 / 200).squareRoot())
    // σ² = 120 ± 120·√(2/200).
    #expect((moments.width * moments.width - 120).magnitude < 3.3 * 12)
    // Asked for another number, the truth of the yield is that number.
    settings.events = 50
    #expect((SampleMoments(try counts(settings)).mean - 50).magnitude < 3.3 * 0.5)
    let truth = try ToyStudy(model, settings).quantities.first { $0.name == "yield" }
    #expect(truth?.truth == 50)
    // Elsewhere it is that of the data.
    let plain = try ToyStudy(try ScalarModel.load(ScalarModel.text()), .init())
    #expect(try (0..<3).allSatisfy { try plain.events(ofToy: $0)[0].events.count == 300 })
  }

  /// What others measured would have come out differently too: centres spread by 1/√(2·N·strength).
  @Test func centresOfConstraintsAreDrawnAroundTheTruth() throws {
    let model = try ScalarModel.load(
      ScalarModel.text(
        mass: #"{"value": 0.9, "pull": [0.95, 10]}"#,
        more:
          #""truth": {"phase_space": 500, "seed": 5}, "fraction_constraint": {"sum": 1.3, "strength": 4},"#
      ))
    let study = try ToyStudy(model, .init())
    let toys = try (0..<100).map { try study.model(ofToy: $0).channels[0].channel }
    let centres = SampleMoments(toys.map { $0.pulls[0].centre })
    let sums = SampleMoments(toys.map { $0.fractionConstraint?.sum ?? .nan })
    let truth = try FitFractions(
      of: model.channels[0].channel, at: model.file.parameters.start, model.file.parameters
    ).sum.value
    for (moments, centre, strength) in [(centres, 0.9, 10.0), (sums, truth, 4)] {
      let width = 1 / (2 * 300 * strength).squareRoot()
      #expect((moments.mean - centre).magnitude < 3.3 * width / 10)
      #expect((moments.width / width - 1).magnitude < 3.3 / 200.0.squareRoot())
    }
    #expect(
      toys[0].pulls[0].centre == (try study.model(ofToy: 0)).channels[0].channel.pulls[0].centre)
  }

  /// A toy beside a background has events of it: half of the integral, half of the events.
  @Test func toysHaveTheBackgroundOfTheModel() throws {
    let folder = try TemporaryFolder()
    let plain = try ScalarModel.load(ScalarModel.text())
    try ScalarModel.write([(plain.channels[0].data, 1)], as: "data", in: folder)
    try ScalarModel.write([(plain.channels[0].integration, 1)], as: "mc", in: folder)
    let intensities = try plain.channels[0].channel.intensities(
      of: plain.channels[0].channel.integration,
      plain.file.parameters.values(at: plain.file.parameters.start))
    let strength = intensities.reduce(0, +) / Double(intensities.count)
    let text = ScalarModel.text(
      data: "\"data.csv\"", integration: "\"mc.csv\"",
      more: """
        "background": {"data": "data-numbers.csv", "integration": "mc-numbers.csv",
          "strength": {"value": \(strength)}},
        """)
    let model = try ScalarModel.load(text, in: folder)
    var settings = ToyStudy.Settings()
    settings.origin = .integration
    settings.events = 2000
    let study = try ToyStudy(model, settings)
    let drawn = try study.events(ofToy: 0)[0]
    #expect(drawn.background?.count == 2000)
    let peak = (0..<2000).count {
      (drawn.events.squaredMass(of: [0, 1], event: $0).squareRoot() - 0.9).magnitude < 0.05
    }
    let mixed =
      zip(intensities, 0..<intensities.count).filter { _, event in
        let mass = model.channels[0].integration.squaredMass(of: [0, 1], event: event)
        return (mass.squareRoot() - 0.9).magnitude < 0.05
      }.reduce(0) { $0 + $1.0 + strength } / (2 * strength * Double(intensities.count))
    #expect((Double(peak) / 2000 - mixed).magnitude < 3.3 * (mixed / 2000).squareRoot())
    let result = try study.toy(0)
    #expect(result.isConverged)
    let place = try #require(study.quantities.firstIndex { $0.name == "background.strength" })
    let estimate = result.estimates[place]
    #expect((estimate.value - strength).magnitude < 4 * (try #require(estimate.error)))
    // The density is not known all over phase space.
    settings.origin = .phaseSpace
    let error = #expect(throws: InvalidInput.self) { try ToyStudy(model, settings).toy(0) }
    #expect(error?.description.contains("draw events from integration") == true)
  }

  /// Only what is accepted is kept: a peak of 1e-4 of phase space is drawn from some millions of events in
  /// the memory of a few.
  @Test func narrowPeaksAreDrawn() throws {
    let model = try ScalarModel.load(ScalarModel.text(width: "0.001"))
    let events = try model.drawEvents(
      100, ofChannel: 0, at: model.file.parameters.values(at: model.file.parameters.start),
      from: .phaseSpace, seed: 3)
    let near = (0..<100).count {
      (events.squaredMass(of: [0, 1], event: $0).squareRoot() - 0.9).magnitude < 0.0005
    }
    // Half of a Breit–Wigner lies within its width.
    #expect((Double(near) / 100 - 0.5).magnitude < 3.3 * 0.05)
  }
}
