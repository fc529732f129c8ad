import BeamDynamics
import Communication
import Foundation
import Testing

@testable import CollectiveEffects

/// One kick against that of an independent program: see Fixtures/README.md.
@Suite struct ReferenceKickTests {
  /// Constants of the reference, and what it says.
  private struct Reference {
    var lower: [Double] = []
    var upper: [Double] = []
    var prefactor = 0.0
    var weight = 0.0
    var before: [[Double]] = []
    var afterAtFixedTime: [[Double]] = []
    var after: [[Double]] = []
    var density: [Double] = []
    var potential: [Double] = []

    init(_ name: String) throws {
      let url = try #require(
        Bundle.module.url(forResource: name, withExtension: "f64", subdirectory: "Fixtures"))
      let data = try Data(contentsOf: url)
      var numbers = data.withUnsafeBytes { bytes in
        (0..<data.count / 8).map {
          Double(
            bitPattern: UInt64(
              littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
        }
      }[...]
      func take(_ count: Int) -> [Double] {
        defer { numbers = numbers.dropFirst(count) }
        return Array(numbers.prefix(count))
      }
      func particles() -> [[Double]] { (0..<500).map { _ in take(6) } }
      lower = take(3)
      upper = take(3)
      prefactor = take(1)[0]
      weight = take(1)[0]
      before = particles()
      afterAtFixedTime = particles()
      after = particles()
      density = take(1547)
      potential = take(1547)
    }
  }

  private static let proton = Species(
    mass: PhysicalConstants.restEnergy(ofMass: 1.67262192369e-27), chargeNumber: 1)

  @Test(arguments: [("kick-linear", ParticleShape.linear), ("kick-quadratic", .quadratic)])
  func meshAndKickAreThoseOfTheReference(name: String, shape: ParticleShape) throws {
    let reference = try Reference(name)
    var options = SpaceChargeOptions()
    options.cells = [16, 12, 20]
    options.shape = shape
    options.gather = .linear
    options.box = .following(padding: 1.2)
    options.vacuumPermittivity = 8.8541878128e-12
    // βγ of the reference particle.
    let momentum = 0.11971868030494213
    let energy = momentum * momentum / (1 + (1 + momentum * momentum).squareRoot())
    let inputs = EffectSlice(
      length: 0.01,
      reference: ReferenceParticle(species: Self.proton, kineticEnergyOverMass: energy),
      charge: reference.weight * 1.602176634e-19)

    var bunch = Bunch<Double>(count: 500, reference: inputs.reference)
    for (i, z) in reference.before.enumerated() {
      bunch[i] = PhaseSpace(x: z[0], px: z[1], y: z[2], py: z[3], t: z[4], pt: z[5])
    }
    let kick = MeshKick<Double, Double>(options, .one)
    bunch.changeFrame(toFixedTime: true)
    let mesh = try bunch.withBlocks { try #require(try kick.charge(of: $0, inputs)) }
    // The reference's positions at fixed time have some roundings more than ours.
    let h = [mesh.spacing.x, mesh.spacing.y, mesh.spacing.z]
    let origin = [mesh.origin.x, mesh.origin.y, mesh.origin.z]
    for axis in 0..<3 {
      let width = reference.upper[axis] - reference.lower[axis]
      let first = origin[axis] + Double(kick.frame.rings[axis]) * h[axis]
      #expect(abs(first - reference.lower[axis]) < 1e-14 * width)
      #expect(abs(h[axis] * Double(options.cells[axis]) - width) < 1e-14 * width)
    }
    func nodes(_ scale: Double) -> [Double] {
      let all = (0..<17 * 13 * 21).map { n in
        kick.field[
          n % 17 + kick.frame.rings[0], n / 17 % 13 + kick.frame.rings[1],
          n / (17 * 13) + kick.frame.rings[2]] * scale
      }
      return stride(from: 0, to: all.count, by: 3).map { all[$0] }
    }
    // Sums of up to 500 charges: some tens of roundings.
    let density = nodes(1 / mesh.cellVolume)
    #expect(deviation(density, reference.density) < 1e-13)

    _ = try bunch.withBlocks { try kick.potential(of: $0, inputs) }
    // The peer's eightfold difference costs digits where ours has a series: 1e-12.
    #expect(deviation(nodes(1), reference.potential) < 1e-12)

    try bunch.withBlocks { try kick.apply(to: $0, inputs) }
    bunch.changeFrame(toFixedTime: false)
    // px, py: of the largest kick. The peer takes pt from differences of numbers near 1: 2e-9 of the
    // largest kick of a proton.
    for coordinate in [1, 3, 5] {
      let kicks = reference.after.indices.map {
        reference.after[$0][coordinate] - reference.before[$0][coordinate]
      }
      let largest = kicks.map(abs).max() ?? 0
      for i in kicks.indices {
        let error = abs(bunch[i][coordinate] - reference.after[i][coordinate])
        #expect(error < (coordinate == 5 ? 2e-9 : 1e-12) * largest, "\(i) \(coordinate)")
        // Forward and back at the start's positions.
        #expect(abs(bunch[i][coordinate - 1] - reference.after[i][coordinate - 1]) < 1e-15)
      }
    }
  }

  private func deviation(_ a: [Double], _ b: [Double]) -> Double {
    let largest = b.map(abs).max() ?? 1
    return (zip(a, b).map { abs($0 - $1) }.max() ?? 0) / largest
  }
}
