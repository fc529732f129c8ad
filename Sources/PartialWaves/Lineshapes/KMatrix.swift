import AutoDiff
import Documents
import SystemLibrary

/// Two coupled channels with two poles and a constant background, with production in both channels:
/// F₁ = Σⱼ ((1 − iKρ)⁻¹)₁ⱼ Pⱼ.
///
///     Kᵢⱼ = Σ_α gᵢ^α gⱼ^α/(m_α² − s) + cᵢⱼ
///     Pⱼ = Σ_α β_α gⱼ^α/(m_α² − s) + fⱼ
///
/// I. J. R. Aitchison, Nucl. Phys. A 189, 417 (1972); S. U. Chung et al., Ann. Phys. 507, 404
/// (1995). ρ is continued analytically below each threshold, see `TwoBodyThreshold`. The
/// amplitude is the one of the first channel, whose products are those of the decay; the second
/// channel's are parameters.
///
/// K and P are infinite at the poles and F is not. So numerator and denominator are multiplied by
/// (m₁² − s)(m₂² − s); that leaves polynomials in s without a quotient, since the double poles
/// cancel in det K and in K₂₂P₁ − K₁₂P₂.
public struct KMatrix: Lineshape {
  /// Masses m_α of the poles [GeV].
  public var masses: [Double]
  /// Couplings g₁^α to the first channel [GeV].
  public var g1: [Double]
  /// Couplings g₂^α to the second channel [GeV].
  public var g2: [Double]
  /// c₁₁, c₁₂, c₂₂
  public var background: [Double]
  /// Real parts of the poles' production β_α [GeV].
  public var betaReal: [Double]
  /// Imaginary parts of the poles' production β_α [GeV].
  public var betaImaginary: [Double]
  /// Real parts of the production fⱼ without a pole.
  public var productionReal: [Double]
  /// Imaginary parts of the production fⱼ without a pole.
  public var productionImaginary: [Double]
  /// Products of the second channel [GeV].
  public var mass2a, mass2b: Double

  /// The f0(980) and a wide f0(1500) in ππ and KK: an example, no fit.
  public init(of decay: TwoBodyDecay) {
    masses = [0.98, 1.5]
    g1 = [0.3, 0.6]
    g2 = [0.5, 0.3]
    background = [0.1, 0, 0.1]
    betaReal = [1, 0.5]
    betaImaginary = [0, 0]
    productionReal = [0, 0]
    productionImaginary = [0, 0]
    (mass2a, mass2b) = (Particle.kaon.mass, Particle.kaon.mass)
  }

  public static let name = "k-matrix"
  public static let summary =
    "Two coupled channels with two poles, a constant background and a production vector."
  public static let onlySpin: Int? = 0
  public static let parameters = ParameterTable<Self>([
    .vector("masses", \.masses, unit: "GeV", required: true, "Masses of the two poles."),
    .vector(
      "g1", \.g1, unit: "GeV", required: true, "Couplings of the poles to the first channel."),
    .vector(
      "g2", \.g2, unit: "GeV", required: true, "Couplings of the poles to the second channel."),
    .vector(
      "background", \.background, "Constants c₁₁, c₁₂, c₂₂ of K; (0.1, 0, 0.1) if not given."),
    .vector(
      "beta_re", \.betaReal, unit: "GeV",
      "Production of the poles, real parts; (1, 0.5) if not given."),
    .vector(
      "beta_im", \.betaImaginary, unit: "GeV",
      "Production of the poles, imaginary parts; (0, 0) if not given."),
    .vector(
      "f_re", \.productionReal,
      "Production of the channels without a pole, real parts; (0, 0) if not given."),
    .vector(
      "f_im", \.productionImaginary,
      "Production of the channels without a pole, imaginary parts; (0, 0) if not given."),
    .real(
      "mass_2a", \.mass2a, unit: "GeV", in: .nonNegative,
      "One product of the second channel; a charged kaon if not given."),
    .real(
      "mass_2b", \.mass2b, unit: "GeV", in: .nonNegative,
      "The other product of the second channel; a charged kaon if not given."),
  ])

  public func mistake(in decay: TwoBodyDecay) -> String? {
    for (name, list) in [
      ("masses", masses), ("g1", g1), ("g2", g2), ("beta_re", betaReal),
      ("beta_im", betaImaginary), ("f_re", productionReal), ("f_im", productionImaginary),
    ] where list.count != 2 {
      return "\"\(name)\" has \(list.count) entries; it takes 2"
    }
    if background.count != 3 {
      return "\"background\" has \(background.count) entries; it takes 3: c11, c12, c22"
    }
    return nil
  }

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> {
    require(
      mistake(in: decay) == nil, "a K-matrix takes two poles, two channels and three constants")
    typealias T = S.Constant
    let (g1, g2, c) = (p.g1, p.g2, p.background)
    let beta = (0..<2).map { ComplexNumber(p.betaReal[$0], p.betaImaginary[$0]) }
    let f = (0..<2).map { ComplexNumber(p.productionReal[$0], p.productionImaginary[$0]) }
    // g₁¹g₂² − g₁²g₂¹: its square is the coefficient of the product of both poles in det K.
    let exchange = g1[0] * g2[1] - g1[1] * g2[0]
    let zero = T.zero
    let determinant = PolePolynomial<T>(
      [
        exchange.squared,
        g1[1].squared * c[2] + g2[1].squared * c[0] - 2.0 * g1[1] * g2[1] * c[1],
        g1[0].squared * c[2] + g2[0].squared * c[0] - 2.0 * g1[0] * g2[0] * c[1],
        c[0] * c[2] - c[1].squared,
      ])
    // K₂₂P₁ − K₁₂P₂, sorted by poles.
    let mixing: [ComplexNumber<T>] = [
      (beta[0] * g2[1] - beta[1] * g2[0]) * exchange,
      (f[0] * g2[1] - f[1] * g1[1]) * g2[1] + beta[1] * (c[2] * g1[1] - c[1] * g2[1]),
      (f[0] * g2[0] - f[1] * g1[0]) * g2[0] + beta[0] * (c[2] * g1[0] - c[1] * g2[0]),
      f[0] * c[2] - f[1] * c[1],
    ]
    let source: [ComplexNumber<T>] = [.zero, beta[1] * g1[1], beta[0] * g1[0], f[0]]
    return Curve(
      Amplitude<S>(
        squaredMass1: S(p.masses[0].squared), squaredMass2: S(p.masses[1].squared),
        first: TwoBodyThreshold<T>(decay.masses).events(),
        second: TwoBodyThreshold<T>(p.mass2a, p.mass2b).events(),
        k11: PolePolynomial<T>([zero, g1[1].squared, g1[0].squared, c[0]]).events(),
        k22: PolePolynomial<T>([zero, g2[1].squared, g2[0].squared, c[2]]).events(),
        determinant: determinant.events(),
        sourceReal: PolePolynomial<T>(source.map(\.real)).events(),
        sourceImaginary: PolePolynomial<T>(source.map(\.imaginary)).events(),
        mixingReal: PolePolynomial<T>(mixing.map(\.real)).events(),
        mixingImaginary: PolePolynomial<T>(mixing.map(\.imaginary)).events()))
  }

  /// a₀ + a₁d₁ + a₂d₂ + a₃d₁d₂ with the distances d_α = m_α² − s to the poles.
  struct PolePolynomial<S: RealScalar>: Sendable {
    let a0, a1, a2, a3: S

    init(_ a0: S, _ a1: S, _ a2: S, _ a3: S) {
      (self.a0, self.a1, self.a2, self.a3) = (a0, a1, a2, a3)
    }

    /// The coefficient of one pole multiplies the distance to the other pole.
    init(_ a: [S]) { self.init(a[0], a[1], a[2], a[3]) }

    func events<Event: RealScalar>() -> PolePolynomial<Event> where Event.Constant == S {
      PolePolynomial<Event>(Event(a0), Event(a1), Event(a2), Event(a3))
    }

    @inline(__always)
    func callAsFunction(_ d1: S, _ d2: S) -> S { a0 + a1 * d1 + d2 * (a2 + a3 * d1) }
  }

  struct Amplitude<S: EventScalar>: CurveFormula {
    let squaredMass1: S
    let squaredMass2: S
    let first: TwoBodyThreshold<S>
    let second: TwoBodyThreshold<S>
    let k11: PolePolynomial<S>
    let k22: PolePolynomial<S>
    /// det K
    let determinant: PolePolynomial<S>
    /// P₁
    let sourceReal: PolePolynomial<S>
    let sourceImaginary: PolePolynomial<S>
    /// K₂₂P₁ − K₁₂P₂
    let mixingReal: PolePolynomial<S>
    let mixingImaginary: PolePolynomial<S>

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let inverse = S.reciprocal(s)
      let rho1 = first.phaseSpace(s, inverse: inverse)
      let rho2 = second.phaseSpace(s, inverse: inverse)
      let d1 = squaredMass1 - s
      let d2 = squaredMass2 - s
      let source = ComplexNumber(sourceReal(d1, d2), sourceImaginary(d1, d2))
      let mixing = ComplexNumber(mixingReal(d1, d2), mixingImaginary(d1, d2))
      let numerator = source - .i * rho2 * mixing
      // det(1 − iKρ) = 1 − i(K₁₁ρ₁ + K₂₂ρ₂) − ρ₁ρ₂ det K
      let trace = rho1 * k11(d1, d2) + rho2 * k22(d1, d2)
      let product = rho1 * rho2 * determinant(d1, d2)
      let denominator = ComplexNumber(
        d1 * d2 + trace.imaginary - product.real, -trace.real - product.imaginary)
      return numerator * denominator.conjugate * S.reciprocal(denominator.squaredMagnitude)
    }
  }
}
