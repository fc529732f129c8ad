import BeamDynamics
import CKernels
import Communication
import LinearAlgebra
import Sensitivity

extension Benchmark {
  static let gradient = Benchmark(
    name: "gradient",
    summary: "the HTU beamline's gradient to 70 strengths, and Hessian-vector products"
  ) { settings, report in
    let benchmark = GradientBenchmark(settings: settings, report: report)
    // First: the peak of memory only ever grows.
    try benchmark.measureMemory()
    try benchmark.measureTime()
    if settings.comparesPeers { benchmark.comparePeers() }
  }
}

/// The variances of x and y at the end, as a function of every quadrupole's gradient.
private struct GradientBenchmark {
  let settings: Settings
  let report: Report

  private func problem(_ count: Int, threads: Int = 1) throws -> DesignProblem<TermObjective> {
    let line = HTUBeamline.uniqueNames
    let run = DesignRun(
      line, species: HTUBeam.reference.species,
      kineticEnergy: HTUBeam.reference.kineticEnergy, beam: .particles(HTUBeam.bunch(count)))
    let variables = try line.elements.filter { $0.element is Quadrupole }.map { item in
      let name = item.name + ".gradient"
      let number = try run.number(named: name)
      return DesignVariable(name, .numbers([number]), value: run[number])
    }
    let catalog = QuantityCatalog.standard
    let terms = try ["x_x", "y_y"].map {
      ObjectiveTerm(
        .quantity(try catalog.quantity(named: $0)), after: line.count - 1, called: "end")
    }
    return DesignProblem(
      run, DesignVariables(variables), goal: TermObjective(terms),
      workers: Workers(count: threads))
  }

  /// The most memory that the process has held, after gradients.
  func measureMemory() throws {
    report.heading("memory of a gradient to 70 strengths")
    for count in settings.isQuick ? [100_000] : [100_000, 1_000_000] {
      let problem = try problem(count)
      _ = try problem.valueAndGradient(at: problem.variables.start)
      let bunch = 64 * Double(count)
      report.note(
        "\(count) particles: \(Int(Double(PeakMemory.bytes) / 1e6)) MB resident at most; "
          + "two copies of the bunch are \(Int(2 * bunch / 1e6)) MB")
    }
  }

  func measureTime() throws {
    report.heading("gradient to 70 strengths, and Hessian-vector product, over the way forward")
    for threads in settings.threads {
      let count = 100_000
      let problem = try problem(count, threads: threads)
      let start = problem.variables.start
      let direction = start.map { 0.1 * $0 }
      let bunch = HTUBeam.bunch(count, Double.self)
      let tracker = Tracker(HTUBeamline.beamline, workers: Workers(count: threads))
      func forward() throws -> Double {
        var copy = bunch.separateCopy()
        return try duration { try tracker.track(&copy) }
      }
      func gradient() throws -> Double {
        try duration { _ = try problem.valueAndGradient(at: start) }
      }
      func product() throws -> Double {
        try duration {
          _ = try problem.hessianVectorProduct(at: start, direction: direction)
        }
      }
      let subject = Subject(name: "htu", threads: threads, precision: "double", particles: count)
      let gradients = try InterleavedPairs(count: settings.pairs, gradient, over: forward)
      let perElement = 1e9 / Double(count * HTUBeamline.beamline.count)
      report.figure(
        "forward, per particle and element", gradients.second.scaled(by: perElement), "ns",
        of: subject)
      report.figure(
        "value and gradient, per particle and element", gradients.first.scaled(by: perElement),
        "ns", of: subject)
      report.ratio("value and gradient over forward", gradients, of: subject)
      let products = try InterleavedPairs(count: settings.pairs, product, over: forward)
      report.ratio("Hessian-vector product over forward", products, of: subject)
    }
  }

  /// Cheetah's way forward and back, in its own precision and in ours.
  func comparePeers() {
    let processor = ck_pin_thread()
    defer { ck_unpin_thread() }
    for name in ["cheetah-gradient-float32", "cheetah-gradient-float64"] {
      report.heading("\(name): forward and backward, drift_kick_drift")
      do {
        let count = settings.isQuick ? 10_000 : 100_000
        let peer = try Peer(
          name, problem: PeerComparison.problem(particles: count),
          processor: processor < 0 ? nil : Int(processor))
        defer { peer.stop() }
        let problem = try problem(count)
        let start = problem.variables.start
        _ = try peer.seconds()
        var theirs: [Double] = []
        var ours: [Double] = []
        for _ in 0..<5 {
          theirs.append(try peer.seconds())
          ours.append(try duration { _ = try problem.valueAndGradient(at: start) })
        }
        let pairs = InterleavedPairs(theirs, over: ours)
        let subject = Subject(name: "htu-" + name, precision: "double", particles: count)
        report.figure("theirs", pairs.first, "s", of: subject)
        report.figure("ours", pairs.second, "s", of: subject)
        report.ratio("theirs over ours in double", pairs, of: subject)
      } catch {
        report.note("\(name) is not measured: \(error)")
      }
    }
  }
}

extension HTUBeamline {
  /// Every place an element of its own.
  static var uniqueNames: Beamline {
    Beamline(
      pieces.enumerated().map { i, piece in
        var item = piece.element
        item.name += "_\(i)"
        return item
      })
  }
}
