import AutoDiff
import BeamDynamics
import CKernels
import Communication

extension Benchmark {
  static let tracking = Benchmark(
    name: "tracking",
    summary: "the HTU beamline of 138 elements; the C kernel's and other programs' ratio"
  ) { settings, report in
    let benchmark = TrackingBenchmark(settings: settings, report: report)
    // First: the peak of memory only ever grows.
    if !settings.isQuick { try benchmark.measureMemory() }
    try benchmark.measureLimit()
    try benchmark.measureTime()
    try benchmark.measureThreads()
    try benchmark.measureMoments()
    if settings.comparesPeers { try PeerComparison(settings: settings, report: report).run() }
  }
}

private struct TrackingBenchmark {
  let settings: Settings
  let report: Report

  /// The chromatic quadrupoles of the HTU beamline, and nothing else.
  private var quadrupoles: [Quadrupole] {
    HTUBeamline.pieces.compactMap { $0.element.element as? Quadrupole }
  }

  /// Time for each particle and element, by number of particles, precision and threads.
  func measureTime() throws {
    report.heading("HTU, 138 elements, moments off")
    let counts = [10_000, 100_000, 1_000_000, 10_000_000]
    for threads in settings.threads {
      for count in settings.isQuick ? counts.dropLast() : counts[...] {
        try measureTime(of: Double.self, count, threads: threads)
        try measureTime(of: Float.self, count, threads: threads)
      }
    }
  }

  private func measureTime<Word: ParticleWord>(
    of word: Word.Type, _ count: Int, threads: Int
  ) throws {
    let run = Run<Word>(HTUBeamline.beamline, count, threads: threads)
    // Short runs are measured more often.
    let repetitions = settings.runs * (count <= 100_000 ? 5 : 1)
    let times = try (0..<repetitions).map { _ in try run.seconds() }
    report.figure(
      "time per particle and element",
      Spread(times).scaled(by: 1e9 / Double(count * HTUBeamline.beamline.count)), "ns",
      of: Subject(name: "htu", threads: threads, precision: Word.precisionName, particles: count))
  }

  /// A line of chromatic quadrupoles against the C kernel.
  func measureLimit() throws {
    report.heading(
      "chromatic quadrupoles against hand-vectorised C (\(ck_double_lanes()) doubles at once)")
    try checkAgreement(Double.self)
    try checkAgreement(Float.self)

    let line = quadrupoles
    let count = 1_000_000
    let tiles = count / CK_TILE_CAPACITY
    let ours = Run<Double>(Beamline(line), count, threads: 1)
    let oursInSingle = Run<Float>(Beamline(line), count, threads: 1)
    let limit = CKernel<Double>(line, ours.start)
    let limitInSingle = CKernel<Float>(line, oursInSingle.start)
    let singleLoop = CKernel<Double>(
      line, ours.start, ck_chromatic_quadrupole_double_single_loop)

    let perElement = 1e9 / Double(count * line.count)
    let perTiledElement = 1e9 / Double(tiles * CK_TILE_CAPACITY * line.count)
    func measure(
      _ name: String, _ precision: String, _ ours: () throws -> Double,
      over limit: () throws -> Double, _ limitName: String
    ) throws {
      let pairs = try InterleavedPairs(
        count: settings.pairs, { try ours() * perElement },
        over: { try limit() * perTiledElement })
      let subject = Subject(
        name: "chromatic-quadrupoles", precision: precision, particles: count)
      report.figure("time per particle and element", pairs.first, "ns", of: subject)
      report.figure(limitName, pairs.second, "ns", of: subject)
      report.ratio(name, pairs, of: subject)
    }
    try measure(
      "ratio to C in double", "double", ours.seconds, over: { try limit.secondsForTiles(tiles) },
      "C in double")
    try measure(
      "ratio to C in double", "float", oursInSingle.seconds,
      over: { try limit.secondsForTiles(tiles) }, "C in double")
    try measure(
      "ratio to C in single", "float", oursInSingle.seconds,
      over: { try limitInSingle.secondsForTiles(tiles) }, "C in single")
    try measure(
      "ratio to C in one loop", "double", ours.seconds,
      over: { try singleLoop.secondsForTiles(tiles) }, "C in one loop")
  }

  private func checkAgreement<Word: CKernelWord>(_ word: Word.Type) throws {
    let worst = try CKernel<Word>.disagreement(quadrupoles)
    report.note("the C kernel and the library agree to \(worst) in \(Word.precisionName)")
    guard worst <= Word.agreement else {
      throw BenchmarkFailure(
        "the C kernel and the library differ by \(worst) of the greatest coordinate in "
          + "\(Word.precisionName); \(Word.agreement) is allowed")
    }
  }

  /// All threads against one.
  func measureThreads() throws {
    let count = 1_000_000
    let one = Run<Double>(HTUBeamline.beamline, count, threads: 1)
    for threads in settings.threads where threads > 1 {
      report.heading("HTU, \(threads) threads against one")
      let many = Run<Double>(HTUBeamline.beamline, count, threads: threads)
      let pairs = try InterleavedPairs(count: settings.pairs, one.seconds, over: many.seconds)
      let subject = Subject(name: "htu", threads: threads, particles: count)
      report.figure("one thread", pairs.first, "s", of: subject)
      report.figure("\(threads) threads", pairs.second, "s", of: subject)
      report.ratio("speed-up", pairs, of: subject)
    }
  }

  /// What moments at each element cost.
  func measureMoments() throws {
    report.heading("HTU, moments at each of 138 elements")
    let count = 1_000_000
    let without = Run<Double>(HTUBeamline.beamline, count, threads: 1)
    let with = Run<Double>(HTUBeamline.beamline, count, threads: 1, moments: .element)
    let pairs = try InterleavedPairs(count: settings.pairs, with.seconds, over: without.seconds)
    let subject = Subject(name: "htu-moments", particles: count)
    report.figure("with moments", pairs.first, "s", of: subject)
    report.figure("without", pairs.second, "s", of: subject)
    report.figure("moments on top", pairs.ratio.shifted(by: -1).scaled(by: 100), "%", of: subject)
    report.figure("moments on top, of the best", 100 * (pairs.ratioOfBest - 1), "%", of: subject)
  }

  /// Peak memory of a run with moments at each element, beyond the bunch itself.
  func measureMemory() throws {
    report.heading("HTU, memory")
    let count = 10_000_000
    let before = PeakMemory.bytes
    var bunch = HTUBeam.bunch(count, Double.self)
    var options = TrackingOptions()
    options.moments = .element
    var observer = Onlooker()
    let threads = settings.threads.max() ?? 1
    let tracker = Tracker(
      HTUBeamline.beamline, options: options, workers: Workers(count: threads))
    try tracker.track(&bunch, observer: &observer)
    let own = 8 * MemoryLayout<Double>.size * count
    report.figure(
      "peak memory beyond the bunch", Double(PeakMemory.bytes - before - own) / Double(count),
      "bytes per particle",
      of: Subject(name: "htu-moments", threads: threads, particles: count))
  }
}

/// Tracks copies of one bunch.
struct Run<Word: ParticleWord> {
  let tracker: Tracker
  let start: Bunch<Word>

  init(_ beamline: Beamline, _ count: Int, threads: Int, moments: ObservationPlaces = .none) {
    var options = TrackingOptions()
    options.moments = moments
    tracker = Tracker(beamline, options: options, workers: Workers(count: threads))
    start = HTUBeam.bunch(count)
  }

  /// The time of tracking alone: the bunch is copied before.
  func seconds() throws -> Double {
    var bunch = start.separateCopy()
    var observer = Onlooker()
    return try duration { try tracker.track(&bunch, observer: &observer) }
  }
}

/// Sees the moments and does nothing with them.
struct Onlooker: TrackingObserver {
  mutating func record(_ observation: Observation, _ moments: Moments) {}
  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) {}
}
