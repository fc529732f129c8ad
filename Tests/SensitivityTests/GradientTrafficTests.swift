import BeamDynamics
import Communication
import Support
import Testing

@testable import Sensitivity

/// The formulas of “On a cluster” for what is sent besides kicks.
@Suite("What a gradient sends is what the formula says") struct GradientTrafficTests {
  private static let line = Beamline([
    BeamlineElement("d", Drift(length: 0.4, model: .exact)),
    BeamlineElement("q", Quadrupole(length: 0.3, k1: 4, model: .chromatic), slices: 2),
    BeamlineElement("b", Bend(length: 0.5, angle: 0.3)),
  ])
  /// Seven tiles, which are the pieces of sums over so few particles.
  private static let (particles, pieces) = (7 * Tile<Double>.capacity - 84, 7)
  private static let cells = 8

  private static func problem(
    _ names: [String], isDrawn: Bool, _ workers: Workers
  ) throws -> DesignProblem<TermObjective> {
    let initial = try InitialBeam.gaussian(particles)
    var run = DesignRun(line, species: .electron, kineticEnergy: 20, beam: .drawn(initial))
    if !isDrawn {
      run.beam.source = .particles(try Bunch<Double>(initial, reference: run.beam.reference))
    }
    let screen = Screen(
      [.init(0, from: -2e-3, to: 2e-3, cells: cells)], kernel: .gaussian(width: 1))
    let image = ScreenImage((0..<cells).map { Double(1 + $0 % 3) }, on: screen)
    let size = try QuantityCatalog.standard.quantity(named: "sigma_x")
    return DesignProblem(
      run, DesignVariables(try names.map { try run.variable($0) }),
      goal: TermObjective([
        ObjectiveTerm(.density(image), after: 1, called: "q"),
        ObjectiveTerm(.quantity(size), after: 2, called: "b", weight: 1e4, target: 1e-3),
      ]),
      workers: workers)
  }

  @Test func aPlaceIsPackedWithItsMoments() {
    #expect(MemoryLayout<Moments>.size == 344)
    // In a list of those at the place, whose length is 8 bytes more.
    #expect(ObservedSums<Double>(ObservationRequest(after: 1)).packed.count == 368 + 27 * 8)
  }

  @Test(arguments: 1...4)
  func ofMoments(_ processes: Int) throws {
    let seen = try ThreadedProcesses.run(processes) { communicator in
      let run = try Self.problem(["q.k1"], isDrawn: false, .one).run
      guard case .particles(let whole) = run.beam.source else { return Traffic() }
      var bunch = whole.shared(in: communicator)
      let workers = Workers(count: 2, communicator: communicator)
      let before = communicator.traffic
      _ = try Tracker(Self.line, workers: workers).track(&bunch)
      return communicator.traffic - before
    }
    for (rank, traffic) in seen.enumerated() {
      let nodes = TreeNodes.count(
        TreeNodes.pieces(of: Self.pieces, rank: rank, size: processes))
      // At the start, and at the end; and the first process hears of losses, of which there are none.
      let bytes = 32 + nodes * (24 + 344 * 2)
      let others = processes - 1
      #expect(
        traffic.bytes == bytes * others + (rank > 0 ? 16 : 0), "process \(rank) of \(processes)")
      #expect(traffic.messages == 2 * others + (rank > 0 ? 2 : 0))
    }
  }

  /// A drawn beam adds the derivatives of its 6 × 6 shape and of its 6 means to those of the variables.
  @Test(
    arguments: 1...4, [(["q.k1"], false), (["q.k1", "d.length", "b.angle"], true)])
  func besidesKicks(_ processes: Int, _ what: (names: [String], isDrawn: Bool)) throws {
    let names = what.names + (what.isDrawn ? ["beam.sigma_x"] : [])
    let seen = try ThreadedProcesses.run(processes) { communicator in
      let problem = try Self.problem(
        names, isDrawn: what.isDrawn, Workers(count: 2, communicator: communicator))
      let start = problem.variables.start
      let direction = problem.variables.variables.map { 0.3 * $0.scale }
      func sent(_ body: () throws -> Void) rethrows -> Traffic {
        let before = communicator.traffic
        try body()
        return communicator.traffic - before
      }
      return [
        try sent { _ = try problem.value(at: start) },
        try sent { _ = try problem.valueAndGradient(at: start) },
        try sent { _ = try problem.hessianVectorProduct(at: start, direction: direction) },
      ]
    }
    for (rank, traffic) in seen.enumerated() {
      let nodes = TreeNodes.count(
        TreeNodes.pieces(of: Self.pieces, rank: rank, size: processes))
      // Numbers of 8 bytes, or with a derivative of 16.
      func forward(_ number: Int) -> Int {
        32 + nodes * (24 + 2 * (376 + 27 * number) + number * Self.cells)
      }
      func backward(_ number: Int) -> Int {
        9 + 32 + nodes * (24 + number * (what.names.count + (what.isDrawn ? 42 : 0)))
      }
      // The first process tells the weight of a particle.
      let first = rank == 0 ? 1 : 0
      let expected = [forward(8), forward(8) + backward(8), forward(16) + backward(16)]
      #expect(
        traffic.map(\.bytes) == expected.map { ($0 + 16 * first) * (processes - 1) },
        "process \(rank) of \(processes)")
      #expect(
        traffic.map(\.messages) == [2, 6, 6].map { ($0 + 2 * first) * (processes - 1) })
    }
  }
}
