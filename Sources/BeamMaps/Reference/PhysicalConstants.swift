/// Physical constants, CODATA 2022 (E. Tiesinga, P. Mohr, D. Newell, B. Taylor, 2024).
public enum PhysicalConstants {
  /// Speed of light in vacuum [m/s], exact.
  public static let speedOfLight = 299_792_458.0
  /// Elementary charge [C], exact.
  public static let elementaryCharge = 1.602176634e-19
  /// Vacuum electric permittivity [F/m].
  public static let vacuumPermittivity = 8.8541878188e-12
  /// Electron mass [kg].
  public static let electronMass = 9.1093837139e-31
  /// Proton mass [kg].
  public static let protonMass = 1.67262192595e-27

  /// The rest energy [MeV] of a mass [kg].
  public static func restEnergy(ofMass kilograms: Double) -> Double {
    kilograms * speedOfLight * speedOfLight / elementaryCharge * 1e-6
  }
}
