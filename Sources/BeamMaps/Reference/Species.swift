import SystemLibrary

/// A kind of particle: its mass and its charge.
public struct Species: Sendable, Equatable {
  /// An index into ``names``, and not the name itself, so that copies of a reference particle need
  /// no reference counting.
  private let nameNumber: Int?
  /// Rest energy mc² [MeV].
  public let mass: Double
  /// Charge in units of the elementary charge, signed.
  public let chargeNumber: Double

  init(named name: String, mass: Double, chargeNumber: Double) {
    nameNumber = Self.names.firstIndex(of: name)
    self.mass = mass
    self.chargeNumber = chargeNumber
  }

  /// A particle, for example an ion, of rest energy `mass` [MeV] > 0 and charge `chargeNumber` [e]
  /// ≠ 0.
  public init(mass: Double, chargeNumber: Double) {
    require(mass > 0 && mass.isFinite, "a species has a positive mass")
    require(chargeNumber != 0 && chargeNumber.isFinite, "a species has a charge")
    nameNumber = nil
    self.mass = mass
    self.chargeNumber = chargeNumber
  }

  /// The name in run files; nil for a species given by mass and charge.
  public var name: String? { nameNumber.map { Self.names[$0] } }

  private static let names = [
    "electron", "positron", "proton", "antiproton", "muon-", "muon+", "H-", "deuteron", "alpha",
  ]

  private static let electronMass = PhysicalConstants.restEnergy(
    ofMass: PhysicalConstants.electronMass)
  private static let protonMass = PhysicalConstants.restEnergy(
    ofMass: PhysicalConstants.protonMass)
  /// Muon mass [MeV]: PDG 2024 (S. Navas et al., Phys. Rev. D 110, 030001).
  private static let muonMass = 105.6583755
  /// Binding energy of the two electrons of H⁻ [MeV]: ionisation energy 13.598434 eV (NIST ASD) and
  /// electron affinity 0.754195 eV of hydrogen.
  private static let negativeHydrogenBinding = 14.352629e-6

  /// The electron; mass of CODATA 2022.
  public static let electron = Species(named: "electron", mass: electronMass, chargeNumber: -1)
  /// The positron; mass of CODATA 2022.
  public static let positron = Species(named: "positron", mass: electronMass, chargeNumber: 1)
  /// The proton; mass of CODATA 2022.
  public static let proton = Species(named: "proton", mass: protonMass, chargeNumber: 1)
  /// The antiproton; mass of CODATA 2022.
  public static let antiproton = Species(named: "antiproton", mass: protonMass, chargeNumber: -1)
  /// The negative muon; mass of PDG 2024.
  public static let muonMinus = Species(named: "muon-", mass: muonMass, chargeNumber: -1)
  /// The positive muon; mass of PDG 2024.
  public static let muonPlus = Species(named: "muon+", mass: muonMass, chargeNumber: 1)
  /// The negative hydrogen ion H⁻: a proton and two electrons less their binding energy.
  public static let negativeHydrogen = Species(
    named: "H-", mass: protonMass + 2 * electronMass - negativeHydrogenBinding, chargeNumber: -1)
  /// The deuteron; rest energy of CODATA 2022.
  public static let deuteron = Species(named: "deuteron", mass: 1875.61294500, chargeNumber: 1)
  /// The alpha particle; rest energy of CODATA 2022.
  public static let alpha = Species(named: "alpha", mass: 3727.3794118, chargeNumber: 2)

  /// All species that have a name.
  public static let named: [Species] = [
    electron, positron, proton, antiproton, muonMinus, muonPlus, negativeHydrogen, deuteron, alpha,
  ]

  /// The species called `name` in run files; nil if there is none.
  public init?(named name: String) {
    guard let found = Self.named.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// The sign of the charge, +1 or −1.
  package var sign: Double { chargeNumber < 0 ? -1 : 1 }

  /// The charge of one particle [C], with its sign.
  public var charge: Double { chargeNumber * PhysicalConstants.elementaryCharge }

  /// Mass times speed of light over charge [T·m]: the signed magnetic rigidity at βγ = 1.
  public var rigidityPerMomentum: Double {
    mass * 1e6 / PhysicalConstants.speedOfLight / chargeNumber
  }
}
