import AutoDiff
import Documents

/// The f0(980) of published fits: 1/(m² − s − i(g ρ_π + r g ρ_K)) with ρ_x = √|1 − 4m_x²/s|.
///
/// Where the root is imaginary its magnitude is taken, so that the closed channel still absorbs.
/// This reproduces published fits; ``Flatte`` is the form to prefer. There is no mass in front of
/// g. The masses of pion and kaon are those of the publication, not ``Particle``'s.
public struct FlattePublished: Lineshape {
  /// Mass m [GeV].
  public var mass: Double
  /// Coupling to ππ [GeV²].
  public var g: Double
  /// Ratio of the couplings to KK and ππ.
  public var rg: Double

  /// - Parameters:
  ///   - mass: Mass m [GeV].
  ///   - g: Coupling to ππ [GeV²].
  ///   - rg: Ratio of the couplings to KK and ππ.
  public init(mass: Double, g: Double, rg: Double) {
    self.mass = mass
    self.g = g
    self.rg = rg
  }

  public init(of decay: TwoBodyDecay) { self.init(mass: 0.98, g: 0.107, rg: 8.57) }

  public static let name = "flatte-published"
  public static let summary =
    "The f0(980) with its ππ and KK channels, |ρ| on both sides of the KK threshold."
  public static let onlySpin: Int? = 0
  public static let parameters = ParameterTable<Self>([
    .real("mass", \.mass, unit: "GeV", in: .positive, required: true, "Mass m."),
    .real("g", \.g, unit: "GeV²", in: .nonNegative, required: true, "Coupling g to ππ."),
    .real("rg", \.rg, in: .nonNegative, required: true, "Ratio g_KK/g_ππ of the couplings."),
  ])

  /// The pion mass of the publication [GeV].
  static let pionMass = 0.13957061
  /// The kaon mass of the publication [GeV].
  static let kaonMass = 0.493677

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> {
    Curve(
      Pole<S>(squaredMass: S(p.mass.squared), pionCoupling: S(p.g), kaonCoupling: S(p.rg * p.g)))
  }

  struct Pole<S: EventScalar>: CurveFormula {
    let squaredMass: S
    let pionCoupling: S
    let kaonCoupling: S

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let inverse = S.reciprocal(s)
      let pions = S.rootOrZero(
        S.abs((s - 4 * FlattePublished.pionMass * FlattePublished.pionMass) * inverse))
      let kaons = S.rootOrZero(
        S.abs((s - 4 * FlattePublished.kaonMass * FlattePublished.kaonMass) * inverse))
      let distance = squaredMass - s
      let absorption = pionCoupling * pions + kaonCoupling * kaons
      let scale = S.reciprocal(distance.squared + absorption.squared)
      return ComplexNumber(distance * scale, absorption * scale)
    }
  }
}
