import CKernels
import Communication
import DataFiles
import Foundation
import Optimization
import PartialWaves

extension Benchmark {
  static let partialWaves = Benchmark(
    name: "partial-waves",
    summary: "the likelihood of six resonances, its derivatives, and fits from random starts"
  ) { settings, report in
    let benchmark = try PartialWavesBenchmark(settings: settings, report: report)
    for threads in settings.threads { try benchmark.measureTime(threads: threads) }
    if settings.threads.contains(where: { $0 > 1 }) { try benchmark.measureSpeedUp() }
    if settings.comparesPeers { benchmark.comparePeers() }
    try benchmark.measureStarts()
    try benchmark.measureMemory()
  }
}

/// The example "phi-kk": 59 free parameters, 10,000 events of data and 100,000 of integration.
private struct PartialWavesBenchmark {
  let settings: Settings
  let report: Report
  private let model: LoadedModel
  private let direction: [Double]

  private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let path =
    package.deletingLastPathComponent().path + "/Examples/phi-kk/model.json"

  init(settings: Settings, report: Report) throws {
    self.settings = settings
    self.report = report
    model = try ModelFile.read(Self.path).load(workers: .all)
    direction = model.file.parameters.start.map { 0.1 * $0 }
  }

  /// The likelihood over all events, and what a fit searches with.
  private func likelihoods(threads: Int) -> [(name: String, likelihood: Likelihood)] {
    var forms = [("all events", model.likelihood)]
    if let condensed = model.likelihood.condensed { forms.append(("condensed", condensed)) }
    return forms.map { name, likelihood in
      var likelihood = likelihood
      likelihood.workers = Workers(count: threads)
      return (name, likelihood)
    }
  }

  /// What is measured, by name.
  private func works(_ likelihood: Likelihood) -> [(name: String, run: () throws -> Void)] {
    let x = model.file.parameters.start
    return [
      ("nll", { _ = try likelihood.value(at: x) }),
      ("gradient", { _ = try likelihood.valueAndGradient(at: x) }),
      (
        "hvp",
        { _ = try likelihood.valueGradientAndProduct(at: x, direction: direction) }
      ),
    ]
  }

  func measureTime(threads: Int) throws {
    for (form, likelihood) in likelihoods(threads: threads) {
      report.heading("likelihood of \(likelihood.eventCount) events, \(form), \(threads) threads")
      let subject = Subject(name: form, threads: threads, particles: likelihood.eventCount)
      let x = model.file.parameters.start
      for (name, run) in works(likelihood) {
        try run()
        let spread = Spread(try (0..<4 * settings.runs).map { _ in try duration(of: run) })
        report.figure(name, spread.scaled(by: 1e3), "ms", of: subject)
        report.figure(
          name + ", per event", 1e9 * spread.min / Double(likelihood.eventCount), "ns", of: subject)
      }
      func gradient() throws -> Double {
        try duration { _ = try likelihood.valueAndGradient(at: x) }
      }
      func hessian() throws -> Double { try duration { _ = try likelihood.hessian(at: x) } }
      let pairs = try InterleavedPairs(count: settings.pairs, hessian, over: gradient)
      report.figure("full Hessian", pairs.first.scaled(by: 1e3), "ms", of: subject)
      report.ratio("full Hessian over gradient", pairs, of: subject)
    }
  }

  func measureSpeedUp() throws {
    report.heading("one thread over two")
    let (one, two) = (likelihoods(threads: 1)[0], likelihoods(threads: 2)[0])
    for (first, second) in zip(works(one.likelihood), works(two.likelihood)) {
      let pairs = try InterleavedPairs(
        count: 2 * settings.pairs, { try duration(of: first.run) },
        over: { try duration(of: second.run) })
      report.ratio(
        first.name, pairs,
        of: Subject(name: one.name, threads: 2, particles: one.likelihood.eventCount))
    }
  }

  // MARK: JAX

  func comparePeers() {
    for formulation in ["plain", "fast"] {
      report.heading("JAX, \(formulation) formulation: theirs over ours, on one processor")
      do {
        try comparePeer(formulation)
      } catch {
        report.note("JAX is not measured: \(error)")
      }
    }
  }

  private func comparePeer(_ formulation: String) throws {
    let processor = ck_pin_thread()
    defer { ck_unpin_thread() }
    let folder = FileManager.default.temporaryDirectory.path + "/partial-waves-\(UUID().uuidString)"
    try Folders.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let sample = folder + "/sample.npz"
    try writeSample(to: sample)
    let peer = try Peer(
      script: Self.package.path + "/peers/partial_waves_jax.py",
      [sample, "all", "\(max(processor, 0))", "--formulation", formulation], problem: "{}")
    defer { peer.stop() }
    report.note(peer.remark)
    for (form, likelihood) in likelihoods(threads: 1) {
      let value = try likelihood.value(at: model.file.parameters.start)
      report.note("−log L: ours, \(form), \(value), theirs \(peer.checks["nll"] ?? .nan)")
      for (name, run) in works(likelihood) {
        for theirs in ["array", "blocks"] {
          let pairs = try InterleavedPairs(
            count: settings.pairs,
            { try meanOfConsecutive { try peer.seconds("\(name)-\(theirs)") } },
            over: { try meanOfConsecutive { try duration(of: run) } })
          let subject = Subject(
            name: "\(formulation) \(theirs) over \(form)", particles: likelihood.eventCount)
          report.figure("\(name), theirs", pairs.first.scaled(by: 1e3), "ms", of: subject)
          report.figure("\(name), ours", pairs.second.scaled(by: 1e3), "ms", of: subject)
          report.ratio(name, pairs, of: subject)
        }
      }
    }
  }

  /// The mean of five runs in a row after one that is not counted, as a fit makes them: what another
  /// program has left in the caches is then forgotten.
  private func meanOfConsecutive(_ seconds: () throws -> Double) throws -> Double {
    _ = try seconds()
    return try (0..<5).reduce(0) { sum, _ in try sum + seconds() } / 5
  }

  /// Waves, squared masses and parameters in the order that the script has them.
  private func writeSample(to path: String) throws {
    let channel = model.channels[0].channel
    func arrays(_ sample: EventSample) throws -> (waves: NPYFile, masses: NPYFile) {
      let columns = sample.columns
      let all = try (0..<7 * 2).map { try sample.numbers(inColumn: columns.wave($0 / 2, $0 % 2)) }
      var values: [Double] = []
      for event in 0..<sample.count { for column in all { values.append(column[event]) } }
      // The first squared mass is the spectator's.
      return (
        NPYFile(shape: [sample.count, 7, 2], values: values),
        NPYFile(
          shape: [sample.count],
          values: try sample.numbers(inColumn: columns.mass(columns.masses - 1)))
      )
    }
    let (data, integration) = (try arrays(channel.data), try arrays(channel.integration))
    // The spectator's parameters are fixed, and folded into the waves.
    let set = model.file.parameters
    let places = set.parameters.indices.filter { !set.parameters[$0].name.hasPrefix("phi.") }
    let values = set.values(at: set.start)
    let free = places.indices.filter { set.free.contains(places[$0]) }
    try NPZFile.write(
      [
        "data_waves": data.waves, "data_s": data.masses, "integration_waves": integration.waves,
        "integration_s": integration.masses,
        "values": NPYFile(shape: [places.count], values: places.map { values[$0] }),
        "free": NPYFile(shape: [free.count], values: free.map { Double($0) }),
        "direction": NPYFile(shape: [direction.count], values: direction),
      ], to: path)
  }

  // MARK: Fits

  /// Fits from random starts by every method: how many end within 0.5 of the best value known.
  func measureStarts() throws {
    let methods: [(name: String, starts: Int)] =
      settings.isQuick
      ? [("newton", 10)]
      : [
        ("newton", 300), ("newton-cg", 30), ("newton-cg-linesearch", 30), ("l-bfgs", 30),
        ("bfgs", 30), ("migrad", 30),
      ]
    report.heading("fits from random starts, \(settings.threads.max() ?? 1) threads")
    var fit = ModelFit(model)
    var results: [(String, [FitAttempt])] = []
    for (name, starts) in methods {
      fit.settings.method = name
      fit.settings.starts = starts
      // The recipe of the paper, to which the figures are compared.
      fit.settings.start = .published
      fit.settings.timeLimit = 120
      var attempts: [FitAttempt] = []
      try fit.run(&attempts, onlyRandom: true)
      results.append((name, attempts))
    }
    let best = results.flatMap(\.1).compactMap(\.value).min() ?? 0
    for (name, attempts) in results {
      let found = attempts.filter { ($0.value ?? .infinity) < best + 0.5 }.count
      let subject = Subject(
        name: name, threads: settings.threads.max() ?? 1, particles: model.likelihood.eventCount)
      let count = Double(attempts.count)
      report.figure("starts", count, "", of: subject)
      report.figure("share at the best minimum", 100 * Double(found) / count, "%", of: subject)
      let evaluations = attempts.reduce(0) { $0 + $1.counts.evaluations }
      let seconds = attempts.reduce(0) { $0 + $1.seconds }
      report.figure("evaluations per start", Double(evaluations) / count, "", of: subject)
      report.figure("seconds per start", seconds / count, "s", of: subject)
      let share = Double(found) / count
      if share > 0, share < 1 {
        report.figure(
          "seconds to a chance of 99 %", seconds / count * (log(0.01) / log(1 - share)), "s",
          of: subject)
      }
    }
  }

  /// The most memory that 3,000,000 integration events take.
  func measureMemory() throws {
    guard !settings.isQuick else { return }
    report.heading("3,000,000 events of integration")
    for storage in [EventStorage.single, .double] {
      var file = try ModelFile.read(Self.path)
      file.storage = storage
      file.channels[0].integration = .phaseSpace(events: 3_000_000, seed: 2)
      let large = try file.load(workers: .all)
      let x = file.parameters.start
      let likelihood = large.likelihood
      let seconds = try duration { _ = try likelihood.valueAndGradient(at: x) }
      let product = try duration {
        _ = try likelihood.hessianVectorProduct(at: x, direction: direction)
      }
      let subject = Subject(
        name: "phi-kk", threads: likelihood.workers.count, precision: storage.rawValue,
        particles: 3_010_000)
      report.figure("gradient", seconds, "s", of: subject)
      report.figure("hvp", product, "s", of: subject)
      report.figure("resident at most", Double(PeakMemory.bytes) / 1e9, "GB", of: subject)
    }
  }
}
