import AutoDiff
import BeamDynamics
import BeamSamples
import Communication
import LinearAlgebra
import Testing

@testable import Sensitivity

/// Reverse against forward over the whole catalog.
@Suite struct ParticleSweepTests {
  /// Every number of every sample of every kind, placement and energy included, at zero too.
  ///
  /// Forward and reverse mode compute the same sums in another order: a few hundred roundings of
  /// terms that may cancel, compared with the largest derivative of the same unit's size.
  @Test(arguments: catalogKinds)
  func reverseAgreesWithForward(_ name: String) throws {
    func check<E: Element>(_: E.Type) throws {
      var worst = (deviation: 0.0, where: "")
      for (i, element) in ElementSamples<E>().all.enumerated() {
        for (n, beam) in TestBeam.allCases.enumerated() {
          let placement = Placement.samples[(i + 2 * n) % Placement.samples.count]
          let small = SmallBeam(element, beam, placement)
          let found = try Self.deviation(small)
          if !(found.deviation <= worst.deviation) {
            worst = (found.deviation, "\(element) \(beam) \(found.name)")
          }
        }
      }
      #expect(worst.deviation <= 1e-12, "\(worst.where): \(worst.deviation)")
    }
    try check(kind(name))
  }

  /// The largest deviation of a derivative, relative to the sum of its terms' magnitudes.
  static func deviation(_ small: SmallBeam) throws -> (deviation: Double, name: String) {
    let start = BeamStart<Double>(small.bunch.reference, energyVaries: true)
    let evaluation = try small.sweep(small.values).forward(small.bunch, from: start)
    let objective = WeighedNumbers(evaluation.observations)
    let cotangents = objective.cotangents(evaluation.observations)
    let gradient = try evaluation.pullBack(cotangents)
    var worst = (deviation: 0.0, name: "")
    for k in 0...small.values.count {
      let isEnergy = k == small.values.count
      let values = small.values.enumerated().map { Tangent($1, tangent: $0 == k ? 1 : 0) }
      let observations = try small.sweep(values).forward(
        small.bunch, from: small.start(energyTangent: isEnergy ? 1 : nil)
      ).observations
      let forward = objective.value(observations).tangent
      // Where a derivative is zero by symmetry, what counts is the rounding of the numbers
      // themselves, over the natural size of what is varied.
      let size =
        isEnergy ? small.bunch.reference.kineticEnergyOverMass : max(1, small.values[k].magnitude)
      let scale = zip(observations, objective.weights).reduce(0.0) { sum, pair in
        zip(pair.0.numbers, pair.1).reduce(sum) {
          $0 + ($1.0.tangent * $1.1).magnitude + ($1.0.value * $1.1).magnitude / size
        }
      }
      let reverse = isEnergy ? gradient.kineticEnergyOverMass : gradient.parameters[k]
      let deviation = (reverse - forward).magnitude / scale
      if !(deviation <= worst.deviation) {
        worst = (
          deviation, isEnergy ? "energy" : small.beamline.name(of: small.parameters[k])
        )
      }
    }
    return worst
  }
}
