import AutoDiff
import BeamDynamics
import Communication
import LinearAlgebra

package protocol SweepNumber: SweepScalar {
  var plain: Double { get }
  var derivative: Double { get }
}
extension Double: SweepNumber {
  package var plain: Double { self }
  package var derivative: Double { 0 }
}
extension Tangent: SweepNumber where Value == Double {
  package var plain: Double { value }
  package var derivative: Double { tangent }
}
package struct BeamStart<C: SweepNumber>: Sendable {
  package var reference: ReferenceParticle<C>
  package var energyVaries: Bool
  package var charge: C
  package var shape: (recipe: InitialBeam, transform: Matrix6<C>, mean: Vector6<C>)?
  package var coordinates: [Vector6<C>]?

  package init(
    _ reference: ReferenceParticle<C>, energyVaries: Bool = false, charge: C = .zero,
    shape: (recipe: InitialBeam, transform: Matrix6<C>, mean: Vector6<C>)? = nil,
    coordinates: [Vector6<C>]? = nil
  ) {
    self.reference = reference
    self.energyVaries = energyVaries
    self.charge = charge
    self.shape = shape
    self.coordinates = coordinates
  }
}
package struct SweepCotangents<C: SweepNumber>: Sendable {
  package var parameters: [C]
  package var kineticEnergyOverMass: C
  package var charge: C
  package var transform = Matrix6<C>.zero
  package var mean = Vector6<C>(repeating: .zero)
  package var coordinates: [Vector6<C>] = []
}
package struct ParticlePassage<C: SweepNumber> {
  package var observations: [BeamObservation<C>]
  package var losses: [ParticleLoss] = []
  package consuming func pullBack(
    _ cotangents: [BeamObservation<C>]
  ) throws -> SweepCotangents<C> {
    preconditionFailure("stub")
  }
}
package struct ParticleSweep<C: SweepNumber> {
  package init(
    beamline: Beamline, turns: Int = 1, slices: Int = 1, parameters: [BeamlineParameter],
    values: [C], requests: [ObservationRequest], workers: Workers
  ) {}
  package func forward(
    _ bunch: Bunch<Double>, from start: BeamStart<C>
  ) throws -> ParticlePassage<C> {
    preconditionFailure("stub")
  }
}
