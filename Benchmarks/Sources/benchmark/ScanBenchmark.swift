import BeamDynamics
import CKernels
import Communication
import Sensitivity

extension Benchmark {
  static let scan = Benchmark(
    name: "scan",
    summary: "many settings of few particles against one run of many; Cheetah's batch"
  ) { settings, report in
    let benchmark = ScanBenchmark(settings: settings, report: report)
    try benchmark.measureShared()
    if settings.comparesPeers { try benchmark.measurePeer() }
    try benchmark.measureOther()
  }
}

/// The HTU beamline with 1,000 settings of its first triplet and 1,000 particles each.
private struct ScanBenchmark {
  let settings: Settings
  let report: Report

  private static let settingCount = 1000
  private static let particles = 1000

  private var run: DesignRun {
    DesignRun(
      HTUBeamline.beamline, species: .electron,
      kineticEnergy: HTUBeam.reference.kineticEnergy,
      beam: .particles(HTUBeam.bunch(Self.particles)))
  }

  /// A scan that varies these numbers by up to a thousandth.
  private func scan(_ names: [String]) throws -> Scan {
    let run = run
    let variables = try names.map { try run.variable($0) }
    let ranges = variables.map {
      ScanRange.numbers(from: 0.999 * $0.value, to: 1.001 * $0.value)
    }
    return Scan(
      run, ScanVariables(DesignVariables(variables)),
      ScanSettings.points(.random, in: ranges, count: Self.settingCount, seed: 1).all)
  }

  /// The scan over one run of as many particles.
  func measureShared() throws {
    for threads in settings.threads {
      report.heading("HTU, 1,000 settings of 1,000 particles, \(threads) threads")
      try measure("triplet", ["PMQ1V.gradient", "PMQ2H.gradient", "PMQ3V.gradient"], threads)
    }
  }

  /// Scans that share less.
  func measureOther() throws {
    report.heading("HTU, other scans of 1,000 settings of 1,000 particles")
    try measure("energy", ["beam.kinetic_energy"], 1)
    try measure("bend", ["BEND1.angle"], 1)
  }

  private func measure(_ name: String, _ numbers: [String], _ threads: Int) throws {
    let workers = Workers(count: threads)
    let scan = try scan(numbers)
    let large = Run<Double>(
      HTUBeamline.beamline, Self.settingCount * Self.particles, threads: threads)
    let pairs = try InterleavedPairs(
      count: settings.pairs, large.seconds,
      over: { try duration { _ = try scan(workers: workers) } })
    let subject = Subject(name: "htu-\(name)", threads: threads, particles: Self.particles)
    report.figure("one run of 1e6", pairs.first, "s", of: subject)
    report.figure("1,000 settings of 1e3", pairs.second, "s", of: subject)
    report.ratio("particle rate over that of one run", pairs, of: subject)
  }

  /// Cheetah's vectorised mode, on one thread, in turn with ours.
  func measurePeer() throws {
    let processor = ck_pin_thread()
    defer { ck_unpin_thread() }
    var scan = try scan(["PMQ1V.gradient", "PMQ2H.gradient", "PMQ3V.gradient"])
    for precision in ["float32", "float64"] {
      let name = "cheetah-batch-" + precision
      report.heading("Cheetah's batch of the same settings, \(precision)")
      do {
        let peer = try Peer(
          name,
          problem: PeerComparison.problem(particles: Self.particles, settings: scan.settings),
          processor: processor < 0 ? nil : Int(processor))
        defer { peer.stop() }
        scan.isInSinglePrecision = precision == "float32"
        _ = try peer.seconds()
        let pairs = try InterleavedPairs(
          count: 3, { try peer.seconds() },
          over: { try duration { _ = try scan(workers: .one) } })
        let subject = Subject(
          name: "htu-" + name, precision: scan.isInSinglePrecision ? "float" : "double",
          particles: Self.particles)
        report.figure("theirs", pairs.first, "s", of: subject)
        report.figure("ours", pairs.second, "s", of: subject)
        report.ratio("theirs over ours", pairs, of: subject)
      } catch let failure as BenchmarkFailure {
        report.note("\(name) is not measured: \(failure)")
      }
    }
  }
}
