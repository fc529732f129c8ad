import BeamDynamics
import CKernels

/// The HTU beamline with other programs and with ours, in turn, on one thread of the same
/// processor.
struct PeerComparison {
  let settings: Settings
  let report: Report

  /// A program of peer.py.
  private struct Program {
    let name: String
    let title: String
    /// Whether it tracks in single precision.
    let isSingle: Bool
    /// The beamline in models as accurate as the program's.
    let beamline: Beamline
  }

  private let programs = [
    Program(
      name: "impactx", title: "ImpactX: ExactDrift, ChrQuad, ExactSbend, Kicker",
      isSingle: false, beamline: HTUBeamline.beamline),
    Program(
      name: "cheetah-float32",
      title: "Cheetah in its own precision: drift_kick_drift (exact drifts and bends, chromatic "
        + "quadrupoles)",
      isSingle: true, beamline: HTUBeamline.beamline),
    Program(
      name: "cheetah-float64", title: "Cheetah: drift_kick_drift", isSingle: false,
      beamline: HTUBeamline.beamline),
    Program(
      name: "cheetah-linear-float32",
      title: "Cheetah by default: linear; both programs merge all elements into one matrix",
      isSingle: true, beamline: HTUBeamline.linear),
  ]

  func run() throws {
    // Ours and theirs share a processor; they run in turn.
    let processor = ck_pin_thread()
    defer { ck_unpin_thread() }
    for program in programs {
      report.heading(program.title)
      do {
        try measure(program, processor: processor < 0 ? nil : Int(processor))
      } catch let failure as BenchmarkFailure {
        report.note("\(program.name) is not measured: \(failure)")
      }
    }
  }

  private func measure(_ program: Program, processor: Int?) throws {
    let count = settings.isQuick ? 100_000 : 1_000_000
    let peer = try Peer(program.name, problem: Self.problem(particles: count), processor: processor)
    defer { peer.stop() }
    report.note("precision and build: \(peer.remark)")
    let inDouble = Run<Double>(program.beamline, count, threads: 1)
    let inSingle = Run<Float>(program.beamline, count, threads: 1)
    // The first run of each also makes what the others find.
    _ = try peer.seconds()
    _ = try inDouble.seconds()
    var theirs: [Double] = []
    var double: [Double] = []
    var single: [Double] = []
    for _ in 0..<5 {
      theirs.append(try peer.seconds())
      double.append(try inDouble.seconds())
      if program.isSingle { single.append(try inSingle.seconds()) }
    }
    show(program, "double", InterleavedPairs(theirs, over: double), count)
    if program.isSingle { show(program, "float", InterleavedPairs(theirs, over: single), count) }
  }

  private func show(
    _ program: Program, _ precision: String, _ pairs: InterleavedPairs, _ count: Int
  ) {
    let perElement = 1e9 / Double(count * HTUBeamline.beamline.count)
    let subject = Subject(name: "htu-" + program.name, precision: precision, particles: count)
    report.figure(
      "theirs, per particle and element", pairs.first.scaled(by: perElement), "ns", of: subject)
    report.figure(
      "ours, per particle and element", pairs.second.scaled(by: perElement), "ns", of: subject)
    report.ratio("theirs over ours", pairs, of: subject)
  }

  /// What peer.py is to track.
  ///
  /// - Parameter settings: Gradients of the first quadrupoles, for a scan.
  static func problem(particles: Int, settings: [[Double]] = []) -> String {
    let elements = HTUBeamline.pieces.map(\.json).joined(separator: ", ")
    return """
      {"kinetic_energy": \(HTUBeam.reference.kineticEnergy), "particles": \(particles), \
      "sigmas": \(HTUBeam.sigmas), "elements": [\(elements)], "settings": \(settings)}
      """
  }
}
