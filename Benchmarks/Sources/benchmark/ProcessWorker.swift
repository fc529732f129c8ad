import BeamDynamics
import CollectiveEffects
import Communication
import Foundation
import MessagePassing
import PartialWaves
import Sensitivity

/// One of the processes that the benchmark of processes starts: the first reads what to do from its input, line by
/// line, and writes the seconds to its output.
struct ProcessWorker {
  private let work: ProcessWork
  private let communicator: any Communicator
  private let joined: (any JoinedProcesses)?

  /// Joins the other processes, if a launcher has started some.
  init(_ work: ProcessWork) throws {
    self.work = work
    let isLaunched = ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_SIZE"] != nil
    joined = isLaunched ? try MPI()?.join { false } : nil
    if isLaunched, joined == nil { throw BenchmarkFailure("this program was built without MPI") }
    communicator = joined ?? SingleProcess()
  }

  func run() throws {
    let first = try line()
    let numbers = first.split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 3 else { throw BenchmarkFailure("three numbers are expected") }
    let workers = Workers(count: numbers[2], communicator: communicator)
    let task = try task(particles: numbers[0], cells: numbers[1], workers)
    answer("{\"ready\": \"\(work)\"}")
    while try !line().isEmpty {
      let prepared = try task.prepare()
      try communicator.barrier()
      let before = communicator.traffic
      let seconds = try duration {
        try prepared()
        // Sends nothing that counts.
        try communicator.barrier()
      }
      let sent = communicator.traffic - before
      let count = Double(task.count)
      var numbers = [
        ("seconds", seconds / count), ("bytes", Double(sent.bytes) / count),
        ("messages", Double(sent.messages) / count), ("resident", Double(PeakMemory.bytes)),
      ]
      if let traffic = task.kickTraffic() {
        numbers += [
          ("kick", Double(traffic.sent) / count), ("formula", Double(traffic.formula) / count),
        ]
      }
      // The greatest of all processes; of what is sent the mean.
      let all = try communicator.allGather(values: numbers.map(\.1))
      let texts = numbers.indices.map { i -> String in
        let values = all.map { $0[i] }
        let isSum = ["bytes", "kick", "formula", "messages"].contains(numbers[i].0)
        let value =
          isSum ? values.reduce(0, +) / Double(values.count) : values.reduce(0, max)
        return "\"\(numbers[i].0)\": \(value)"
      }
      answer("{" + texts.joined(separator: ", ") + "}")
    }
    joined?.leave()
  }

  /// The next line of the first process's input; empty at its end.
  private func line() throws -> String {
    try communicator.broadcast(value: communicator.isFirst ? readLine() ?? "" : "")
  }

  private func answer(_ text: String) {
    guard communicator.isFirst else { return }
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }

  /// What is measured: `prepare` makes what the work needs.
  private struct Task {
    var prepare: () throws -> (() throws -> Void)
    /// What the kicks of the last work sent, and had to send.
    var kickTraffic: () -> (sent: Int, formula: Int)? = { nil }
    /// How many of what is measured, kicks for example, the work makes one after the other.
    var count = 1

    init(
      prepare: @escaping () throws -> (() throws -> Void),
      kickTraffic: @escaping () -> (sent: Int, formula: Int)? = { nil }, count: Int = 1
    ) {
      self.prepare = prepare
      self.kickTraffic = kickTraffic
      self.count = count
    }
  }

  private func task(particles: Int, cells: Int, _ workers: Workers) throws -> Task {
    switch work {
    case .tracking: try trackingTask(particles, workers)
    case .kick: try kickTask(particles, cells, workers)
    case .gradient: try gradientTask(particles, cells, workers)
    case .likelihood: try likelihoodTask(particles, workers)
    }
  }

  /// A bunch with these sizes, of which each process draws its share.
  private func beam(_ sigmas: [Double], _ particles: Int, charge: Double) throws -> InitialBeam {
    var shape = BeamShapeDescription(.sigma)
    for (plane, name) in zip(0..<3, ["x", "y", "t"]) {
      shape["sigma_" + name] = sigmas[2 * plane]
      shape["sigma_p" + name] = sigmas[2 * plane + 1]
    }
    return try InitialBeam(
      GaussianDistribution(), describedBy: shape, particles: particles, charge: charge)
  }

  private func trackingTask(_ particles: Int, _ workers: Workers) throws -> Task {
    let start = try Bunch<Double>(
      beam(HTUBeam.sigmas, particles, charge: 1e-12), reference: HTUBeam.reference,
      workers: workers)
    let tracker = Tracker(HTUBeamline.beamline, workers: workers)
    return Task(prepare: {
      var bunch = start.separateCopy()
      return { try tracker.track(&bunch) }
    })
  }

  private func meshOptions(_ cells: Int) -> SpaceChargeOptions {
    var options = SpaceChargeOptions()
    options.cells = [cells, cells, cells]
    options.shape = .linear
    return options
  }

  private func kickTask(_ particles: Int, _ cells: Int, _ workers: Workers) throws -> Task {
    let start = try Bunch<Double>(
      beam(SpaceChargeBenchmark.sigmas, particles, charge: 1e-9),
      reference: SpaceChargeBenchmark.reference, workers: workers)
    // Some kicks in a row, as in a run, which makes its meshes once; between them the bunch changes its shape.
    let count = 5
    let cell: [any Element] = [
      SpaceChargeKick(length: SpaceChargeBenchmark.length), Drift(length: 0.05, model: .linear),
    ]
    let line = Beamline((0..<count).flatMap { _ in cell })
    var options = TrackingOptions()
    options.effects = [try MeshSpaceCharge(meshOptions(cells))]
    options.observedKicks = [0]
    options.moments = .none
    let tracker = Tracker(line, options: options, workers: workers)
    let kicks = KickObserver()
    return Task(
      prepare: {
        // The meshes of the last work are not to stand beside those of the next.
        kicks.run = nil
        var bunch = start.separateCopy()
        return {
          var observer = kicks
          try tracker.track(&bunch, observer: &observer)
        }
      }, kickTraffic: { kicks.run?.times.traffic }, count: count)
  }

  /// Keeps the run of the kicks.
  private final class KickObserver: TrackingObserver, @unchecked Sendable {
    // Written while tracking, read after it.
    var run: MeshSpaceChargeRun?

    func record(_ observation: Observation, _ moments: Moments) {}
    func record<Word: ParticleWord>(
      _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
    ) {}
    func record<Word: ParticleWord>(
      _ particles: ParticleBlocks<Word>, before run: any EffectRun, _ slice: EffectSlice<Double>
    ) { self.run = run as? MeshSpaceChargeRun }
  }

  private func gradientTask(_ particles: Int, _ cells: Int, _ workers: Workers) throws -> Task {
    let beam = try beam(SpaceChargeBenchmark.sigmas, particles, charge: 1e-9)
    let line = Beamline(
      (0..<10).flatMap { number in
        [
          BeamlineElement("q\(number)", Quadrupole(length: 0.1, k1: number % 2 == 0 ? 5 : -5)),
          BeamlineElement("k\(number)", SpaceChargeKick(length: SpaceChargeBenchmark.length)),
        ]
      })
    var run = DesignRun(
      line, species: .electron,
      kineticEnergy: 250, beam: .drawn(beam))
    run.effects = [try MeshSpaceCharge(meshOptions(cells))]
    let variables = try (0..<10).map { try run.variable("q\($0).k1") }
    let quantity = try QuantityCatalog.standard.quantity(named: "x_x")
    let problem = DesignProblem(
      run, DesignVariables(variables),
      goal: TermObjective([
        ObjectiveTerm(.quantity(quantity), after: line.count - 1, called: "end")
      ]), workers: workers)
    return Task(prepare: { { _ = try problem.valueAndGradient(at: problem.variables.start) } })
  }

  private func likelihoodTask(_ events: Int, _ workers: Workers) throws -> Task {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    var file = try ModelFile.read(
      package.deletingLastPathComponent().path + "/Examples/phi-kk/model.json")
    file.channels[0].integration = .phaseSpace(events: max(events - 10_000, 1), seed: 2)
    let likelihood = try file.load(workers: workers).likelihood
    let start = file.parameters.start
    return Task(prepare: { { _ = try likelihood.valueAndGradient(at: start) } })
  }
}
