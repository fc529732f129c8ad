import BeamDynamics
import Communication
import Foundation
import LatticeFiles

extension Benchmark {
  static let files = Benchmark(
    name: "files", summary: "particles to and from tables and NumPy's arrays"
  ) { settings, report in
    let benchmark = FilesBenchmark(settings: settings, report: report)
    for threads in settings.threads {
      report.heading("10⁶ particles, \(threads) \(threads == 1 ? "thread" : "threads")")
      for ending in ["csv", "npy"] { try benchmark.measure(ending, threads: threads) }
    }
  }
}

private struct FilesBenchmark {
  let settings: Settings
  let report: Report
  private let bunch: Bunch<Double> = HTUBeam.bunch(1_000_000)

  init(settings: Settings, report: Report) {
    self.settings = settings
    self.report = report
  }

  /// Files go to the folder of temporary files: what is measured includes that disk, if it is one.
  func measure(_ ending: String, threads: Int) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("benchmark-\(UUID().uuidString).\(ending)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let workers = Workers(count: threads)
    let writing = try (0..<settings.runs).map { _ in
      try duration { try bunch.write(to: path, workers: workers) }
    }
    let reading = try (0..<settings.runs).map { _ in
      try duration {
        let read = try Bunch<Double>(
          contentsOf: path, reference: HTUBeam.reference, workers: workers)
        guard read.count == bunch.count, read[1] == bunch[1] else {
          throw BenchmarkFailure("\(path) is not the bunch that was written")
        }
      }
    }
    let subject = Subject(name: ending, threads: threads, particles: bunch.count)
    for (name, times) in [("written", writing), ("read", reading)] {
      report.figure(name, Spread(times), "s", of: subject)
      report.figure(
        name + ", per particle", Spread(times).scaled(by: 1e9 / Double(bunch.count)), "ns",
        of: subject)
    }
  }
}
