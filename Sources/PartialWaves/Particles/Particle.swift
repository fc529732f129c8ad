/// A particle by its name: mass, charge, spin and antiparticle.
///
/// Masses are those of S. Navas et al. (Particle Data Group), Phys. Rev. D 110, 030001 (2024); the
/// neutral kaons K_S0 and K_L0 have that of the K0.
public struct Particle: Sendable, Equatable {
  /// As model files spell it: "K+", "psi(2S)".
  public let name: String
  /// The mass [GeV].
  public let mass: Double
  /// The charge, in units of the elementary charge.
  public let charge: Int
  /// Twice the spin: 1 for an electron, 2 for a photon.
  public let twiceSpin: Int
  /// The name of its antiparticle; its own name if it is its own antiparticle.
  public let antiparticle: String

  /// π⁺
  public static let pion = Particle(
    name: "pi+", mass: 0.139_570_39, charge: 1, twiceSpin: 0, antiparticle: "pi-")
  /// K⁺
  public static let kaon = Particle(
    name: "K+", mass: 0.493_677, charge: 1, twiceSpin: 0, antiparticle: "K-")

  /// All particles, antiparticles included.
  public static let all: [Particle] = ownAntiparticles + pairs.flatMap { $0 }

  /// The particle of this name, if there is one.
  public static func named(_ name: String) -> Particle? { byName[name] }

  private static let byName = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// Particles that are their own antiparticles.
  private static let ownAntiparticles: [Particle] = [
    neutral("gamma", 0, twiceSpin: 2),
    neutral("pi0", 0.134_976_8),
    neutral("eta", 0.547_862),
    neutral("eta'", 0.957_78),
    neutral("K_S0", 0.497_611),
    neutral("K_L0", 0.497_611),
    neutral("rho0", 0.775_26, twiceSpin: 2),
    neutral("omega", 0.782_66, twiceSpin: 2),
    neutral("phi", 1.019_461, twiceSpin: 2),
    neutral("eta_c", 2.984_1),
    neutral("J/psi", 3.096_900, twiceSpin: 2),
    neutral("chi_c0", 3.414_71),
    neutral("chi_c1", 3.510_67, twiceSpin: 2),
    neutral("chi_c2", 3.556_17, twiceSpin: 4),
    neutral("psi(2S)", 3.686_097, twiceSpin: 2),
    neutral("psi(3770)", 3.773_7, twiceSpin: 2),
    neutral("Upsilon(1S)", 9.460_40, twiceSpin: 2),
    neutral("Upsilon(4S)", 10.579_4, twiceSpin: 2),
  ]

  /// Particles, each with its antiparticle.
  private static let pairs: [[Particle]] = [
    pair("e-", "e+", 0.000_510_998_950_00, charge: -1, twiceSpin: 1),
    pair("mu-", "mu+", 0.105_658_375_5, charge: -1, twiceSpin: 1),
    pair("tau-", "tau+", 1.776_93, charge: -1, twiceSpin: 1),
    pair("pi+", "pi-", pion.mass, charge: 1),
    pair("K+", "K-", kaon.mass, charge: 1),
    pair("K0", "anti-K0", 0.497_611, charge: 0),
    pair("rho+", "rho-", 0.775_11, charge: 1, twiceSpin: 2),
    pair("K*+", "K*-", 0.891_67, charge: 1, twiceSpin: 2),
    pair("K*0", "anti-K*0", 0.895_55, charge: 0, twiceSpin: 2),
    pair("D0", "anti-D0", 1.864_84, charge: 0),
    pair("D+", "D-", 1.869_66, charge: 1),
    pair("D*0", "anti-D*0", 2.006_85, charge: 0, twiceSpin: 2),
    pair("D*+", "D*-", 2.010_26, charge: 1, twiceSpin: 2),
    pair("D_s+", "D_s-", 1.968_35, charge: 1),
    pair("B+", "B-", 5.279_41, charge: 1),
    pair("B0", "anti-B0", 5.279_72, charge: 0),
    pair("B_s0", "anti-B_s0", 5.366_93, charge: 0),
    pair("p", "anti-p", 0.938_272_088_16, charge: 1, twiceSpin: 1),
    pair("n", "anti-n", 0.939_565_420_5, charge: 0, twiceSpin: 1),
    pair("Lambda", "anti-Lambda", 1.115_683, charge: 0, twiceSpin: 1),
    pair("Sigma+", "anti-Sigma-", 1.189_37, charge: 1, twiceSpin: 1),
    pair("Sigma0", "anti-Sigma0", 1.192_642, charge: 0, twiceSpin: 1),
    pair("Sigma-", "anti-Sigma+", 1.197_449, charge: -1, twiceSpin: 1),
    pair("Xi0", "anti-Xi0", 1.314_86, charge: 0, twiceSpin: 1),
    pair("Xi-", "anti-Xi+", 1.321_71, charge: -1, twiceSpin: 1),
    pair("Omega-", "anti-Omega+", 1.672_45, charge: -1, twiceSpin: 3),
    pair("Lambda_c+", "anti-Lambda_c-", 2.286_46, charge: 1, twiceSpin: 1),
  ]

  /// The spin in words: "0", "1/2", "1".
  var spinText: String { twiceSpin % 2 == 0 ? "\(twiceSpin / 2)" : "\(twiceSpin)/2" }

  private static func neutral(_ name: String, _ mass: Double, twiceSpin: Int = 0) -> Particle {
    Particle(name: name, mass: mass, charge: 0, twiceSpin: twiceSpin, antiparticle: name)
  }

  private static func pair(
    _ name: String, _ antiparticle: String, _ mass: Double, charge: Int, twiceSpin: Int = 0
  ) -> [Particle] {
    [
      Particle(
        name: name, mass: mass, charge: charge, twiceSpin: twiceSpin, antiparticle: antiparticle),
      Particle(
        name: antiparticle, mass: mass, charge: -charge, twiceSpin: twiceSpin, antiparticle: name),
    ]
  }
}
