import AutoDiff
import BeamMaps

/// A number that describes an initial beam.
public enum BeamNumber: Hashable, Sendable {
  /// Three forms of one quantity: the reference particle's energy [MeV] or momentum [MeV/c]. Only
  /// one of them can vary.
  case kineticEnergy, totalEnergy, momentum
  /// The magnitude of the bunch charge [C].
  case charge
  /// The magnitude of a continuous beam's current [A].
  case current
  /// A number of the ``BeamShapeDescription``, by its index there.
  case shape(Int)

  /// The numbers that have the same name for every beam.
  package static let named: [(name: String, number: BeamNumber)] = [
    ("kinetic_energy", .kineticEnergy), ("total_energy", .totalEnergy), ("momentum", .momentum),
    ("charge", .charge), ("current", .current),
  ]

  package var isEnergy: Bool { [.kineticEnergy, .totalEnergy, .momentum].contains(self) }

  /// γ − 1 of the reference particle for a value of this number, which is one of the three forms of
  /// its energy.
  public func kineticEnergyOverMass<S: RealScalar>(_ value: S, _ species: Species) -> S {
    let mass = species.mass
    switch self {
    case .totalEnergy: return (value - mass) * (1 / mass)
    case .momentum:
      // √(m² + p²) − m without cancellation.
      let square = value.squared
      return square / ((S.sqrt(square + mass * mass) + mass) * mass)
    default: return value * (1 / mass)
    }
  }
}
