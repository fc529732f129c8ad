import AutoDiff
import BeamDynamics
import Communication

extension Benchmark {
  static let elements = Benchmark(
    name: "elements", summary: "each kind of element and model by itself"
  ) { settings, report in
    report.heading("one thread; in the cache, and with memory")
    for kind in ElementCatalog.beamElements.kinds {
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
  }
}

extension ElementCase {
  /// Measures this element in a line of a hundred, where a tile stays in the cache, and by itself,
  /// where each particle comes from main memory.
  fileprivate func measure<Word: ParticleWord>(
    _ word: Word.Type, _ settings: Settings, _ report: Report
  ) throws {
    func measure(_ figure: String, copies: Int, particles: Int) throws {
      var options = TrackingOptions()
      options.moments = .none
      options.mergesLinearElements = false
      let tracker = Tracker(
        Beamline([any Element](repeating: element, count: copies)), options: options, workers: .one)
      let start = Bunch<Word>(
        gaussian: particles, sigmas: [1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e-3],
        reference: HTUBeam.reference)
      let times = try (0..<settings.runs).map { _ in
        var bunch = start.separateCopy()
        return try duration {
          let losses = try tracker.track(&bunch)
          if !losses.isEmpty {
            throw BenchmarkFailure("\(name): \(losses.count) particles are lost")
          }
        }
      }
      report.figure(
        figure, Spread(times).scaled(by: 1e9 / Double(particles * copies)), "ns",
        of: Subject(name: name, precision: Word.precisionName, particles: particles))
    }
    try measure("time per particle, in the cache", copies: 100, particles: 51_200)
    try measure("time per particle, with memory", copies: 1, particles: 1_000_000)
  }
}
