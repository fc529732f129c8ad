import AutoDiff
import BeamTracking
import LinearAlgebra

/// The initial values of a sweep that may vary.
package struct BeamStart<C: SweepScalar>: Sendable {
  package var reference: ReferenceParticle<C>
  /// Whether the reference particle's energy varies.
  package var energyVaries: Bool
  /// The charge of the bunch [C], with the species' sign.
  package var charge: C
  /// The distribution of the particles, ζ = A·ζ̂ + mean, if A or the mean varies.
  package var shape: (recipe: InitialBeam, transform: Matrix6<C>, mean: Vector6<C>)?
  /// The coordinates of each particle, if they vary.
  package var coordinates: [Vector6<C>]?
  /// For each particle of which a coordinate has a number of its own, instead of one from the shape, the indices of
  /// these coordinates.
  var replaced: [Int: Set<Int>] = [:]

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
  /// Whether a coordinate of a particle has a number of its own.
  @inline(__always)
  func isReplaced(_ particle: Int, _ coordinate: Int) -> Bool {
    !replaced.isEmpty && replaced[particle]?.contains(coordinate) == true
  }

  /// The charge of a particle of weight 1 [C], where `total` is the weight of all particles.
  ///
  /// If the bunch charge equals that of the weights, up to rounding, it is the charge of the
  /// species, as in tracking.
  func unitCharge(ofWeight total: Double) -> C {
    let unit = charge * (total > 0 ? 1 / total : 0)
    let own = reference.species.charge
    let difference = own - unit.plain
    return difference.magnitude <= 8 * own.ulp ? unit + C(difference) : unit
  }
}
