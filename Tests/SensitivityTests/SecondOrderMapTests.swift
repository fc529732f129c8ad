import BeamDynamics
import LinearAlgebra
import Testing

@testable import Sensitivity

@Suite struct SecondOrderMapTests {
  private let reference = ReferenceParticle<Double>(species: .proton, kineticEnergy: 6.7)

  /// In free flight x′ = x + L·px/pz with pz² = 1 − 2pt/β + pt² − px² − py²: ∂²x′/∂px∂pt = L/β, and
  /// t′ = t + L((1/β − pt)/pz − 1/β): ∂²t′/∂px² = L/β. A few roundings.
  @Test func aDriftHasTheClosedFormsOfFreeFlight() {
    let map = SecondOrderMap(Beamline([Drift(length: 0.7, model: .exact)]), from: reference)
    let beta = reference.beta
    #expect(abs(map[0, 1, 5] - 0.7 / beta) <= 1e-14)
    #expect(abs(map[0, 5, 1] - 0.7 / beta) <= 1e-14)
    #expect(abs(map[4, 1, 1] - 0.7 / beta) <= 1e-14)
    #expect(map[0, 1, 1] == 0)
    #expect(abs(map.matrix[0, 1] - 0.7) <= 1e-15)
  }

  /// Against differences of the tracked map along two directions at once: h²/6 of a fourth
  /// derivative of order 10³ with h = 1e-4, and rounding 1e-16·1/h²: 1e-7 at most.
  @Test func aLineAgreesWithDifferencesOfTracking() throws {
    let line = Beamline([
      BeamlineElement("q", Quadrupole(length: 0.2, k1: 3)),
      BeamlineElement(
        "b", Bend(length: 0.4, angle: 0.3), placement: Placement(dx: 1e-3, tilt: 0.2)),
      BeamlineElement("s", Sextupole(length: 0.1, k2: 20)),
    ])
    let map = SecondOrderMap(line, from: reference)
    let h = 1e-4
    func image(_ j: Int, _ a: Double, _ k: Int, _ b: Double) throws -> PhaseSpace<Double> {
      var bunch = Bunch<Double>(count: 1, reference: reference)
      var z = PhaseSpace<Double>.zero
      z[j] += a
      z[k] += b
      bunch[0] = z
      try Tracker(line).track(&bunch)
      return bunch[0]
    }
    for j in 0..<6 {
      for k in 0..<6 {
        let pp = try image(j, h, k, h)
        let pm = try image(j, h, k, -h)
        let mp = try image(j, -h, k, h)
        let mm = try image(j, -h, k, -h)
        for i in 0..<6 {
          let difference = (pp[i] - pm[i] - mp[i] + mm[i]) / (4 * h * h)
          #expect(
            abs(map[i, j, k] - difference) <= 1e-4 * max(1, abs(difference)), "\(i) \(j) \(k)")
        }
      }
    }
  }
}
