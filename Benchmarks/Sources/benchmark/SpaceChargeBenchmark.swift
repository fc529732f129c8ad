import BeamDynamics
import CKernels
import CollectiveEffects
import Communication
import FourierTransform

extension Benchmark {
  static let spaceCharge = Benchmark(
    name: "space-charge",
    summary: "one kick on a mesh, its steps, its memory, and other programs' ratio"
  ) { settings, report in
    let benchmark = SpaceChargeBenchmark(settings: settings, report: report)
    // First: the peak of memory only ever grows.
    try benchmark.measureMemory()
    try benchmark.measureSteps()
    try benchmark.measureThreads()
    try SpaceChargeGradients(settings: settings, report: report).measure()
    if settings.comparesPeers { try benchmark.measurePeers() }
  }
}

/// A Gaussian bunch of 1 nC, electrons of 250 MeV, that kicks itself for 0.1 m.
struct SpaceChargeBenchmark {
  let settings: Settings
  let report: Report

  static let sigmas = [1e-3, 1e-4, 1e-3, 1e-4, 1e-5, 1e-4]
  static let length = 0.1
  static let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 250)

  /// One core; the limit of each step beside it.
  func measureSteps() throws {
    for cells in settings.isQuick ? [64, 128] : [64, 128, 256] {
      let particles = settings.isQuick ? 100_000 : 1_000_000
      report.heading("one kick on \(cells)³ cells, linear shape, one core")
      try measureSteps(Double.self, cells, particles, keepsGreenFunction: false)
      try measureSteps(Double.self, cells, particles, keepsGreenFunction: true)
      try measureSteps(Float.self, cells, particles, keepsGreenFunction: false)
      measureTransforms(cells, particles)
    }
  }

  /// What FFTW takes for the transforms of a convolution, on columns that lie in the cache: the limit
  /// of the step.
  private func measureTransforms(_ cells: Int, _ particles: Int) {
    let (length, block) = (2 * cells, 16)
    let nodes = Double(cells + 1)
    let buffer = AlignedWords<Double>(count: 2 * block * (length + 4))
    buffer.words.update(repeating: 0, count: buffer.count)
    func seconds(_ kind: FourierKind) -> Double {
      let isReal = kind == .realToComplex || kind == .complexToReal
      let input = kind == .complexToReal ? length / 2 + 2 : length + 4
      let output = kind == .realToComplex ? length / 2 + 2 : length + 4
      let plan = FourierPlan<Double>(
        kind,
        FourierLayout(
          length: length, count: block, input: (1, isReal ? input : length + 4),
          output: (1, isReal ? output : length + 4), inPlace: true))
      let times = (0..<20).map { _ in duration { for _ in 0..<20 { plan(buffer.words) } } }
      return (times.min() ?? 0) / Double(20 * block)
    }
    let rows = nodes * nodes
    let real =
      seconds(.realToComplex) + seconds(.complexToReal)
    let complex = seconds(.forward) + seconds(.backward)
    // Along x rows of the mesh; along y columns of each plane; along z twice as many.
    report.figure(
      "limit of the convolution: its transforms by FFTW alone",
      1e3 * (rows * real + rows * complex + 2 * Double(cells) * nodes * complex), "ms",
      of: Subject(name: "kick-\(cells)", particles: particles))
  }

  private func measureSteps<Word: ParticleWord>(
    _: Word.Type, _ cells: Int, _ particles: Int, keepsGreenFunction: Bool
  ) throws {
    let name = "kick-\(cells)" + (keepsGreenFunction ? "-kept" : "")
    let subject = Subject(
      name: name, precision: Word.precisionName, particles: particles)
    let run = try Kicks<Word>(
      cells: cells, particles: particles, threads: 1, kicks: keepsGreenFunction ? 5 : 1,
      keepsGreenFunction: keepsGreenFunction)
    _ = try run.seconds()
    let results = try (0..<settings.runs).map { _ in try run.seconds() }
    report.figure("a kick", Spread(results.map { $0.whole * 1e3 }), "ms", of: subject)
    for (i, part) in results[0].parts.enumerated() {
      report.figure(
        part.part, Spread(results.map { $0.parts[i].seconds * 1e3 }), "ms", of: subject)
    }
  }

  func measureThreads() throws {
    report.heading("the same kick with more threads")
    for threads in settings.threads where threads > 1 {
      let cells = settings.isQuick ? 64 : 128
      let subject = Subject(
        name: "kick-\(cells)", threads: threads, particles: 1_000_000)
      let one = try Kicks<Double>(cells: cells, particles: 1_000_000, threads: 1)
      let several = try Kicks<Double>(cells: cells, particles: 1_000_000, threads: threads)
      _ = try one.seconds()
      _ = try several.seconds()
      let pairs = try InterleavedPairs(
        count: settings.pairs, { try one.seconds().whole },
        over: { try several.seconds().whole })
      report.ratio("one thread over \(threads)", pairs, of: subject)
    }
  }

  /// Resident memory beyond the bunch.
  func measureMemory() throws {
    let (cells, particles) = settings.isQuick ? (128, 100_000) : (256, 1_000_000)
    report.heading("memory")
    let run = try Kicks<Double>(cells: cells, particles: particles, threads: 1)
    _ = try run.seconds()
    // Two copies of the bunch: at the start, and on its way.
    let bunches = 2 * 64 * particles
    report.figure(
      "peak beyond two bunches", Double(PeakMemory.bytes - bunches) / 1e9, "GB",
      of: Subject(name: "kick-\(cells)", particles: particles))
  }

  func measurePeers() throws {
    let processor = ck_pin_thread()
    defer { ck_unpin_thread() }
    let sizes = settings.isQuick ? [64, 128] : [64, 128, 256]
    for (name, title) in [
      ("impactx-kick", "ImpactX: 3D, FFT, linear particles"),
      ("cheetah-kick-float32", "Cheetah: SpaceChargeKick in its own precision"),
      ("cheetah-kick-float64", "Cheetah: SpaceChargeKick in double"),
    ] {
      report.heading(title)
      for cells in sizes {
        do {
          try measurePeer(name, cells, processor: processor < 0 ? nil : Int(processor))
        } catch let failure as BenchmarkFailure {
          report.note("\(name) is not measured: \(failure)")
        }
      }
    }
  }

  private func measurePeer(_ name: String, _ cells: Int, processor: Int?) throws {
    let particles = settings.isQuick ? 100_000 : 1_000_000
    let peer = try Peer(
      name, problem: Self.problem(cells: cells, particles: particles), processor: processor)
    defer { peer.stop() }
    let ours = try Kicks<Double>(cells: cells, particles: particles, threads: 1)
    _ = try peer.seconds()
    _ = try ours.seconds()
    // Another program's kick may take a minute.
    let pairs = try InterleavedPairs(
      count: cells > 128 ? 2 : 5, { try peer.seconds() }, over: { try ours.seconds().whole })
    let subject = Subject(name: "\(name)-\(cells)", particles: particles)
    report.figure("theirs", pairs.first.scaled(by: 1e3), "ms", of: subject)
    report.figure("ours", pairs.second.scaled(by: 1e3), "ms", of: subject)
    report.ratio("theirs over ours", pairs, of: subject)
  }

  /// What peer.py is to track.
  static func problem(cells: Int, particles: Int) -> String {
    """
    {"kinetic_energy": \(reference.kineticEnergy), "particles": \(particles), \
    "sigmas": \(sigmas), "length": \(length), "cells": [\(cells), \(cells), \(cells)]}
    """
  }

  /// Kicks in a row, and how they are computed.
  struct Kicks<Word: ParticleWord> {
    private let tracker: Tracker
    private let start: Bunch<Word>
    private let times: KickTimesBox
    private let count: Int

    init(
      cells: Int, particles: Int, threads: Int, kicks: Int = 1, keepsGreenFunction: Bool = false,
      shape: ParticleShape = .linear
    ) throws {
      let times = KickTimesBox()
      var options = SpaceChargeOptions()
      options.cells = [cells, cells, cells]
      options.shape = shape
      if keepsGreenFunction {
        options.box = .growing(padding: 1.1, factor: 1.2)
      }
      let length = SpaceChargeBenchmark.length
      let line = Beamline((0..<kicks).map { _ in SpaceChargeKick(length: length) as any Element })
      var tracking = TrackingOptions()
      tracking.effects = [try MeshSpaceCharge(options)]
      tracking.effectReport = { parts in times.parts = parts }
      tracker = Tracker(line, options: tracking, workers: Workers(count: threads))
      self.times = times
      count = kicks
      var bunch = Bunch<Word>(
        gaussian: particles, sigmas: SpaceChargeBenchmark.sigmas,
        reference: SpaceChargeBenchmark.reference)
      bunch.setWeights(to: 1e-9 / PhysicalConstants.elementaryCharge / Double(particles))
      start = bunch
    }

    /// Seconds of one kick, and of its parts.
    func seconds() throws -> (whole: Double, parts: [(part: String, seconds: Double)]) {
      var bunch = start.separateCopy()
      let begin = ContinuousClock.now
      try tracker.track(&bunch)
      let span = (ContinuousClock.now - begin).components
      let whole = Double(span.seconds) + Double(span.attoseconds) * 1e-18
      return (
        whole / Double(count), times.parts.map { ($0.part, $0.seconds / Double(count)) }
      )
    }
  }

  /// What the last run of a tracker reported.
  final class KickTimesBox: @unchecked Sendable {
    // Written at the end of a run, read after it.
    var parts: [(part: String, seconds: Double)] = []
  }
}
