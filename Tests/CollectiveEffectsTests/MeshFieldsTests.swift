import AutoDiff
import BeamDynamics
import Communication
import Testing

@testable import CollectiveEffects

@Suite struct MeshFieldsTests {
  private static func options() -> SpaceChargeOptions {
    var options = SpaceChargeOptions()
    options.cells = [8, 9, 7]
    options.box = .fixed(x: -6e-3...6e-3, y: -8e-3...9e-3, z: -9e-3...9e-3)
    options.bins = 6
    options.pipeRadius = 0.03
    return options
  }

  /// A particle on a node gets Δp = qEΔs/(β0²γ0³mc²) of the node's field, whatever the model.
  @Test(
    arguments: [
      MeshSpaceCharge.self, PlanarSpaceCharge.self, LongBunchSpaceCharge.self,
    ] as [any SpaceChargeModel.Type])
  func aParticleOnANodeFeelsItsField(model: any SpaceChargeModel.Type) throws {
    let inputs: EffectSlice<Double> = kickInputs(0.4, energy: 0.8, charge: 3e-12)
    var random = Sequence64(seed: 4)
    let bunch = TestBunch<Double>(count: 80) { _, coordinate in
      coordinate % 2 == 0 ? 1e-3 * random.normal() : 0
    }
    let run = try #require(
      try model.init(Self.options()).begin(.one) as? MeshSpaceChargeRun)
    // The first particle of the bunch is at the node 1 of a profile.
    bunch[0, 4] = -7e-3
    var fields = try #require(try run.fields(of: bunch.blocks, inputs))
    let node = [3, 5, fields.nodes[2] == 1 ? 0 : fields.axes[2] == "t" ? 1 : 4]
    for axis in 0..<2 {
      bunch[0, 2 * axis] = fields.origin[axis] + Double(node[axis]) * fields.spacing[axis]
    }
    if fields.axes[2] == "z" { bunch[0, 4] = fields.origin[2] + 4 * fields.spacing[2] }
    fields = try #require(try run.fields(of: bunch.blocks, inputs))
    try run.apply(to: bunch.blocks, inputs)
    let b = inputs.reference.betaGamma
    let strength =
      inputs.length / (b * b * inputs.reference.gamma * inputs.reference.species.mass * 1e6)
    let count = fields.potential.count
    let place = (node[2] * fields.nodes[1] + node[1]) * fields.nodes[0] + node[0]
    let expected = (0..<3).map { strength * fields.field[$0 * count + place] }
    let largest = expected.reduce(0) { max($0, abs($1)) }
    #expect(largest > 0)
    for axis in 0..<3 {
      #expect(abs(bunch[0, 2 * axis + 1] - expected[axis]) < 1e-12 * largest)
    }
  }

  /// Fewer than two living particles have no mesh.
  @Test func oneParticleHasNoMesh() throws {
    let inputs: EffectSlice<Double> = kickInputs()
    let bunch = TestBunch<Double>(count: 1) { _, _ in 0 }
    let run = try MeshSpaceCharge(Self.options()).begin(.one) as? MeshSpaceChargeRun
    #expect(try run?.fields(of: bunch.blocks, inputs) == nil)
  }
}
