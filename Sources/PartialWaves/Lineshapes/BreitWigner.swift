import AutoDiff
import Documents

/// A resonance of constant width: 1/(m² − s − imΓ).
public struct BreitWigner: Lineshape {
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

  public static let name = "breit-wigner"
  public static let summary = "A resonance of constant width, 1/(m² − s − imΓ)."
  public static let parameters = ParameterTable<Self>([
    .real("mass", \.mass, unit: "GeV", in: .positive, required: true, "Mass m."),
    .real(
      "width", \.width, unit: "GeV", in: .nonNegative, required: true,
      "Width Γ."),
  ])

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> {
    Curve(Pole<S>(squaredMass: S(p.mass.squared), massWidth: S(p.mass * p.width)))
  }

  struct Pole<S: EventScalar>: CurveFormula {
    let squaredMass: S
    let massWidth: S

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let distance = squaredMass - s
      let inverse = S.reciprocal(distance.squared + massWidth.squared)
      return ComplexNumber(distance * inverse, massWidth * inverse)
    }
  }
}
