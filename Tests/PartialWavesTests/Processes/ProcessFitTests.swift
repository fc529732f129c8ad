import Communication
import DataFiles
import Optimization
import Support
import Testing

@testable import PartialWaves

@Suite("Fits and drawn events are the same in any number of processes") struct ProcessFitTests {
  private static let text = SmallModel.text([
    SmallModel.channel(
      sources: """
        "data": {"phase_space": 2100, "seed": 1}, "integration": {"phase_space": 4500, "seed": 2}
        """)
  ])

  /// The same model with a file of data that it drew: a fit has few iterations.
  private static func folder() throws -> ModelFolder {
    let folder = try ModelFolder(
      text.replacing("{\"phase_space\": 2100, \"seed\": 1}", with: "\"data.npy\""))
    let file = try SmallModel.read(text)
    let values = file.parameters.values(at: file.parameters.start)
    try file.load(workers: .one).drawEvents(
      2100, ofChannel: 0, at: values, from: .integration, seed: 3
    ).write(to: folder.files.file("data.npy"))
    return folder
  }

  private static let arrangements = [
    ProcessCase.Arrangement(processes: 1, threads: 3), .init(processes: 2, threads: 1),
    .init(processes: 3, threads: 2),
  ]

  /// Starts, minima, errors and fractions; all but the times.
  @Sendable private static func summary(_ model: LoadedModel, _ attempts: [FitAttempt]) throws
    -> [Double]
  {
    let summary = try FitSummary(model, attempts)
    #expect(summary.isAtMinimum && summary.covariance != nil)
    let record = try FractionRecord(model, at: summary.point, summary.covariance, draws: 2)
    return attempts.flatMap { $0.point + [$0.value ?? .nan, Double($0.counts.evaluations)] }
      + [summary.value] + summary.point + (summary.covariance?.matrix.entries ?? [])
      + summary.minima.flatMap { [$0.value, Double($0.attempts.count)] }
      + record.channels.flatMap { $0.fractions.map(\.value) }
      + (record.drawn ?? []).flatMap { $0.deviations + [$0.sumDeviation] }
  }

  @Test func fitsOfSharedEvents() throws {
    let folder = try Self.folder()
    var file = try folder.read()
    file.fit.starts = 2
    file.fit.evaluations = 15
    try ProcessCase.expectSame(Self.arrangements) { [file] workers in
      let model = try file.load(workers: workers)
      var attempts: [FitAttempt] = []
      try ModelFit(model).run(&attempts)
      return try Self.summary(model, attempts)
    }
  }

  /// Each process has all events; three starts are more than two processes have at a time.
  @Test func startsThatAreSharedOutWhole() throws {
    let folder = try Self.folder()
    var file = try folder.read()
    file.fit.starts = 3
    file.fit.evaluations = 15
    try ProcessCase.expectSame([.init(processes: 2, threads: 1), .init(processes: 4, threads: 1)]) {
      [file] workers in
      let model = try file.load(workers: workers.alone)
      #expect(model.channels[0].data.count == 2100)
      var attempts: [FitAttempt] = []
      var counts: [Int] = []
      try ModelFit(model).run(
        &attempts, sharedOutOver: workers.communicator, finished: { counts.append($0.count) })
      #expect(counts == [1, 2, 3])
      #expect(attempts.map(\.index) == [0, 1, 2])
      return try Self.summary(model, attempts)
    }
  }

  /// The bits of all processes differ after the first iteration of one of them.
  @Test func processesThatDifferAreNoticed() throws {
    let file = try SmallModel.read(Self.text)
    #expect(throws: ProcessesDiffer("the parameters of the fit")) {
      try ProcessCase.results(.init(processes: 2, threads: 1)) { workers in
        let model = try file.load(workers: workers)
        var start = file.parameters.start
        if workers.communicator.rank == 1 { start[0] = start[0].nextUp }
        return try ModelFit(model).attempt(0, from: start)
      }
    }
  }

  @Test(arguments: LoadedModel.EventOrigin.allCases)
  func drawnEventsAreTheSame(_ origin: LoadedModel.EventOrigin) throws {
    let file = try SmallModel.read(Self.text)
    @Sendable func draw(_ workers: Workers) throws -> EventTable {
      let model = try file.load(workers: workers)
      return try model.drawEvents(
        2500, ofChannel: 0, at: file.parameters.values(at: file.parameters.start), from: origin,
        seed: 4)
    }
    let alone = try draw(.one)
    for arrangement in Self.arrangements {
      let drawn = try ProcessCase.results(arrangement, draw)
      #expect(ProcessCase.joined(drawn) == alone)
      #expect(drawn.map(\.share.total) == drawn.map { _ in 2500 })
    }
  }

  @Test func weightedEventsAreTheSame() throws {
    let file = try SmallModel.read(Self.text)
    @Sendable func draw(_ workers: Workers) throws -> [Double] {
      try file.load(workers: workers).drawWeightedEvents(
        2500, ofChannel: 0, at: file.parameters.values(at: file.parameters.start), seed: 4
      ).weights
    }
    let alone = try draw(.one)
    for arrangement in Self.arrangements {
      let drawn = try ProcessCase.results(arrangement, draw)
      #expect(drawn.flatMap(\.self) == alone)
    }
  }
}
