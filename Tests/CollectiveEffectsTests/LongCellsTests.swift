import AutoDiff
import BeamDynamics
import Communication
import Foundation
import Testing

@testable import CollectiveEffects

/// Kicks of the 3-D mesh where cells are very long, or very flat.
@Suite struct LongCellsTests {
  private let sigma = [1e-3, 1e-4, 2e-3, 1e-4]
  private let count = 400

  private func options(_ shape: ParticleShape = .linear, _ gather: ParticleShape? = nil)
    -> SpaceChargeOptions
  {
    var options = SpaceChargeOptions()
    options.cells = [12, 10, 14]
    options.shape = shape
    options.gather = gather
    return options
  }

  /// Particles at z = stretch·z₀ with d/d(ln stretch).
  private func bunch(_ stretch: Double) -> TestBunch<Tangent<Double>> {
    var points = Sequence64(seed: 3)
    return TestBunch<Tangent<Double>>(count: count) { _, coordinate in
      let number = points.normal()
      if coordinate.isMultiple(of: 2) == false { return Tangent(0.0) }
      if coordinate < 4 { return Tangent(self.sigma[coordinate] * number) }
      let z = 1e-3 * stretch * number
      return Tangent(z, tangent: z)
    }
  }

  /// The kicks, with d/d(ln stretch); x, y and z of each particle.
  private func kicks(_ stretch: Double, _ options: SpaceChargeOptions) throws
    -> [[Tangent<Double>]]
  {
    let kicked = bunch(stretch)
    let inputs: EffectSlice<Tangent<Double>> = kickInputs(Tangent(1.0), charge: Tangent(1e-12))
    try MeshSpaceCharge(options).start(.one).apply(to: kicked.blocks, inputs)
    return (0..<count).map { i in [1, 3, 5].map { kicked[i, $0] } }
  }

  static let shapes: [(ParticleShape, ParticleShape)] = [
    (.linear, .linear), (.quadratic, .linear), (.quadratic, .quadratic), (.cubic, .cubic),
  ]

  /// Of a bunch that is long, kicks across go as 1/length, and kicks along as (a + b ln length)/length²,
  /// but for (σx/σz)² ln of themselves: 1e-10 from 10⁶ on. So those of three lengths, 10⁶, 10⁸ and 10¹⁰ times
  /// the width, belong together, and derivatives to ln length follow. Potentials are 2 ln 10¹⁰ = 46 times
  /// what differs across the beam, and cells are 1/14 of it: the mesh errs by 1e3 roundings, and so
  /// does the transform; differences along z lose no more.
  @Test(arguments: shapes)
  func longBunchesScale(deposit: ParticleShape, gather: ParticleShape) throws {
    let options = options(deposit, gather)
    let stretches = [1e6, 1e8, 1e10]
    let all = try stretches.map { try kicks($0, options) }
    let largest = (0..<3).map { axis in
      all[1].map { abs($0[axis].value) }.max() ?? 0
    }
    var (kick, slope) = ([0.0, 0, 0], [0.0, 0, 0])
    for i in 0..<count {
      for axis in 0..<2 {
        for (number, stretch) in zip(all, stretches) {
          let value = number[i][axis].value * stretch / 1e8
          let tangent = number[i][axis].tangent * stretch / 1e8
          kick[axis] = max(kick[axis], abs(value - all[1][i][axis].value) / largest[axis])
          slope[axis] = max(slope[axis], abs(value + tangent) / largest[axis])
        }
      }
      // a + b ln length
      let along = zip(all, stretches).map { $0[i][2].value * ($1 / 1e8) * ($1 / 1e8) }
      let b = (along[2] - along[0]) / log(1e4)
      kick[2] = max(kick[2], abs(0.5 * (along[0] + along[2]) - along[1]) / largest[2])
      slope[2] = max(slope[2], abs(all[1][i][2].tangent - (b - 2 * along[1])) / largest[2])
    }
    for axis in 0..<3 {
      #expect(kick[axis] < 1e-9, "\(axis)")
      #expect(slope[axis] < 1e-9, "\(axis)")
    }
  }

  /// Checks of a kick of a bunch of these sizes, with a charge that gives kicks like the momenta.
  private func check(_ model: any SpaceChargeModel, _ sizes: [Double]) -> DerivativeChecks {
    var check = DerivativeChecks(kick: model)
    for axis in sizes.indices { check.sigma[2 * axis] = sizes[axis] }
    let sorted = check.sigma.enumerated().filter { $0.offset.isMultiple(of: 2) }
      .map(\.element).sorted()
    check.charge = 2e-6 * sorted[1] * sorted[2]
    check.chargeScale = check.charge
    return check
  }

  /// Forward derivatives are those of differences over 1e-4, to (1e-4)² times third derivatives by the
  /// cell, and the way back is their transpose, for pencils of 10⁷ to 10⁹ to 1, ribbons and pancakes.
  @Test(arguments: [
    [1e-3, 2e-3, 1e4], [1e-3, 2e-3, 1e5], [1e-3, 2e-3, 1e6], [1e4, 1e-3, 1e-2],
    [1e-3, 2e-2, 1e6], [1e-3, 2e-3, 1e-5],
  ]) func derivativesOfAnyShapeOfBunchAreRight(sizes: [Double]) throws {
    let check = check(try MeshSpaceCharge(options(.cubic)), sizes)
    let tangent = try check.tangentError(step: 1e-4)
    #expect(tangent < 1e-5)
    let transpose = try check.transposeError()
    #expect(transpose.product < 1e-10)
    #expect(transpose.restored < 1e-12)
    let second = try check.secondError(step: 1e-4)
    #expect(second < 1e-4)
  }

  /// So it is on a flat mesh. Along a side that is 10⁴ times shorter, a difference of the potential has 4
  /// digits less than the potential.
  @Test(arguments: [[1e-3, 1e-7], [1e-7, 1e-3]])
  func derivativesOfFlatMeshesAreRight(sizes: [Double]) throws {
    var options = SpaceChargeOptions()
    options.cells = [12, 10]
    options.shape = .cubic
    var check = check(try PlanarSpaceCharge(options), sizes)
    // Of one second.
    check.charge = 2
    check.chargeScale = 2
    let tangent = try check.tangentError(step: 1e-4)
    #expect(tangent < 1e-5)
    let transpose = try check.transposeError()
    #expect(transpose.product < 1e-9)
  }

  /// And slices on a flat mesh, of bunches of any length.
  @Test(arguments: [
    [1e-3, 1e-7, 1e3], [1e-7, 1e-3, 1e3], [1e-3, 2e-3, 1e6], [1e-3, 2e-3, 1e-5],
  ]) func derivativesOfSlicesAreRight(sizes: [Double]) throws {
    var options = SpaceChargeOptions()
    options.cells = [12, 10]
    options.bins = 20
    options.pipeRadius = 0.03
    options.shape = .cubic
    let check = check(try LongBunchSpaceCharge(options), sizes)
    let tangent = try check.tangentError(step: 1e-4)
    #expect(tangent < 1e-5)
    let transpose = try check.transposeError()
    #expect(transpose.product < 1e-9)
  }

  /// A mesh in single precision errs by some 1e-6 of the potential, 46 times what differs across the beam,
  /// and a cell is a tenth of that.
  @Test(arguments: [1e7, 1e8, 1e9]) func singlePrecisionKicksLongBunches(stretch: Double) throws {
    func kicks(_ precision: MeshPrecision) throws -> TestBunch<Double> {
      var options = options()
      options.precision = precision
      let numbers = bunch(stretch)
      let kicked = TestBunch<Double>(count: count) { numbers[$0, $1].value }
      try MeshSpaceCharge(options).start(.one).apply(
        to: kicked.blocks, kickInputs(1.0, charge: 1e-12))
      return kicked
    }
    let (double, single) = (try kicks(.double), try kicks(.single))
    for plane in [1, 3] {
      let largest = (0..<count).map { abs(double[$0, plane]) }.max() ?? 0
      let worst = (0..<count).map { abs(double[$0, plane] - single[$0, plane]) }.max() ?? 1
      #expect(worst < 1e-3 * largest, "\(plane)")
    }
  }

  /// A run says so where cells at rest are more than a hundred times as long as the mesh is wide, and
  /// names the model that is made for it; nowhere else.
  @Test func aRunSaysThatCellsAreTooLong() throws {
    func remarks(_ stretch: Double) throws -> [String] {
      let numbers = bunch(stretch)
      let kicked = TestBunch<Double>(count: count) { numbers[$0, $1].value }
      let run = try MeshSpaceCharge(options()).start(.one)
      try run.apply(to: kicked.blocks, kickInputs(1.0, charge: 1e-12))
      return run.remarks
    }
    #expect(try remarks(1) == [])
    #expect(try remarks(1e3) == [])
    let said = try remarks(1e7)
    #expect(said.count == 1)
    #expect(said[0].contains("\"2.5D\"") && said[0].contains("pipe_radius"))
  }
}
