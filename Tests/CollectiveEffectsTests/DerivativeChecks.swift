import AutoDiff
import BeamDynamics
import Communication
import Foundation

@testable import CollectiveEffects

/// What every model of space charge must satisfy: kicks of a small bunch, with random directions in
/// all coordinates, in length, energy and charge.
struct DerivativeChecks {
  let kick: any CollectiveEffect
  var count = 60
  var sigma = [1e-3, 2e-3, 1.5e-3, 1e-3, 2e-3, 3e-3]
  /// That the kick stands for [m].
  var length = 1.0
  /// Of a particle [C].
  var charge = 2e-12
  /// By which the charge is varied [C].
  var chargeScale = 2e-12

  private func bunch(_ step: Double) -> TestBunch<Double> {
    var (points, random) = (Sequence64(seed: 3), Sequence64(seed: 5))
    return weigh(
      TestBunch<Double>(count: count) { _, coordinate in
        let sigma = self.sigma[coordinate]
        return sigma * points.normal() + step * sigma * random.next()
      })
  }

  private func tangents() -> TestBunch<Tangent<Double>> {
    var (points, random) = (Sequence64(seed: 3), Sequence64(seed: 5))
    return weigh(
      TestBunch<Tangent<Double>>(count: count) { _, coordinate in
        let sigma = self.sigma[coordinate]
        return Tangent(sigma * points.normal(), tangent: sigma * random.next())
      })
  }

  /// Unequal weights, and one particle that is lost.
  private func weigh<C: MeshNumber>(_ bunch: TestBunch<C>) -> TestBunch<C> {
    for i in 0..<count { bunch[i, 6] = C(1 + 0.01 * Double(i)) }
    bunch[count / 3, 7] = C.zero
    return bunch
  }

  private func inputs(_ step: Double) -> EffectSlice<Double> {
    kickInputs(
      length + 0.7 * step, energy: 0.00714 * (1 + 0.3 * step),
      charge: charge - 0.4 * step * chargeScale)
  }

  private var tangentInputs: EffectSlice<Tangent<Double>> {
    kickInputs(
      Tangent(length, tangent: 0.7), energy: Tangent(0.00714, tangent: 0.3 * 0.00714),
      charge: Tangent(charge, tangent: -0.4 * chargeScale))
  }

  private func cotangents<C: MeshNumber>(_: C.Type) -> TestBunch<C> where C.Word == Double {
    var random = Sequence64(seed: 11)
    return TestBunch<C>(count: count) { _, coordinate in
      C(random.next() / self.sigma[coordinate ^ 1])
    }
  }

  /// The largest difference of tangents and central differences of kicks, per largest change.
  func tangentError(step: Double = 1e-6) throws -> Double {
    let moved = tangents()
    try kick.start(.one).apply(to: moved.blocks, tangentInputs)
    func after(_ step: Double) throws -> TestBunch<Double> {
      let plain = bunch(step)
      try kick.start(.one).apply(to: plain.blocks, inputs(step))
      return plain
    }
    let (upper, lower) = (try after(step), try after(-step))
    let before = tangents()
    var (worst, largest) = (0.0, 0.0)
    for i in 0..<count {
      for plane in [1, 3, 5] {
        let own = before[i, plane].tangent
        let difference = (upper[i, plane] - lower[i, plane]) / (2 * step) - own
        largest = max(largest, abs(difference))
        worst = max(worst, abs(moved[i, plane].tangent - own - difference))
      }
    }
    return worst / largest
  }

  /// |⟨w, Ju⟩ − ⟨Jᵀw, u⟩| per part of ⟨w, Ju⟩ that the kick makes, and how far momenta are from what
  /// they were after the way back, per largest momentum.
  func transposeError() throws -> (product: Double, restored: Double) {
    let before = tangents()
    let after = tangents()
    try kick.start(.one).apply(to: after.blocks, tangentInputs)
    // v = Ω⁻¹w: w_q = v_p, w_p = −v_q.
    let bars = cotangents(Double.self)
    func product(_ v: TestBunch<Double>, _ u: TestBunch<Tangent<Double>>) -> Double {
      var sum = 0.0
      for i in 0..<count {
        for q in [0, 2, 4] {
          sum += v[i, q + 1] * u[i, q].tangent - v[i, q] * u[i, q + 1].tangent
        }
      }
      return sum
    }
    let left = product(bars, after)
    let unkicked = product(bars, before)
    let particles = bunch(0)
    try kick.start(.one).apply(to: particles.blocks, inputs(0))
    let result = try kick.start(.one).pullBack(bars.blocks, particles.blocks, inputs(0))
    let right =
      product(bars, before) + result.length * 0.7
      + result.kineticEnergyOverMass * 0.3 * 0.00714 - result.charge * 0.4 * chargeScale
    var (worst, largest) = (0.0, 0.0)
    for i in 0..<count {
      for plane in [1, 3, 5] {
        worst = max(worst, abs(particles[i, plane] - before[i, plane].value))
        largest = max(largest, abs(before[i, plane].value))
      }
    }
    return (abs(left - right) / abs(left - unkicked), worst / largest)
  }

  /// The largest difference of the way back's tangents and differences of ways back, per largest.
  func secondError(step: Double = 1e-6) throws -> Double {
    let particles = tangents()
    try kick.start(.one).apply(to: particles.blocks, tangentInputs)
    let bars = cotangents(Tangent<Double>.self)
    let result = try kick.start(.one).pullBack(bars.blocks, particles.blocks, tangentInputs)
    func back(_ step: Double) throws -> (TestBunch<Double>, EffectCotangents<Double>) {
      let plain = bunch(step)
      try kick.start(.one).apply(to: plain.blocks, inputs(step))
      let bars = cotangents(Double.self)
      let result = try kick.start(.one).pullBack(bars.blocks, plain.blocks, inputs(step))
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
    worst /= largest
    func compare(_ exact: Tangent<Double>, _ a: Double, _ b: Double) {
      let difference = (a - b) / (2 * step)
      worst = max(worst, abs(exact.tangent - difference) / abs(difference))
    }
    compare(result.length, upper.1.length, lower.1.length)
    compare(result.charge, upper.1.charge, lower.1.charge)
    compare(
      result.kineticEnergyOverMass, upper.1.kineticEnergyOverMass, lower.1.kineticEnergyOverMass)
    return worst
  }
}
