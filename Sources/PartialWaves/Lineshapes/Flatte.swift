import AutoDiff
import Documents

/// A resonance next to the threshold of a second channel: 1/(m² − s − im(g ρ₁ + r g ρ₂)), continued
/// analytically below both thresholds.
///
/// S. M. Flatté, Phys. Lett. B 63, 224 (1976). Where a channel is closed, ρ = +i|ρ|: its term is
/// real there and moves the mass. The couplings are multiplied by m, as in R. Aaij et al. (LHCb),
/// Phys. Rev. D 86, 052006 (2012); the squared couplings of the PDG are m g and m r g.
/// ``FlattePublished`` has no such factor: its g is m times this one.
public struct Flatte: Lineshape {
  /// Mass m [GeV].
  public var mass: Double
  /// Coupling to the first channel [GeV].
  public var g: Double
  /// Ratio of the couplings to the second and to the first channel.
  public var rg: Double
  /// Products of the first channel [GeV].
  public var mass1a, mass1b: Double
  /// Products of the second channel [GeV].
  public var mass2a, mass2b: Double

  /// - Parameters:
  ///   - mass: Mass m [GeV].
  ///   - g: Coupling to the first channel [GeV].
  ///   - rg: Ratio of the couplings to the second and to the first channel.
  ///   - first: Masses of the products of the first channel [GeV]; charged pions if not given.
  ///   - second: Masses of the products of the second channel [GeV]; charged kaons if not given.
  public init(
    mass: Double, g: Double, rg: Double,
    first: (Double, Double) = (Particle.pion.mass, Particle.pion.mass),
    second: (Double, Double) = (Particle.kaon.mass, Particle.kaon.mass)
  ) {
    self.mass = mass
    self.g = g
    self.rg = rg
    (mass1a, mass1b) = first
    (mass2a, mass2b) = second
  }

  public init(of decay: TwoBodyDecay) { self.init(mass: 0.98, g: 0.11, rg: 4.2) }

  public static let name = "flatte"
  public static let summary =
    "A resonance with two channels, continued analytically below their thresholds."
  public static let onlySpin: Int? = 0
  public static let parameters = ParameterTable<Self>([
    .real("mass", \.mass, unit: "GeV", in: .positive, required: true, "Mass m."),
    .real(
      "g", \.g, unit: "GeV", in: .nonNegative, required: true, "Coupling g to the first channel."),
    .real(
      "rg", \.rg, in: .nonNegative, required: true, "Ratio of the second to the first coupling."),
    .real(
      "mass_1a", \.mass1a, unit: "GeV", in: .nonNegative,
      "One product of the first channel; a charged pion if not given."),
    .real(
      "mass_1b", \.mass1b, unit: "GeV", in: .nonNegative,
      "The other product of the first channel; a charged pion if not given."),
    .real(
      "mass_2a", \.mass2a, unit: "GeV", in: .nonNegative,
      "One product of the second channel; a charged kaon if not given."),
    .real(
      "mass_2b", \.mass2b, unit: "GeV", in: .nonNegative,
      "The other product of the second channel; a charged kaon if not given."),
  ])

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> {
    let coupling = p.mass * p.g
    return Curve(
      Pole<S>(
        squaredMass: S(p.mass.squared), firstCoupling: S(coupling),
        secondCoupling: S(p.rg * coupling),
        first: TwoBodyThreshold<S.Constant>(p.mass1a, p.mass1b).events(),
        second: TwoBodyThreshold<S.Constant>(p.mass2a, p.mass2b).events()))
  }

  struct Pole<S: EventScalar>: CurveFormula {
    let squaredMass: S
    let firstCoupling: S
    let secondCoupling: S
    let first: TwoBodyThreshold<S>
    let second: TwoBodyThreshold<S>

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let inverse = S.reciprocal(s)
      let one = first.phaseSpace(s, inverse: inverse)
      let two = second.phaseSpace(s, inverse: inverse)
      let distance =
        squaredMass - s + (firstCoupling * one.imaginary + secondCoupling * two.imaginary)
      let absorption = firstCoupling * one.real + secondCoupling * two.real
      let scale = S.reciprocal(distance.squared + absorption.squared)
      return ComplexNumber(distance * scale, absorption * scale)
    }
  }
}
