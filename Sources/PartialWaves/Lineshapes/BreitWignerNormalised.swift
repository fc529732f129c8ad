import AutoDiff
import Documents

/// A Breit–Wigner resonance times the real factor that normalises ∫|A|² dE over the mass E = √s:
/// k/(m² − s − imΓ).
///
/// k² = 2√2 mΓγ/(π√(m² + γ)) with γ = √(m²(m² + Γ²)): the "relativistic Breit–Wigner distribution"
/// of event generators. ∫|A|² dE = 1 from 0 to ∞.
public struct BreitWignerNormalised: Lineshape {
  /// Mass m [GeV].
  public var mass: Double
  /// Width Γ [GeV].
  public var width: Double

  /// A resonance of a mass m and a width Γ [GeV].
  public init(mass: Double, width: Double) {
    self.mass = mass
    self.width = width
  }

  public init(of decay: TwoBodyDecay) { self.init(mass: 1, width: 0.1) }

  public static let name = "breit-wigner-normalised"
  public static let summary =
    "A resonance of constant width, k/(m² − s − imΓ), normalised to ∫|A|² d√s = 1."
  public static let parameters = ParameterTable<Self>([
    .real("mass", \.mass, unit: "GeV", in: .positive, required: true, "Mass m."),
    .real("width", \.width, unit: "GeV", in: .positive, required: true, "Width Γ."),
  ])

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> {
    let mass = p.mass
    let width = S.Constant.abs(p.width)
    let gamma = mass * S.Constant.hypot(mass, width)
    let squaredFactor =
      (8.0.squareRoot() / Double.pi) * mass * width * gamma
      / S.Constant.sqrt(mass.squared + gamma)
    return Curve(
      Pole<S>(
        squaredMass: S(mass.squared), massWidth: S(mass * p.width),
        factor: S(S.Constant.sqrt(squaredFactor))))
  }

  struct Pole<S: EventScalar>: CurveFormula {
    let squaredMass: S
    let massWidth: S
    let factor: S

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let distance = squaredMass - s
      let scale = factor * S.reciprocal(distance.squared + massWidth.squared)
      return ComplexNumber(distance * scale, massWidth * scale)
    }
  }
}
