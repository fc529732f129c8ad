import BeamDynamics
import CKernels

/// The HTU beamline with other programs and with ours, in turn, on one thread of the same processor.
struct PeerComparison {
  let settings: Settings
  let report: Report

  /// The programs of peer.py, what they are, and the precision to compare with.
  private let peers: [(name: String, title: String, isSingle: Bool)] = [
    ("impactx", "ImpactX: ExactDrift, ChrQuad, ExactSbend, Kicker", false),
    ("cheetah-float32", "Cheetah: drift_kick_drift (exact drifts and bends, chromatic quadrupoles)", true),
    ("cheetah-float64", "Cheetah: drift_kick_drift", false),
    ("cheetah-linear-float32", "Cheetah as by default: linear, all elements merged into one matrix", true),
  ]

  func run() throws {
    // Ours and theirs share a processor; they run in turn.
    let processor = ck_pin_thread()
    defer { ck_unpin_thread() }
    let count = settings.isQuick ? 100_000 : 1_000_000
    let inDouble = Run<Double>(HTUBeamline.beamline, count, threads: 1)
    let inSingle = Run<Float>(HTUBeamline.beamline, count, threads: 1)
    for peer in peers {
      report.heading(peer.title)
      let program: Peer
      do {
        program = try Peer(
          peer.name, problem: problem(particles: count),
          processor: processor < 0 ? nil : Int(processor))
      } catch {
        report.note("\(peer.name) is not measured: \(error)")
        continue
      }
      defer { program.stop() }
      report.note("precision and build: \(program.remark)")
      _ = try program.seconds()
      try measure(program, peer.name, inDouble.seconds, "double", count)
      if peer.isSingle { try measure(program, peer.name, inSingle.seconds, "float", count) }
    }
  }

  private func measure(
    _ program: Peer, _ name: String, _ ours: () throws -> Double, _ precision: String, _ count: Int
  ) throws {
    let pairs = try InterleavedPairs(count: 5, program.seconds, over: ours)
    let perElement = 1e9 / Double(count * HTUBeamline.beamline.count)
    let subject = Subject(name: "htu-" + name, precision: precision, particles: count)
    report.figure("theirs, per particle and element", pairs.first.scaled(by: perElement), "ns", of: subject)
    report.figure("ours, per particle and element", pairs.second.scaled(by: perElement), "ns", of: subject)
    report.ratio("theirs over ours", pairs, of: subject)
  }

  /// What peer.py is to track.
  private func problem(particles: Int) -> String {
    let elements = HTUBeamline.pieces.map(\.json).joined(separator: ", ")
    return """
      {"kinetic_energy": \(HTUBeam.reference.kineticEnergy), "particles": \(particles), \
      "sigmas": \(HTUBeam.sigmas), "elements": [\(elements)]}
      """
  }
}
