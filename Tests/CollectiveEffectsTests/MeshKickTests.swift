import AutoDiff
import BeamDynamics
import Communication
import Foundation
import Testing

@testable import CollectiveEffects

@Suite struct MeshKickTests {
  private func gaussian(_ count: Int, seed: UInt64 = 1) -> TestBunch<Double> {
    var random = Sequence64(seed: seed)
    let sigma = [1e-3, 2e-3, 1.5e-3, 1e-3, 2e-3, 3e-3]
    return TestBunch<Double>(count: count) { _, coordinate in
      sigma[coordinate] * random.normal()
    }
  }

  /// The mesh's potential equals the sum over all pairs of nodes with the same kernel.
  @Test(arguments: ParticleShape.allCases) func thePotentialIsTheSumOverAllCharges(
    shape: ParticleShape
  ) throws {
    let bunch = gaussian(200)
    var options = SpaceChargeOptions()
    options.cells = [10, 7, 12]
    options.shape = shape
    let kick = MeshKick<Double, Double>(options, .one)
    let inputs: EffectSlice<Double> = kickInputs()
    let mesh = try #require(try kick.charge(of: bunch.blocks, inputs))
    let size = mesh.size
    var charges: [(Int, Int, Int, Double)] = []
    for z in 0...size.z {
      for y in 0...size.y {
        for x in 0...size.x where kick.field[x, y, z] != 0 {
          charges.append((x, y, z, kick.field[x, y, z]))
        }
      }
    }
    // All charge is there.
    let total = charges.reduce(0) { $0 + $1.3 }
    #expect(abs(total / (200 * inputs.charge) - 1) < 1e-14)
    _ = try kick.potential(of: bunch.blocks, inputs)
    let sides = (
      x: mesh.spacing.x, y: mesh.spacing.y, z: mesh.spacing.z * inputs.reference.gamma
    )
    let table = try GreenTable<Double>(size, sides: sides, .one)
    let row = GreenRow<Double>(size)
    var green: [Double] = []
    for x in 0...size.x {
      for y in 0...size.y {
        table.write(x, y, to: row)
        for z in 0...size.z { green.append(row[z]) }
      }
    }
    let scale = 1 / (4 * Double.pi * options.vacuumPermittivity * mesh.cellVolume)
    var largest = 0.0
    var worst = 0.0
    for z in 0...size.z {
      for y in 0...size.y {
        for x in 0...size.x {
          var sum = 0.0
          for (a, b, c, q) in charges {
            let row = (abs(x - a) * (size.y + 1) + abs(y - b)) * (size.z + 1)
            sum += green[row + abs(z - c)] * q
          }
          largest = max(largest, abs(scale * sum))
          worst = max(worst, abs(kick.field[x, y, z] - scale * sum))
        }
      }
    }
    #expect(worst < 1e-12 * largest)
  }

  /// A mesh that stays, and the same shape both ways: the bunch cannot push itself.
  @Test(arguments: ParticleShape.allCases) func aBunchDoesNotPushItself(shape: ParticleShape) throws
  {
    let bunch = gaussian(3000)
    let before = bunch.copy()
    var options = SpaceChargeOptions()
    options.cells = [16, 12, 20]
    options.shape = shape
    options.box = .fixed(x: -8e-3...8e-3, y: -9e-3...9e-3, z: -12e-3...12e-3)
    let kick = MeshKick<Double, Double>(options, .one)
    try kick.apply(to: bunch.blocks, kickInputs())
    #expect(kick.times.outside == 0)
    for axis in 0..<3 {
      var sum = 0.0
      var squares = 0.0
      for i in 0..<bunch.count {
        let change = bunch[i, 2 * axis + 1] - before[i, 2 * axis + 1]
        sum += change
        squares += change * change
      }
      #expect(squares > 0)
      #expect(abs(sum) < 1e-12 * squares.squareRoot())
    }
  }

  /// Whatever the number of threads.
  @Test func resultsDoNotDependOnTheThreads() throws {
    var options = SpaceChargeOptions()
    options.cells = [18, 16, 24]
    options.shape = .quadratic
    let results = try [1, 2, 3].map { threads -> TestBunch<Double> in
      let bunch = gaussian(5000)
      let kick = MeshKick<Double, Double>(options, Workers(count: threads))
      try kick.apply(to: bunch.blocks, kickInputs())
      return bunch
    }
    for i in 0..<5000 {
      for plane in [1, 3, 5] {
        #expect(results[0][i, plane] == results[1][i, plane])
        #expect(results[0][i, plane] == results[2][i, plane])
      }
    }
  }

  /// The lost have no charge and get no kick; neither do those outside a mesh that is given.
  @Test func theLostAndTheOutsideAreLeftAlone() throws {
    let bunch = gaussian(1000)
    bunch[7, 7] = 0
    bunch[7, 0] = .nan
    bunch[9, 0] = 1
    let before = bunch.copy()
    var options = SpaceChargeOptions()
    options.cells = [16, 16, 16]
    options.box = .fixed(x: -8e-3...8e-3, y: -12e-3...12e-3, z: -12e-3...12e-3)
    let kick = MeshKick<Double, Double>(options, .one)
    try kick.apply(to: bunch.blocks, kickInputs())
    #expect(kick.times.outside == 1)
    for plane in [1, 3, 5] {
      #expect(bunch[7, plane] == before[7, plane])
      #expect(bunch[9, plane] == before[9, plane])
      #expect(bunch[8, plane] != before[8, plane])
      #expect(bunch[8, plane].isFinite)
    }
  }

  @Test func aFlatBunchIsRefusedByName() throws {
    let bunch = gaussian(100)
    for i in 0..<100 { bunch[i, 2] = 1e-3 }
    let kick = MeshKick<Double, Double>(SpaceChargeOptions(), .one)
    #expect(throws: SpaceChargeError.flatBunch(axis: "y")) {
      try kick.apply(to: bunch.blocks, kickInputs())
    }
  }

  @Test func oneParticleHasNobodyToPushIt() throws {
    let bunch = gaussian(1)
    let before = bunch.copy()
    let kick = MeshKick<Double, Double>(SpaceChargeOptions(), .one)
    try kick.apply(to: bunch.blocks, kickInputs())
    #expect(bunch[0, 1] == before[0, 1])
  }

  @Test func aMeshBeyondTheMemoryIsRefused() {
    var options = SpaceChargeOptions()
    options.cells = [100_000, 100_000, 100_000]
    #expect(throws: SpaceChargeError.self) { try MeshSpaceCharge(options) }
    options.cells = [1 << 40, 2, 2]
    #expect(throws: SpaceChargeError.self) { try MeshSpaceCharge(options) }
    options.cells = [1, 16, 16]
    #expect(throws: SpaceChargeError.tooFewCells([1, 16, 16])) { try MeshSpaceCharge(options) }
  }

  /// Boxes in steps keep the Green's function while the bunch breathes by a percent.
  @Test func aGrowingBoxKeepsTheGreenFunction() throws {
    var options = SpaceChargeOptions()
    options.cells = [12, 12, 12]
    options.box = .growing(padding: 1.1, factor: 1.05)
    let kick = MeshKick<Double, Double>(options, .one)
    for step in 0..<6 {
      let bunch = gaussian(500)
      for i in 0..<500 {
        for plane in [0, 2, 4] { bunch[i, plane] = bunch[i, plane] * (1 + 1e-3 * Double(step)) }
      }
      try kick.apply(to: bunch.blocks, kickInputs())
    }
    #expect(kick.times.kicks == 6)
    #expect(kick.times.greenFunctions <= 2)
  }

  /// A bunch and its mesh twice as large: g(2h) = 4 g(h), hence a quarter of the kick.
  @Test func theGreenFunctionIsScaledWithTheMesh() throws {
    var options = SpaceChargeOptions()
    options.cells = [12, 12, 12]
    let kick = MeshKick<Double, Double>(options, .one)
    let (small, large) = (gaussian(500), gaussian(500))
    let before = small.copy()
    for i in 0..<500 {
      for plane in [0, 2, 4] { large[i, plane] = 2 * large[i, plane] }
    }
    try kick.apply(to: small.blocks, kickInputs())
    try kick.apply(to: large.blocks, kickInputs())
    #expect(kick.times.greenFunctions == 1)
    for i in 0..<500 {
      for plane in [1, 3, 5] {
        let change = small[i, plane] - before[i, plane]
        #expect(abs(4 * (large[i, plane] - before[i, plane]) - change) < 1e-12)
      }
    }
  }
}
