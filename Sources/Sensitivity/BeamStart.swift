import AutoDiff
import BeamTracking
import LinearAlgebra

/// The beam that a sweep begins with, as far as it varies.
package struct BeamStart<C: SweepScalar>: Sendable {
  package var reference: ReferenceParticle<C>
  /// Whether the reference particle's energy varies.
  package var energyVaries: Bool
  /// The charge of the bunch [C], with the species' sign.
  package var charge: C
  /// How the particles were drawn, ζ = A·ζ̂ + mean, where A or the mean vary.
  package var shape: (recipe: InitialBeam, transform: Matrix6<C>, mean: Vector6<C>)?
  /// Each particle's own coordinates, where these vary.
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

extension BeamStart {
  /// The charge of a particle of weight 1 [C], where all particles together have this weight.
  ///
  /// Where the bunch has the charge of its weights, but for rounding, it is that of the species, as in
  /// tracking.
  func unitCharge(ofWeight total: Double) -> C {
    let unit = charge * (total > 0 ? 1 / total : 0)
    let own = reference.species.charge
    let difference = own - unit.plain
    return difference.magnitude <= 8 * own.ulp ? unit + C(difference) : unit
  }
}
