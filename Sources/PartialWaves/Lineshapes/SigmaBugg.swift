import AutoDiff
import Documents

/// The f0(500), or σ, with widths into two and four pions. The first has a zero at s = m_π²/2:
/// 1/(m² − s − i b₅ (G₁ + G₂)).
///
///     G₁ = m (b₁ + b₂ s) (s − m_π²/2)/(m² − m_π²/2) exp(−(s − m²)/b₃) ρ(s)/ρ(m²)
///     G₂ = m b₄ R(s)/R(m²),  R(s) = √|1 − 16 m_π²/s| / (1 + exp(9.8 − 3.5 s))
///
/// with ρ(s) = √|1 − 4 m_π²/s| and s in GeV². The form is that of B. S. Zou, D. V. Bugg, Phys. Rev.
/// D 48, R3948 (1993) and D. V. Bugg, A. V. Sarantsev, B. S. Zou, Nucl. Phys. B 471, 59 (1996). The
/// three pion masses differ in the fifth digit, as they do in the fits that this reproduces; the
/// magnitudes below the thresholds are theirs, too.
///
/// The values that apply where none are given, m = 0.9264, b = (0.5843, 1.6663, 1.082, 0.0024, 1),
/// are those that a public program attributes to Zou and Bugg; they have not been checked against a
/// table of these papers. With b₅ = 1 the form is that of the program above the thresholds.
public struct SigmaBugg: Lineshape {
  /// Mass m [GeV].
  public var mass: Double
  /// Constant part of the ππ width [GeV].
  public var b1: Double
  /// Slope of the ππ width in s [GeV⁻¹].
  public var b2: Double
  /// Range of s in which the ππ width falls [GeV²].
  public var b3: Double
  /// Width into four pions [GeV].
  public var b4: Double
  /// Factor of both widths, without unit.
  public var b5: Double

  /// A σ with the mass m [GeV] and the constants b₁ … b₅, in the units of the properties.
  public init(mass: Double, b1: Double, b2: Double, b3: Double, b4: Double, b5: Double = 1) {
    self.mass = mass
    self.b1 = b1
    self.b2 = b2
    self.b3 = b3
    self.b4 = b4
    self.b5 = b5
  }

  public init(of decay: TwoBodyDecay) {
    self.init(mass: 0.9264, b1: 0.5843, b2: 1.6663, b3: 1.082, b4: 0.0024)
  }

  public static let name = "sigma-bugg"
  public static let summary =
    "The f0(500) of Zou and Bugg, with decays into two and four pions."
  public static let onlySpin: Int? = 0
  public static let parameters = ParameterTable<Self>([
    .real("mass", \.mass, unit: "GeV", in: .positive, "Mass m."),
    .real("b1", \.b1, unit: "GeV", "Constant part of the ππ width."),
    .real("b2", \.b2, unit: "GeV⁻¹", "Slope of the ππ width in s."),
    .real("b3", \.b3, unit: "GeV²", in: .positive, "Range of s in which the ππ width falls."),
    .real("b4", \.b4, unit: "GeV", "Width into four pions."),
    .real("b5", \.b5, "Factor of both widths."),
  ])

  /// m_π²/2, near which the amplitude of two pions vanishes [GeV²].
  static let zero = 0.009739946882
  /// 4m_π² [GeV²]
  static let twoPions = (2 * 0.139556995) * (2 * 0.139556995)
  /// 16m_π² [GeV²]
  static let fourPions = 0.3116765584

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> {
    let squaredMass = p.mass.squared
    let (two, four) = Self.phaseSpaces(squaredMass)
    let strength = p.b5 * p.mass
    return Curve(
      Pole<S>(
        squaredMass: S(squaredMass), b1: S(p.b1), b2: S(p.b2),
        fall: S(S.Constant.reciprocal(p.b3)),
        two: S(strength / ((squaredMass - Self.zero) * two)), four: S(strength * p.b4 / four)))
  }

  /// ρ(s) and R(s).
  @inline(__always)
  static func phaseSpaces<S: RealScalar>(_ s: S) -> (two: S, four: S) {
    let inverse = S.reciprocal(s)
    return (
      S.rootOrZero(S.abs((s - twoPions) * inverse)),
      S.rootOrZero(S.abs((s - fourPions) * inverse)) / (1.0 + S.exp(9.8 - 3.5 * s))
    )
  }

  struct Pole<S: EventScalar>: CurveFormula {
    let squaredMass: S
    let b1: S
    let b2: S
    /// 1/b₃
    let fall: S
    /// b₅m/((m² − m_π²/2)ρ(m²))
    let two: S
    /// b₅mb₄/R(m²)
    let four: S

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let phaseSpaces = SigmaBugg.phaseSpaces(s)
      let distance = squaredMass - s
      let pions =
        (b1 + b2 * s) * (s - SigmaBugg.zero) * S.exp(distance * fall) * phaseSpaces.two
      let absorption = two * pions + four * phaseSpaces.four
      let scale = S.reciprocal(distance.squared + absorption.squared)
      return ComplexNumber(distance * scale, absorption * scale)
    }
  }
}
