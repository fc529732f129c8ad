import AutoDiff
import Documents

/// The ρ in two pions, with the mass shift that belongs to its running width:
/// m²(1 + dΓ/m)/(m² − s + f(s) − imΓ(s)).
///
/// G. J. Gounaris, J. J. Sakurai, Phys. Rev. Lett. 21, 244 (1968); with the closed forms
///
///     Γ(s) = Γ (k/k₀)³ m/√s,  k² = s/4 − m_π²
///     f(s) = Γ m²/k₀³ (k² (h(s) − h(m²)) + (m² − s) k₀² h′(m²))
///     h(s) = (2/π) (k/√s) log((√s + 2k)/(2m_π))
///     d = (3/π) (m_π²/k₀²) log((m + 2k₀)/(2m_π)) + m/(2πk₀) − m_π² m/(πk₀³)
///
/// of J. P. Lees et al. (BaBar), Phys. Rev. D 86, 032013 (2012). It is 1 at s = 0. Below
/// the threshold h and Γ are continued analytically: with k = iκ the sum f − imΓ(s) is real. The
/// products have one mass, the mean of the decay's. The mass of the resonance is above the
/// threshold; at or below it the formula has no meaning.
public struct GounarisSakurai: Lineshape {
  /// Mass m [GeV].
  public var mass: Double
  /// Width Γ at s = m² [GeV].
  public var width: Double

  /// A ρ of a mass m and a width Γ at s = m² [GeV].
  public init(mass: Double, width: Double) {
    self.mass = mass
    self.width = width
  }

  /// The ρ(770)⁰ of the PDG 2024 from e⁺e⁻; a mass of 1.5 times the threshold if that is larger.
  public init(of decay: TwoBodyDecay) {
    self.init(mass: max(0.77526, 1.5 * (decay.masses.0 + decay.masses.1)), width: 0.1474)
  }

  public static let name = "gounaris-sakurai"
  public static let summary =
    "The ρ in two pions with its running width and the mass shift that belongs to it."
  public static let onlySpin: Int? = 1
  public static let parameters = ParameterTable<Self>([
    .real(
      "mass", \.mass, unit: "GeV", in: .positive, required: true,
      "Mass m, above the threshold of its products."),
    .real(
      "width", \.width, unit: "GeV", in: .nonNegative, required: true,
      "Width Γ at s = m²."),
  ])

  public func mistake(in decay: TwoBodyDecay) -> String? {
    decay.threshold < mass
      ? nil : "\"mass\" is \(mass) GeV; it is to be above the threshold of \(decay.threshold) GeV"
  }

  public func limits(in decay: TwoBodyDecay) -> [String: ClosedRange<Double>] {
    ["mass": decay.threshold.nextUp...Double.infinity]
  }

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> {
    let pionMass = 0.5 * (decay.masses.0 + decay.masses.1)
    let loop = PionLoop<S.Constant>(pionMass)
    let mass = p.mass
    let squaredMass = mass.squared
    let squaredMomentum = 0.25 * squaredMass - pionMass * pionMass
    let momentum = S.Constant.sqrt(squaredMomentum)
    let value = loop(squaredMass).real
    let momentumPart: S.Constant = 0.125 / squaredMomentum - 0.5 / squaredMass
    let slope: S.Constant = value * momentumPart + 0.5 / (Double.pi * squaredMass)
    // log((m + 2k₀)/(2m_π)) = πmh/(2k₀), by which the first term of d is 3m_π²mh/(2k₀³).
    let excess: S.Constant = 1.5 * Double.pi * value - 1.0
    let bracket: S.Constant = 0.5 + (pionMass * pionMass) * excess / squaredMomentum
    let d: S.Constant = mass / (Double.pi * momentum) * bracket
    let strength = p.width * squaredMass / (squaredMomentum * momentum)
    return Curve(
      Resonance<S>(
        squaredMass: S(squaredMass), numerator: S(squaredMass + d * p.width * mass),
        strength: S(strength), value: S(value), slope: S(squaredMomentum * slope),
        squaredPionMass: pionMass * pionMass, loop: PionLoop(pionMass)))
  }

  struct Resonance<S: EventScalar>: CurveFormula {
    let squaredMass: S
    /// m² + dmΓ
    let numerator: S
    /// Γm²/k₀³
    let strength: S
    /// h(m²)
    let value: S
    /// k₀²h′(m²)
    let slope: S
    let squaredPionMass: Double
    let loop: PionLoop<S>

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let h = loop(s)
      let squaredMomentum = 0.25 * s - squaredPionMass
      let distance = squaredMass - s
      let real =
        distance + strength * (squaredMomentum * (h.real - value) + distance * slope)
      let absorption = strength * squaredMomentum * h.imaginary
      let scale = numerator * S.reciprocal(real.squared + absorption.squared)
      return ComplexNumber(real * scale, -(absorption * scale))
    }
  }

  /// h(s) − ik/√s, which is one analytic function: with β = 2k/√s, it is (β/π)(artanh β − iπ/2)
  /// above the threshold, and with β = i|β| it is (|β|/π)(π/2 − arctan|β|) below it.
  struct PionLoop<S: RealScalar>: Sendable {
    /// 4m_π² [GeV²]
    let threshold: Double

    init(_ pionMass: Double) { threshold = 4 * pionMass * pionMass }

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let square = s - threshold
      let beta = S.rootOrZero(S.abs(square / s))
      // 2 artanh β = log(1 + 2β/(1 − β)), and 1 − β = (4m_π²/s)/(1 + β) without cancellation.
      let logarithm = S.log(onePlus: (2.0 / threshold) * (beta * (1.0 + beta) * s))
      let scale = (1.0 / Double.pi) * beta
      let above = ComplexNumber(0.5 * scale * logarithm, -0.5 * beta)
      let isOpen = S.zero <= square
      if isOpen.all { return above }
      // arctan(1/|β|) = π/2 − arctan|β|, which would cancel far below the threshold.
      let below = ComplexNumber(scale * S.atan2(y: .one, x: beta))
      return .select(isOpen, above, below)
    }
  }
}
