import BeamDynamics
import Documents

/// The physical constants that expressions in run files may use, besides `pi`.
public enum KnownConstants {
  /// By name, with their units: SI units, and MeV for rest energies, as everywhere in run files.
  public static let all: [ExpressionScope.KnownNumber] = [
    .init("speed_of_light", PhysicalConstants.speedOfLight, unit: "m/s", "in vacuum, exact"),
    .init("elementary_charge", PhysicalConstants.elementaryCharge, unit: "C", "exact"),
    .init(
      "vacuum_permittivity", PhysicalConstants.vacuumPermittivity, unit: "F/m", "CODATA 2022"),
    .init("electron_mass", Species.electron.mass, unit: "MeV", "rest energy, CODATA 2022"),
    .init("proton_mass", Species.proton.mass, unit: "MeV", "rest energy, CODATA 2022"),
    .init("muon_mass", Species.muonMinus.mass, unit: "MeV", "rest energy, PDG 2024"),
  ]
}
