import AutoDiff
import Documents

/// A non-resonant part that falls with the squared mass: exp(−αs).
public struct ExponentialAmplitude: Lineshape {
  /// Slope α, positive for a part that falls with s [GeV⁻²].
  public var alpha: Double

  /// A part with the slope α [GeV⁻²].
  public init(alpha: Double) { self.alpha = alpha }

  public init(of decay: TwoBodyDecay) { self.init(alpha: 0.1) }

  public static let name = "exponential"
  public static let summary = "A non-resonant part that falls with s, exp(−αs)."
  public static let parameters = ParameterTable<Self>([
    .real("alpha", \.alpha, unit: "GeV⁻²", required: true, "Slope α, positive for a falling part.")
  ])

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> { Curve(Fall<S>(slope: S(-p.alpha))) }

  struct Fall<S: EventScalar>: CurveFormula {
    let slope: S

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> { ComplexNumber(S.exp(slope * s)) }
  }
}
