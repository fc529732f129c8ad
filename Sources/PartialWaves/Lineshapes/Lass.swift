import AutoDiff
import Documents

/// The Kπ S wave of LASS: a background of effective range, and a resonance whose phase adds to it.
///
///     A = B e^{iφ_B} √s/(q cot δ − iq) + R e^{iφ_R} e^{2iδ} m²Γ/q₀ / (m² − s − imΓ(s))
///     cot δ = 1/(aq) + rq/2,  Γ(s) = Γ (q/q₀)(m/√s)
///
/// D. Aston et al. (LASS), Nucl. Phys. B 296, 493 (1988). With B = R = 1 and both phases 0 it is
/// their elastic amplitude, A = (√s/q) sin(δ + δ_R) e^{i(δ + δ_R)}. The factors and phases make the
/// two parts independent. They multiply each part as a whole: not as in B. Aubert et al.
/// (BaBar), Phys. Rev. D 78, 034023 (2008), where φ_B is added to δ, and A is infinite at the
/// threshold. Below the threshold q is taken as 0. The signs of a and r are such that both are
/// positive for Kπ.
public struct Lass: Lineshape {
  /// Mass m of the resonance [GeV].
  public var mass: Double
  /// Width Γ of the resonance at s = m² [GeV].
  public var width: Double
  /// Scattering length [GeV⁻¹].
  public var scatteringLength: Double
  /// Effective range [GeV⁻¹].
  public var effectiveRange: Double
  /// Factor B of the background.
  public var background: Double
  /// Phase φ_B of the background [rad].
  public var backgroundPhase: Double
  /// Factor R of the resonance.
  public var resonance: Double
  /// Phase φ_R of the resonance [rad].
  public var resonancePhase: Double

  /// - Parameters:
  ///   - mass: Mass m of the resonance [GeV].
  ///   - width: Width Γ of the resonance at s = m² [GeV].
  ///   - scatteringLength: a [GeV⁻¹].
  ///   - effectiveRange: r [GeV⁻¹].
  ///   - background: B and φ_B [rad].
  ///   - resonance: R and φ_R [rad].
  public init(
    mass: Double, width: Double, scatteringLength: Double, effectiveRange: Double,
    background: (magnitude: Double, phase: Double) = (1, 0),
    resonance: (magnitude: Double, phase: Double) = (1, 0)
  ) {
    self.mass = mass
    self.width = width
    self.scatteringLength = scatteringLength
    self.effectiveRange = effectiveRange
    (self.background, backgroundPhase) = background
    (self.resonance, resonancePhase) = resonance
  }

  /// The K₀*(1430) of the paper, with a mass of 1.5 times the threshold if that is larger; a and r
  /// of BaBar's fit to the data of LASS (B. Aubert et al., Phys. Rev. D 72, 072003 (2005)).
  public init(of decay: TwoBodyDecay) {
    self.init(
      mass: max(1.429, 1.5 * (decay.masses.0 + decay.masses.1)), width: 0.287,
      scatteringLength: 2.07, effectiveRange: 3.32)
  }

  public static let name = "lass"
  public static let summary =
    "The Kπ S wave of LASS, a background of effective range with a resonance."
  public static let onlySpin: Int? = 0
  public static let parameters = ParameterTable<Self>([
    .real(
      "mass", \.mass, unit: "GeV", in: .positive, required: true,
      "Mass m of the resonance, above the threshold of its products."),
    .real(
      "width", \.width, unit: "GeV", in: .nonNegative, required: true,
      "Width Γ of the resonance at s = m²."),
    .real("a", \.scatteringLength, unit: "GeV⁻¹", "Scattering length of the background."),
    .real("r", \.effectiveRange, unit: "GeV⁻¹", "Effective range of the background."),
    .real("background", \.background, "Factor B of the background; 1 if not given."),
    .real("background_phase", \.backgroundPhase, unit: "rad", "Phase φ_B of the background."),
    .real("resonance", \.resonance, "Factor R of the resonance; 1 if not given."),
    .real("resonance_phase", \.resonancePhase, unit: "rad", "Phase φ_R of the resonance."),
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
    let threshold = TwoBodyThreshold<S.Constant>(decay.masses)
    let squaredMass = p.mass.squared
    let phaseSpace =
      S.Constant.sqrt(S.Constant.abs(threshold.fourSSquaredMomentum(squaredMass))) / squaredMass
    // q₀ = mρ₀/2, so m²Γ/q₀ = 2mΓ/ρ₀; and mΓ(s) = mΓρ/ρ₀.
    let strength = p.mass * p.width / phaseSpace
    let background = ComplexNumber(magnitude: p.background, phase: p.backgroundPhase)
    let resonance = ComplexNumber(magnitude: 2.0 * p.resonance * strength, phase: p.resonancePhase)
    return Curve(
      Wave<S>(
        squaredMass: S(squaredMass), strength: S(strength), threshold: threshold.events(),
        length: S(p.scatteringLength),
        halfProduct: S(0.5 * p.scatteringLength * p.effectiveRange),
        background: ComplexNumber(
          S(p.scatteringLength * background.real), S(p.scatteringLength * background.imaginary)),
        resonance: ComplexNumber(S(resonance.real), S(resonance.imaginary))))
  }

  struct Wave<S: EventScalar>: CurveFormula {
    let squaredMass: S
    /// mΓ/ρ₀
    let strength: S
    let threshold: TwoBodyThreshold<S>
    /// a
    let length: S
    /// ar/2
    let halfProduct: S
    /// a B e^{iφ_B}
    let background: ComplexNumber<S>
    /// R e^{iφ_R} m²Γ/q₀
    let resonance: ComplexNumber<S>

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let open = threshold.clamped(s)
      let inverse = S.reciprocal(open)
      let square = threshold.fourSSquaredMomentum(open)
      let root = S.rootOrZero(square)
      // a(q cot δ − iq) = 1 + arq²/2 − iaq has no pole at the threshold, and e^{2iδ} is its
      // conjugate over itself.
      let mass = S.sqrt(s)
      let momentum = 0.5 * root * S.sqrt(inverse)
      let wave = ComplexNumber(
        1.0 + halfProduct * (0.25 * square * inverse), -(length * momentum))
      let pole = ComplexNumber(squaredMass - s, -(strength * (root * inverse)))
      let product = wave * pole
      let sum = background * mass * pole + resonance * wave.conjugate
      return sum * product.conjugate * S.reciprocal(product.squaredMagnitude)
    }
  }
}
