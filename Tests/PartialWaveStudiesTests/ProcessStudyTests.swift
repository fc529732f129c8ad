import Communication
import PartialWaves
import Testing

@testable import PartialWaveStudies

@Suite("Studies are the same in any number of processes") struct ProcessStudyTests {
  private static func load(_ workers: Workers) throws -> LoadedModel {
    try SmallModel.file(truth: true, events: 300).load(workers: workers)
  }

  /// Processes and threads. Three processes have more than there are pieces of data.
  private static let arrangements = [(1, 2), (2, 1), (3, 2)]

  private func expectSame<Value: Sendable & Equatable>(
    _ body: @escaping @Sendable (Workers) throws -> Value
  ) throws {
    let alone = try body(.one)
    for (processes, threads) in Self.arrangements {
      let found = try ThreadedProcesses.run(processes) {
        try body(Workers(count: threads, communicator: $0))
      }
      #expect(found == Array(repeating: alone, count: processes), "\(processes) × \(threads)")
    }
  }

  /// All but the time.
  @Sendable private static func numbers(_ results: [ToyResult]) -> [Double] {
    results.flatMap { result in
      [Double(result.index), result.value, result.valueAtTruth, result.isConverged ? 1 : 0]
        + result.estimates.flatMap { [$0.value, $0.error ?? -1] }
    }
  }

  @Test(arguments: LoadedModel.EventOrigin.allCases)
  func toysOfSharedEvents(_ origin: LoadedModel.EventOrigin) throws {
    try expectSame { workers in
      var settings = ToyStudy.Settings()
      settings.toys = 1
      settings.origin = origin
      var results: [ToyResult] = []
      try ToyStudy(Self.load(workers), settings).run(&results)
      return Self.numbers(results)
    }
  }

  @Test func toysThatAreSharedOutWhole() throws {
    try expectSame { workers in
      var settings = ToyStudy.Settings()
      settings.toys = 3
      settings.origin = .integration
      var results: [ToyResult] = []
      var counts: [Int] = []
      try ToyStudy(Self.load(workers.alone), settings).run(
        &results, sharedOutOver: workers.communicator, finished: { counts.append($0.count) })
      #expect(counts == [1, 2, 3])
      return Self.numbers(results)
    }
  }

  @Test func profilesYieldsAndGoodness() throws {
    try expectSame { workers in
      let fitted = try FittedModel(Self.load(workers))
      var experiment = ChannelYields.Experiment()
      experiment.generated = 20_000
      let yields = try ChannelYields(of: fitted, channel: 0, experiment)
      var settings = GoodnessOfFit.Settings()
      settings.permutations = 20
      settings.modelEvents = 2
      settings.origin = .integration
      let goodness = try GoodnessOfFit(fitted, channel: 0, settings)
      let profile = try ProfileScan(of: fitted, free: 0)
      return [
        "\(yields)", "\(goodness.chiSquare)", "\(goodness.mixedSample)", "\(profile.points)",
        "\(profile.lower)", "\(profile.upper)",
      ]
    }
  }
}
