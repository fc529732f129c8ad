import AutoDiff
import BeamDynamics
import BeamMaps
import Communication
import Foundation
import Testing

@testable import CollectiveEffects

@Suite struct GaussianKickTests {
  private let inputs: EffectSlice<Double> = kickInputs(Double(0.3), energy: 1.5, charge: 3e-13)
  private let run = GaussianSpaceCharge(SpaceChargeOptions()).start(.one)

  /// A bunch whose own middle and sizes are these to rounding: along z `sizes[2]/γ0`.
  private func bunch(_ sizes: [Double], count: Int = 400) -> TestBunch<Double> {
    var random = Sequence64(seed: 8)
    let bunch = TestBunch<Double>(count: count) { _, coordinate in
      coordinate % 2 == 0 ? random.normal() : 0
    }
    for axis in 0..<3 {
      let values = (0..<count).map { bunch[$0, 2 * axis] }
      let mean = values.reduce(0, +) / Double(count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
      let size = axis == 2 ? sizes[2] / inputs.reference.gamma : sizes[axis]
      for i in 0..<count { bunch[i, 2 * axis] = size * (values[i] - mean) / variance.squareRoot() }
    }
    return bunch
  }

  /// The largest deviation of kicks from those of a field with Q/4πε0 = 1 at rest, per largest.
  private func worst(
    _ bunch: TestBunch<Double>, _ field: (_ r: [Double]) -> [Double]
  ) throws -> Double {
    let kicked = bunch.copy()
    try run.apply(to: kicked.blocks, inputs)
    let gamma = inputs.reference.gamma
    let b = inputs.reference.betaGamma
    let charge = inputs.charge * Double(bunch.count)
    // K·Q/4πε0; φ_lab = γ0 φ(x, y, γ0 z).
    let strength =
      inputs.length * charge
      / (4 * Double.pi * PhysicalConstants.vacuumPermittivity * b * b * gamma
        * inputs.reference.species.mass * 1e6)
    var (worst, largest) = (0.0, 0.0)
    for i in 0..<bunch.count {
      let e = field([bunch[i, 0], bunch[i, 2], gamma * bunch[i, 4]])
      for axis in 0..<3 {
        let change = strength * gamma * (axis == 2 ? gamma : 1) * e[axis]
        largest = max(largest, abs(change))
        worst = max(worst, abs(kicked[i, 2 * axis + 1] - change))
      }
    }
    return worst / largest
  }

  /// E = erf(r/√2σ)/r² − √(2/π) exp(−r²/2σ²)/(σr).
  @Test func aSphereHasItsField() throws {
    let sigma = 1e-3
    let error = try worst(bunch([sigma, sigma, sigma])) { r in
      let distance = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]).squareRoot()
      let e =
        erf(distance / (2.0.squareRoot() * sigma)) / (distance * distance)
        - (2 / Double.pi).squareRoot() * exp(-distance * distance / (2 * sigma * sigma))
        / (sigma * distance)
      return r.map { e * $0 / distance }
    }
    // Both forms lose some digits near the middle.
    #expect(error < 1e-11, "\(error)")
  }

  /// Against 400 points, over the variable with the scale of the largest size.
  @Test(arguments: [
    [1.0, 2, 0.5], [1, 1, 10], [30, 1, 3], [1, 1, 100], [100, 1, 100], [1, 3, 1000],
  ]) func anEllipsoidHasItsField(sizes: [Double]) throws {
    let points = GaussLegendre.points(400)
    let sigma = sizes.map { 1e-3 * $0 }
    let error = try worst(bunch(sigma, count: 100)) { r in
      var sum = [0.0, 0, 0]
      // s = σ₀² times the square of tan: another map than the formula's.
      let scale = sigma.reduce(1, *)
      let unit = Foundation.pow(scale, 2.0 / 3)
      for (place, weight) in points {
        // s from 0 to infinity, evenly over its logarithm in the middle.
        let tau = place / (1 - place)
        let s = 2 * unit * tau * tau * tau * tau
        let slope = 8 * unit * tau * tau * tau / ((1 - place) * (1 - place))
        let d = sigma.map { 2 * $0 * $0 + s }
        let exponent = (0..<3).reduce(0.0) { $0 + r[$1] * r[$1] / d[$1] }
        let e = weight * slope * exp(-exponent) / (Double.pi * d[0] * d[1] * d[2]).squareRoot()
        for axis in 0..<3 { sum[axis] += 2 * r[axis] * e / d[axis] }
      }
      return sum
    }
    // Normal numbers of this sample reach 4σ.
    #expect(error < 1e-7, "\(error)")
  }

  /// In the middle of a bunch a thousand times longer than wide, the field is that of a line with
  /// λ = Q/√(2π)σz, up to (r/σz)² ≤ 1.6e-5 times a logarithm.
  @Test func aLongBunchHasTheFieldOfALine() throws {
    let (sigma, length) = (1e-3, 1.0)
    let sizes = [sigma, sigma, length]
    let field = GaussianField<Double>(
      variances: sizes.map { $0 * $0 }, plain: sizes.map { $0 * $0 })
    for r in [0.1, 0.5, 1, 2, 4] {
      let x = r * sigma
      let line = -2 * expm1(-0.5 * r * r) / (x * (2 * Double.pi).squareRoot() * length)
      #expect(abs(field(x, 0, 0).x / line - 1) < 1e-4)
    }
  }

  /// Points are on a fixed order of the tiles, whoever takes them; with thousands of particles in each
  /// thread.
  @Test func resultsDoNotDependOnTheThreads() throws {
    let start = bunch([1e-3, 2e-3, 1e-3], count: 20_000)
    let cotangents = bunch([1, 1, 1], count: 20_000)
    let results = try [1, 2, 3].map { threads in
      let (particles, bars) = (start.copy(), cotangents.copy())
      let run = GaussianSpaceCharge(SpaceChargeOptions()).start(Workers(count: threads))
      try run.apply(to: particles.blocks, inputs)
      let kicked = particles.copy()
      let result = try run.pullBack(bars.blocks, particles.blocks, inputs)
      return (kicked, bars, result)
    }
    for other in results.dropFirst() {
      #expect(other.2.charge == results[0].2.charge)
      #expect(other.2.kineticEnergyOverMass == results[0].2.kineticEnergyOverMass)
      for i in 0..<start.count {
        for plane in [1, 3, 5] {
          #expect(other.0[i, plane] == results[0].0[i, plane])
          #expect(other.1[i, plane] == results[0].1[i, plane])
        }
      }
    }
  }

  @Test func particlesInSinglePrecisionAgree() throws {
    let exact = bunch([1e-3, 1e-3, 2e-3])
    var single = Bunch<Float>(count: exact.count, reference: inputs.reference)
    for i in 0..<exact.count {
      single[i] = PhaseSpace(x: exact[i, 0], px: 0, y: exact[i, 2], py: 0, t: exact[i, 4], pt: 0)
    }
    single.setWeights(to: 1)
    try run.apply(to: exact.blocks, inputs)
    try single.withBlocks { try run.apply(to: $0, inputs) }
    let largest = (0..<exact.count).reduce(0) { max($0, abs(exact[$1, 1])) }
    for i in 0..<exact.count {
      // A sum of 28 numbers, some roundings each.
      #expect(abs(single[i].px - exact[i, 1]) < 2e-6 * largest)
      #expect(abs(single[i].pt - exact[i, 5]) < 2e-6 * largest * inputs.reference.gamma)
    }
  }

  @Test func theLostHaveNoPart() throws {
    let whole = bunch([1e-3, 1e-3, 2e-3], count: 101)
    whole[7, 7] = 0
    whole[7, 0] = .nan
    let others = TestBunch<Double>(count: 100) { i, plane in whole[i < 7 ? i : i + 1, plane] }
    try run.apply(to: whole.blocks, inputs)
    try run.apply(to: others.blocks, inputs)
    #expect(whole[7, 1] == 0)
    let largest = (0..<100).reduce(0) { max($0, abs(others[$1, 1])) }
    for i in 0..<100 {
      // Sums over 100 particles in another order, and as much in the size that they give.
      #expect(abs(whole[i < 7 ? i : i + 1, 1] - others[i, 1]) < 1e-13 * largest)
    }
  }

  @Test func aBunchWithoutASizeIsRefusedByName() throws {
    let flat = bunch([1e-3, 1e-3, 1e-3])
    for i in 0..<flat.count { flat[i, 4] = 0.3 }
    #expect(throws: SpaceChargeError.noSize(axis: "z")) {
      try run.apply(to: flat.blocks, inputs)
    }
    let alone = TestBunch<Double>(count: 1) { _, _ in 1e-3 }
    try run.apply(to: alone.blocks, inputs)
    #expect(alone[0, 1] == 1e-3)
  }
}
