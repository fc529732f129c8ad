import AutoDiff
import Documents

/// A smooth background: a polynomial in s − s₀ with complex coefficients, Σ (reₖ + i·imₖ)(s − s₀)ᵏ.
public struct PolynomialAmplitude: Lineshape {
  /// Real parts of the coefficients, lowest power first [GeV^−2k].
  public var real: [Double]
  /// Imaginary parts; those that are missing are zero.
  public var imaginary: [Double]
  /// s₀ [GeV²]
  public var center: Double

  /// - Parameters:
  ///   - real: Real parts of the coefficients, lowest power first [GeV^−2k].
  ///   - imaginary: Imaginary parts, likewise; those that are missing are zero.
  ///   - center: s₀ [GeV²].
  public init(real: [Double], imaginary: [Double] = [], center: Double = 0) {
    self.real = real
    self.imaginary = imaginary
    self.center = center
  }

  public init(of decay: TwoBodyDecay) { self.init(real: [1]) }

  public static let name = "polynomial"
  public static let summary =
    "A smooth background, a polynomial in s − s₀ with complex coefficients."
  public static let parameters = ParameterTable<Self>([
    .vector(
      "re", \.real, unit: "GeV^-2k", required: true,
      "Real parts of the coefficients of (s − s₀)ᵏ, lowest power first."),
    .vector(
      "im", \.imaginary, unit: "GeV^-2k",
      "Imaginary parts, likewise; those that are not given are zero."),
    .real("s0", \.center, unit: "GeV²", "Where the powers start, s₀; 0 if not given."),
  ])

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> {
    let (real, imaginary) = (p.real, p.imaginary)
    // Highest power first, as Horner's rule takes them.
    let coefficients = (0..<max(real.count, imaginary.count)).reversed().map { k in
      ComplexNumber<S>(
        k < real.count ? S(real[k]) : .zero, k < imaginary.count ? S(imaginary[k]) : .zero)
    }
    return Curve(Powers<S>(center: S(p.center), coefficients: coefficients))
  }

  struct Powers<S: EventScalar>: CurveFormula {
    let center: S
    let coefficients: [ComplexNumber<S>]

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let x = s - center
      var sum = ComplexNumber<S>.zero
      for coefficient in coefficients { sum = sum * x + coefficient }
      return sum
    }
  }
}
