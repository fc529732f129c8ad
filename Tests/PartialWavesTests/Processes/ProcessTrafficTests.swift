import Communication
import Support
import Testing

@testable import PartialWaves

@Suite("What an evaluation sends is what the formula says") struct ProcessTrafficTests {
  @Test(arguments: 1...4)
  func ofValuesAndDerivatives(_ processes: Int) throws {
    let events = [11_000, 16_000, 7_000]
    let file = try SmallModel.read(
      SmallModel.text([
        SmallModel.channel(
          sources: """
            "data": {"phase_space": \(events[0]), "seed": 1}, "truth": {"phase_space": \(events[2]), "seed": 3},
            "integration": {"phase_space": \(events[1]), "seed": 2}
            """, more: #""fraction_constraint": {"sum": 1, "strength": 0.3},"#)
      ]))
    // Couplings by real and imaginary part, masses and widths.
    let physical = PhysicalParameters(file.channels[0].amplitude).count
    #expect(physical == 2 * 4 + 4)
    let sums = [events[0], events[1], events[2], events[2]]
    let active = PhysicalParameters(file.channels[0].amplitude).isActive(
      free: file.parameters.isVaried
    ).count { $0 }
    let seen = try ThreadedProcesses.run(processes) { communicator in
      let likelihood = try file.load(
        workers: Workers(count: 2, communicator: communicator)
      ).likelihood
      let start = file.parameters.start
      func sent(_ body: () throws -> Void) rethrows -> Traffic {
        let before = communicator.traffic
        try body()
        return communicator.traffic - before
      }
      return [
        try sent { _ = try likelihood.valueAndGradient(at: start) },
        try sent { _ = try likelihood.value(at: start) },
        try sent { _ = try likelihood.hessianVectorProduct(at: start, direction: start) },
        try sent { _ = try likelihood.hessian(at: start) },
      ]
    }
    let lengths = [
      32 + 8 * physical, 32, 40 + 16 * physical,
      48 + 8 * physical + 8 * active + 8 * active * active,
    ]
    for (rank, traffic) in seen.enumerated() {
      // Pieces of 2048 events.
      let nodes = sums.map { events in
        TreeNodes.count(
          TreeNodes.pieces(of: (events + 2047) / 2048, rank: rank, size: processes))
      }.reduce(0, +)
      for (sent, length) in zip(traffic, lengths) {
        #expect(sent.messages == 2 * (processes - 1))
        #expect(sent.bytes == (processes - 1) * (8 + 8 + sums.count * 16 + nodes * length))
      }
    }
  }
}
