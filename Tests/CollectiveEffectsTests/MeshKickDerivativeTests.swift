import AutoDiff
import BeamDynamics
import Communication
import Foundation
import Testing

@testable import CollectiveEffects

@Suite struct MeshKickDerivativeTests {
  private static let sigma = [1e-3, 2e-3, 1.5e-3, 1e-3, 2e-3, 3e-3]
  private let count = 60

  struct Case: Sendable, CustomTestStringConvertible {
    var shape: ParticleShape
    var gather: ParticleShape
    var box: MeshBox
    var testDescription: String { "\(shape) \(gather) \(box)" }
  }

  static let cases: [Case] = [
    Case(shape: .linear, gather: .linear, box: .following(padding: 1.1)),
    Case(shape: .quadratic, gather: .linear, box: .following(padding: 1.2)),
    Case(shape: .quadratic, gather: .quadratic, box: .following(padding: 1.1)),
    Case(shape: .cubic, gather: .cubic, box: .following(padding: 1.1)),
    Case(shape: .cubic, gather: .cubic, box: .growing(padding: 1.1, factor: 1.1)),
    Case(
      shape: .quadratic, gather: .quadratic,
      box: .fixed(x: -8e-3...8e-3, y: -12e-3...12e-3, z: -12e-3...12e-3)),
  ]

  private func options(_ test: Case) -> SpaceChargeOptions {
    var options = SpaceChargeOptions()
    options.cells = [8, 9, 7]
    options.shape = test.shape
    options.gather = test.gather
    options.box = test.box
    return options
  }

  /// Random directions in all coordinates, in length, energy and charge.
  private func bunch(_ step: Double, seed: UInt64) -> TestBunch<Double> {
    var points = Sequence64(seed: 3)
    var random = Sequence64(seed: seed)
    return TestBunch<Double>(count: count) { _, coordinate in
      let sigma = Self.sigma[coordinate]
      return sigma * points.normal() + step * sigma * random.next()
    }
  }

  private func tangents(_ seed: UInt64) -> TestBunch<Tangent<Double>> {
    var points = Sequence64(seed: 3)
    var random = Sequence64(seed: seed)
    return TestBunch<Tangent<Double>>(count: count) { _, coordinate in
      let sigma = Self.sigma[coordinate]
      return Tangent(sigma * points.normal(), tangent: sigma * random.next())
    }
  }

  private func inputs(_ step: Double) -> EffectSlice<Double> {
    kickInputs(1 + 0.7 * step, energy: 0.00714 * (1 + 0.3 * step), charge: 2e-12 * (1 - 0.4 * step))
  }

  private func tangentInputs() -> EffectSlice<Tangent<Double>> {
    kickInputs(
      Tangent(1, tangent: 0.7), energy: Tangent(0.00714, tangent: 0.3 * 0.00714),
      charge: Tangent(2e-12, tangent: -0.4 * 2e-12))
  }

  /// Tangents equal differences of kicks: to 1e-7 for steps of 1e-5 (third derivatives, and kinks of
  /// the linear shape where a particle changes its cell, which none of these steps meets).
  @Test(arguments: cases) func tangentsAreDifferences(test: Case) throws {
    let kick = MeshKick<Tangent<Double>, Tangent<Double>>(options(test), .one)
    let moved = tangents(5)
    try kick.apply(to: moved.blocks, tangentInputs())
    let step = 1e-6
    func after(_ step: Double) throws -> TestBunch<Double> {
      let plain = bunch(step, seed: 5)
      try MeshKick<Double, Double>(options(test), .one).apply(to: plain.blocks, inputs(step))
      return plain
    }
    let (upper, lower) = (try after(step), try after(-step))
    var worst = 0.0
    for i in 0..<count {
      for plane in [1, 3, 5] {
        let difference = (upper[i, plane] - lower[i, plane]) / (2 * step)
        worst = max(worst, abs(moved[i, plane].tangent - difference) / Self.sigma[plane])
      }
    }
    #expect(worst < 2e-7)
  }

  /// ⟨w, J u⟩ = ⟨Jᵀw, u⟩ over coordinates, length, energy and charge; and the way back restores the
  /// momenta.
  @Test(arguments: cases) func theWayBackIsTheTransposeOfTheTangents(test: Case) throws {
    let forward = MeshKick<Tangent<Double>, Tangent<Double>>(options(test), .one)
    let before = tangents(5)
    let after = before.copy()
    try forward.apply(to: after.blocks, tangentInputs())
    var random = Sequence64(seed: 11)
    // v = Ω⁻¹w: w_q = v_p, w_p = −v_q.
    let cotangents = TestBunch<Double>(count: count) { _, coordinate in
      random.next() / Self.sigma[coordinate ^ 1]
    }
    func product(_ v: TestBunch<Double>, _ u: TestBunch<Tangent<Double>>) -> Double {
      var sum = 0.0
      for i in 0..<count {
        for q in [0, 2, 4] {
          sum += v[i, q + 1] * u[i, q].tangent - v[i, q] * u[i, q + 1].tangent
        }
      }
      return sum
    }
    let left = product(cotangents, after)
    let particles = bunch(0, seed: 5)
    try MeshKick<Double, Double>(options(test), .one).apply(to: particles.blocks, inputs(0))
    let bars = try MeshKick<Double, Double>(options(test), .one).pullBack(
      cotangents.blocks, particles.blocks, inputs(0))
    let right =
      product(cotangents, before) + bars.length * 0.7
      + bars.kineticEnergyOverMass * 0.3 * 0.00714 - bars.charge * 0.4 * 2e-12
    // Forward and reverse mode sum the same terms in another order: ten thousand roundings of
    // 1.1e-16 at the most.
    #expect(abs(left - right) < 1e-12 * abs(left).squareRoot().squared + 1e-12 * abs(left))
    for i in 0..<count {
      for plane in [1, 3, 5] {
        // The same arithmetic with and without tangents, of momenta below one: the last bits.
        #expect(abs(particles[i, plane] - before[i, plane].value) < 1e-15)
      }
    }
  }

  /// The tangent of the way back is the difference of ways back: second derivatives.
  @Test func theWayBackHasATangent() throws {
    let test = Self.cases[3]
    func cotangents<C: MeshNumber>(_: C.Type) -> TestBunch<C> where C.Word == Double {
      var random = Sequence64(seed: 11)
      return TestBunch<C>(count: count) { _, coordinate in
        C(random.next() / Self.sigma[coordinate ^ 1])
      }
    }
    let particles = tangents(5)
    try MeshKick<Tangent<Double>, Tangent<Double>>(options(test), .one)
      .apply(to: particles.blocks, tangentInputs())
    let bars = cotangents(Tangent<Double>.self)
    let result = try MeshKick<Tangent<Double>, Tangent<Double>>(options(test), .one)
      .pullBack(bars.blocks, particles.blocks, tangentInputs())
    let step = 1e-6
    func back(_ step: Double) throws -> (TestBunch<Double>, EffectCotangents<Double>) {
      let plain = bunch(step, seed: 5)
      try MeshKick<Double, Double>(options(test), .one).apply(to: plain.blocks, inputs(step))
      let bars = cotangents(Double.self)
      let result = try MeshKick<Double, Double>(options(test), .one).pullBack(
        bars.blocks, plain.blocks, inputs(step))
      return (bars, result)
    }
    let (upper, lower) = (try back(step), try back(-step))
    var (worst, largest) = (0.0, 0.0)
    for i in 0..<count {
      for plane in [1, 3, 5] {
        let difference = (upper.0[i, plane] - lower.0[i, plane]) / (2 * step)
        largest = max(largest, abs(difference))
        worst = max(worst, abs(bars[i, plane].tangent - difference))
      }
    }
    #expect(worst < 1e-6 * largest)
    func agree(_ exact: Tangent<Double>, _ a: Double, _ b: Double) -> Bool {
      abs(exact.tangent - (a - b) / (2 * step)) < 1e-6 * abs(exact.tangent)
    }
    #expect(agree(result.length, upper.1.length, lower.1.length))
    #expect(agree(result.charge, upper.1.charge, lower.1.charge))
    #expect(
      agree(
        result.kineticEnergyOverMass, upper.1.kineticEnergyOverMass,
        lower.1.kineticEnergyOverMass))
  }

  @Test func secondDerivativesNeedTheCubicShape() throws {
    var options = SpaceChargeOptions()
    options.cells = [8, 8, 8]
    let run = try MeshSpaceCharge(options).start(.one)
    let particles = tangents(5)
    #expect(throws: SpaceChargeError.shapeHasNoSecondDerivative(.linear)) {
      try run.pullBack(particles.blocks, particles.blocks, tangentInputs())
    }
  }
}
