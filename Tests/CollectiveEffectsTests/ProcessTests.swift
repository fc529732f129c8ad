import AutoDiff
import BeamDynamics
import Communication
import Testing

@testable import CollectiveEffects

/// Several processes share particles and mesh: momenta, cotangents and derivatives have the bits of one process.
@Suite struct ProcessTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var model: String
    var cells: [Int]
    var shape = ParticleShape.quadratic
    var particles = 3000
    var box = MeshBox.following(padding: 1.2)
    var testDescription: String { "\(model) \(cells) \(shape) \(particles) \(box)" }

    var options: SpaceChargeOptions {
      var options = SpaceChargeOptions()
      options.cells = cells
      options.shape = shape
      options.box = box
      if model == "2.5D" {
        options.hasProfile = true
        options.bins = 20
        options.pipeRadius = 0.02
      }
      return options
    }
  }

  static let cases: [Case] = [
    Case(model: "3D", cells: [9, 10, 40]),
    Case(model: "3D", cells: [8, 12, 30], shape: .cubic),
    Case(model: "3D", cells: [16, 8, 12], shape: .linear, particles: 700),
    // More processes than slabs, and than chunks of particles.
    Case(model: "3D", cells: [8, 8, 4], shape: .cubic, particles: 400),
    Case(
      model: "3D", cells: [10, 8, 24],
      box: .fixed(x: -3e-3...3e-3, y: -5e-3...5e-3, z: -4e-3...4e-3)),
    Case(model: "2D", cells: [12, 40]),
    Case(model: "2.5D", cells: [10, 30], shape: .cubic),
    Case(model: "2.5D", cells: [10, 8], shape: .linear, particles: 600),
  ]

  /// A bunch with different weights, some of it lost.
  private func bunch<C: MeshNumber>(_ count: Int, seed: UInt64 = 5) -> TestBunch<C>
  where C.Word == Double, C.Table: TangentMaker {
    var random = Sequence64(seed: seed)
    let sizes = [1e-3, 2e-3, 1.5e-3, 1e-3, 2e-3, 3e-3]
    let bunch = TestBunch<C>(count: count) { _, coordinate in
      let value = sizes[coordinate] * random.normal()
      return C(rounding: C.Table.make(value, sizes[coordinate] * random.next()))
    }
    for i in 0..<count {
      bunch[i, 6] = C(Double(1 + i % 3))
      if i % 17 == 3 { bunch[i, 7] = C(0.0) }
    }
    return bunch
  }

  private func kicked<P: MeshNumber, C: MeshNumber>(
    _ test: Case, _: MeshKick<P, C>.Type, _ workers: Workers, pullsBack: Bool
  ) throws -> [UInt64] where P.Table == C.Table, P.Word == Double, P.Table: TangentMaker {
    let whole: TestBunch<P> = bunch(test.particles)
    let share = BunchShare(of: test.particles, in: workers.communicator)
    let own = whole.part(share)
    let kick = MeshKick<P, C>(test.options, workers)
    let one = P.Table.make(1, 0)
    let inputs = EffectSlice(
      length: 0.01 * one,
      reference: ReferenceParticle(species: .proton, kineticEnergyOverMass: 0.00714 * one),
      charge: 2e-14 * one)
    try kick.apply(to: own.blocks, inputs)
    // The second kick may use the kernel of the first.
    try kick.apply(to: own.blocks, inputs)
    var bits = [UInt64(kick.times.outside), UInt64(kick.times.greenFunctions)]
    if pullsBack {
      let cotangents = (bunch(test.particles, seed: 8) as TestBunch<P>).part(share)
      let back = try kick.pullBack(cotangents.blocks, own.blocks, inputs)
      for number in [back.length, back.charge, back.kineticEnergyOverMass] {
        bits += P.Table.parts(number).map(\.bitPattern)
      }
      bits += try gathered(cotangents, workers)
    }
    return try bits + gathered(own, workers)
  }

  /// The bits of all coordinates of all processes.
  private func gathered<P: MeshNumber>(_ bunch: TestBunch<P>, _ workers: Workers) throws -> [UInt64]
  where P.Word == Double, P.Table: TangentMaker {
    let own = (0..<bunch.count).flatMap { i in
      (0..<6).flatMap { P.Table.parts(bunch[i, $0].table).map(\.bitPattern) }
    }
    return try workers.communicator.allGather(values: own).flatMap(\.self)
  }

  private func compare<P: MeshNumber, C: MeshNumber>(
    _ test: Case, _ kick: MeshKick<P, C>.Type, pullsBack: Bool = true
  ) throws where P.Table == C.Table, P.Word == Double, P.Table: TangentMaker {
    let expected = try kicked(test, kick, .one, pullsBack: pullsBack)
    for processes in [2, 7] {
      let threads = processes % 3 + 1
      let found = try ThreadedProcesses.run(processes) { communicator in
        try kicked(
          test, kick, Workers(count: threads, communicator: communicator), pullsBack: pullsBack)
      }
      for (rank, bits) in found.enumerated() {
        let differences = zip(bits, expected).count { $0 != $1 }
        #expect(bits.count == expected.count && differences == 0, "process \(rank) of \(processes)")
      }
    }
  }

  @Test(arguments: cases) func doubles(test: Case) throws {
    try compare(test, MeshKick<Double, Double>.self)
  }

  @Test(arguments: cases) func doublesOnAMeshOfFloats(test: Case) throws {
    try compare(test, MeshKick<Double, Float>.self)
  }

  @Test(arguments: cases) func tangents(test: Case) throws {
    try compare(test, MeshKick<Tangent<Double>, Tangent<Double>>.self)
  }

  /// What a process sends in a kick, and in the backward pass through it, is what the formulas say.
  @Test(arguments: cases) func theBytesOfAKickAreThoseOfTheFormulas(test: Case) throws {
    try compareBytes(test, MeshKick<Double, Float>.self, processes: [2, 7])
    try compareBytes(test, MeshKick<Tangent<Double>, Tangent<Double>>.self, processes: [3])
  }

  private func compareBytes<P: MeshNumber, C: MeshNumber>(
    _ test: Case, _: MeshKick<P, C>.Type, processes counts: [Int]
  ) throws where P.Table == C.Table, P.Word == Double, P.Table: TangentMaker {
    let one = P.Table.make(1, 0)
    let inputs = EffectSlice(
      length: 0.01 * one,
      reference: ReferenceParticle(species: .proton, kineticEnergyOverMass: 0.00714 * one),
      charge: 2e-14 * one)
    for processes in counts {
      let found = try ThreadedProcesses.run(processes) { communicator in
        let share = BunchShare(of: test.particles, in: communicator)
        let own = (bunch(test.particles) as TestBunch<P>).part(share)
        let cotangents = (bunch(test.particles, seed: 8) as TestBunch<P>).part(share)
        let kick = MeshKick<P, C>(
          test.options, Workers(count: 1, communicator: communicator))
        var sent: [(counted: Int, formula: Int)] = []
        func count(_ body: () throws -> Void) throws {
          let (before, earlier) = (communicator.traffic, kick.times.traffic)
          try body()
          let counted = (communicator.traffic - before).bytes
          sent.append((counted, kick.times.traffic.formula - earlier.formula))
          #expect(kick.times.traffic.sent - earlier.sent == counted)
        }
        // The second one uses the kernel of the first.
        for _ in 0..<2 { try count { try kick.apply(to: own.blocks, inputs) } }
        try count { _ = try kick.pullBack(cotangents.blocks, own.blocks, inputs) }
        return sent
      }
      for sent in found.flatMap(\.self) { #expect(sent.counted == sent.formula) }
      #expect(found[0].allSatisfy { $0.counted > 1000 })
    }
  }

  @Test func slabsMakeUpTheMesh() {
    for count in [1, 4, 6, 7, 12, 13, 40, 128] {
      let size = MeshSize(8, 8, count + (count == 1 ? 1 : 0))
      let layers = SlabCut.layerCount(size)
      for processes in 1...9 {
        for skew in [0, 1, 5] {
          let particles = (0..<layers).map { $0 < layers / 2 ? 10 * skew : 3 + $0 }
          let cut = SlabCut(size, particles: particles, processes: processes)
          #expect(cut.layers.flatMap { Array($0) } == Array(0..<layers))
          #expect((0..<processes).flatMap { Array(cut.complete(in: $0)) } == Array(0...layers))
          for rank in 0..<processes {
            let window = cut.window(of: rank)
            for layer in cut.complete(in: rank) { #expect(window.contains(layer)) }
          }
        }
      }
    }
  }
}

/// Makes a number with a derivative, if it can have one.
protocol TangentMaker: TableNumber {
  static func make(_ value: Double, _ tangent: Double) -> Self
  static func parts(_ number: Self) -> [Double]
}

extension Double: TangentMaker {
  static func make(_ value: Double, _ tangent: Double) -> Double { value }
  static func parts(_ number: Double) -> [Double] { [number] }
}

extension Tangent<Double>: TangentMaker {
  static func make(_ value: Double, _ tangent: Double) -> Self { Self(value, tangent: tangent) }
  static func parts(_ number: Self) -> [Double] { [number.value, number.tangent] }
}
