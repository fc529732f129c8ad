import Foundation
import PartialWaveStudies
import PartialWaves
import Testing

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
    #expect(resumed.map(\.number) == [0, 1])
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
}
