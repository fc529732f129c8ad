import AutoDiff
import BeamMaps

/// One of the numbers that an initial beam is described by.
public enum BeamNumber: Hashable, Sendable {
  /// Three names for one physical thing: the reference particle's energy [MeV] or momentum
  /// [MeV/c]. Only one of them can vary.
  case kineticEnergy, totalEnergy, momentum
  /// Of the bunch [C], a magnitude.
  case charge
  /// Of a continuous beam [A], a magnitude.
  case current
  /// A number of the ``BeamShapeDescription``, by its place there.
  case shape(Int)

  /// Those that have the same name for every beam.
  package static let named: [(name: String, number: BeamNumber)] = [
    ("kinetic_energy", .kineticEnergy), ("total_energy", .totalEnergy), ("momentum", .momentum),
    ("charge", .charge), ("current", .current),
  ]

  package var isEnergy: Bool { [.kineticEnergy, .totalEnergy, .momentum].contains(self) }

  /// γ − 1 of the reference particle, where this number, one of its energy, has a value.
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
