import ArgumentParser
import BeamDynamics
import Foundation

extension Benchmark {
  static let processes = Benchmark(
    name: "processes",
    summary: "two processes of one thread, and one of two, over one of one: times, bytes, memory"
  ) { settings, report in
    try ProcessesBenchmark(settings: settings, report: report).measure()
  }
}

/// What is shared out over processes.
enum ProcessWork: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// The HTU beamline.
  case tracking
  /// A kick on a mesh.
  case kick
  /// A gradient through ten kicks.
  case gradient
  /// The likelihood of six resonances, with its gradient.
  case likelihood
}

/// Starts processes by `mpirun`, which wait, do their work when they are told to, and say how long it took.
private struct ProcessesBenchmark {
  let settings: Settings
  let report: Report

  func measure() throws {
    let particles = settings.isQuick ? 200_000 : 1_000_000
    for work in ProcessWork.allCases {
      report.heading("\(work), \(particles) particles or events")
      try measure(work, particles, name: "\(work)")
    }
    report.heading("as many particles or events for each process")
    for work in ProcessWork.allCases {
      try measureWeak(work, particles / 2)
    }
  }

  /// Starts processes.
  private func start(
    _ work: ProcessWork, _ particles: Int, processes: Int, threads: Int
  ) throws -> Peer {
    let program = CommandLine.arguments[0]
    let own = [program, "--worker", work.rawValue]
    // One process needs no launcher. Several are bound to processors, so that they do not change places.
    let launcher =
      processes == 1
      ? []
      : [
        "mpirun", "-n", "\(processes)", "--allow-run-as-root", "--oversubscribe", "--bind-to",
        threads == 1 ? "core" : "none",
      ]
    let cells = settings.isQuick ? 64 : 128
    return try Peer(
      command: launcher + own,
      problem: "\(particles) \(cells) \(threads)", hint: "is mpirun there?")
  }

  private func measure(_ work: ProcessWork, _ particles: Int, name: String) throws {
    let one = try start(work, particles, processes: 1, threads: 1)
    defer { one.stop() }
    _ = try one.seconds()
    for (processes, threads) in [(2, 1), (1, 2)] {
      let several = try start(work, particles, processes: processes, threads: threads)
      defer { several.stop() }
      var last = try several.numbers("go")
      let pairs = try InterleavedPairs(
        count: settings.pairs, { try one.seconds() },
        over: {
          last = try several.numbers("go")
          return last["seconds"] ?? .nan
        })
      let subject = Subject(name: name, threads: processes * threads, particles: particles)
      let what = processes == 1 ? "two threads" : "two processes"
      report.figure("one process", pairs.first.scaled(by: 1e3), "ms", of: subject)
      report.figure(what, pairs.second.scaled(by: 1e3), "ms", of: subject)
      report.ratio("one process over \(what)", pairs, of: subject)
      if processes > 1 { tell(last, subject) }
    }
  }

  private func tell(_ numbers: [String: Double], _ subject: Subject) {
    for (name, title, scale, unit) in [
      ("bytes", "sent by each process", 1e-6, "MB"),
      ("kick", "of that in the kick", 1e-6, "MB"),
      ("formula", "the kick by the formula", 1e-6, "MB"),
      ("messages", "messages of each process", 1, ""),
      ("resident", "resident in each process, at most", 1e-6, "MB"),
    ] {
      guard let value = numbers[name] else { continue }
      report.figure(title, value * scale, unit, of: subject)
    }
    if let bytes = numbers["kick"], let formula = numbers["formula"], bytes != formula {
      report.note("the bytes counted and those of the formula differ by \(Int(bytes - formula))")
    }
  }

  /// The time of one process with some particles over that of two with as many each: 1 at best.
  private func measureWeak(_ work: ProcessWork, _ particles: Int) throws {
    let one = try start(work, particles, processes: 1, threads: 1)
    defer { one.stop() }
    let two = try start(work, 2 * particles, processes: 2, threads: 1)
    defer { two.stop() }
    _ = try (one.seconds(), two.seconds())
    let pairs = try InterleavedPairs(
      count: settings.pairs, { try one.seconds() }, over: { try two.seconds() })
    report.ratio(
      "one process over two with twice as many", pairs,
      of: Subject(name: "\(work)", threads: 2, particles: particles))
  }
}
