import AutoDiff
import BeamDynamics
import CKernels
import Communication

extension Benchmark {
  static let elements = Benchmark(
    name: "elements", summary: "each kind of element and model by itself"
  ) { settings, report in
    report.heading("one thread; in the cache, and with memory")
    let asked = settings.kinds
    for kind in ElementCatalog.beamElements.kinds where asked.isEmpty || asked.contains(kind.kind) {
      // They do nothing to particles.
      if kind.kind == Marker.kind || kind.kind == Monitor.kind { continue }
      let cases = ElementCase.all.filter { type(of: $0.element) == kind }
      if cases.isEmpty { report.note("\(kind.kind): no case in ElementCase.swift") }
      for item in cases {
        for variant in item.variants {
          try variant.measure(Double.self, settings, report)
          try variant.measure(Float.self, settings, report)
        }
      }
    }
    if settings.comparesPeers {
      try ElementCase.comparePeers(particles: 51_200, copies: 100, report)
      try ElementCase.comparePeers(particles: 1_000_000, copies: 20, report)
    }
  }
}

extension ElementCase {
  /// ImpactX's elements in a row, where it has the kind, and ours, in turn: few particles stay in the
  /// processor's caches in both programs, many in ours only.
  fileprivate static func comparePeers(
    particles: Int, copies: Int, _ report: Report
  ) throws {
    report.heading(
      "ImpactX over ours, \(particles) particles through \(copies) of each, one thread of one "
        + "processor")
    let processor = ck_pin_thread()
    defer { ck_unpin_thread() }
    let peer: Peer
    do {
      peer = try Peer(
        "impactx-elements",
        problem: """
          {"kinetic_energy": \(HTUBeam.reference.kineticEnergy), "particles": \(particles), \
          "sigmas": \(Self.sigmas), "copies": \(copies)}
          """, processor: processor < 0 ? nil : Int(processor))
    } catch let failure as BenchmarkFailure {
      report.note("ImpactX is not measured: \(failure)")
      return
    }
    defer { peer.stop() }
    report.note("precision and build: \(peer.remark)")
    let perParticle = 1e9 / Double(particles * copies)
    var ratios: [Double] = []
    for item in all.flatMap(\.variants) where peer.cases.contains(item.name) {
      let ours = try item.run(Double.self, copies: copies, particles: particles)
      _ = try (peer.seconds(item.name), ours())
      let pairs = try InterleavedPairs(
        count: 5, { try peer.seconds(item.name) }, over: { try ours() })
      let subject = Subject(name: item.name, precision: "double", particles: particles)
      report.figure(
        "theirs, per particle", pairs.first.scaled(by: perParticle), "ns", of: subject)
      report.figure("ours, per particle", pairs.second.scaled(by: perParticle), "ns", of: subject)
      report.ratio("theirs over ours", pairs, of: subject)
      ratios.append(pairs.ratioOfBest)
    }
    if ratios.isEmpty { return }
    report.note(
      "\(ratios.count) elements: ratios of the best \(Spread(ratios).min) to \(Spread(ratios).max), "
        + "median \(Spread(ratios).median)")
  }

  private static let sigmas = [1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e-3]

  /// The time of tracking a fresh bunch through `copies` of this element.
  private func run<Word: ParticleWord>(
    _ word: Word.Type, copies: Int, particles: Int
  ) throws -> () throws -> Double {
    var options = TrackingOptions()
    options.moments = .none
    options.mergesLinearElements = false
    let tracker = Tracker(
      Beamline([any Element](repeating: element, count: copies)), options: options, workers: .one)
    let start = Bunch<Word>(
      gaussian: particles, sigmas: Self.sigmas, reference: HTUBeam.reference)
    return { [name] in
      var bunch = start.separateCopy()
      return try duration {
        let losses = try tracker.track(&bunch)
        if !losses.isEmpty { throw BenchmarkFailure("\(name): \(losses.count) particles are lost") }
      }
    }
  }
}

extension ElementCase {
  /// Measures this element in a line of a hundred, where a tile stays in the cache, and by itself,
  /// where each particle comes from main memory.
  fileprivate func measure<Word: ParticleWord>(
    _ word: Word.Type, _ settings: Settings, _ report: Report
  ) throws {
    func measure(_ figure: String, copies: Int, particles: Int) throws {
      let seconds = try run(word, copies: copies, particles: particles)
      let times = try (0..<settings.runs).map { _ in try seconds() }
      report.figure(
        figure, Spread(times).scaled(by: 1e9 / Double(particles * copies)), "ns",
        of: Subject(name: name, precision: Word.precisionName, particles: particles))
    }
    try measure("time per particle, in the cache", copies: 100, particles: 51_200)
    try measure("time per particle, with memory", copies: 1, particles: 1_000_000)
  }
}
