import AutoDiff
import Documents

/// The f2(1270) of published fits: mΓ/(s − m² + imΓ(s)), with the width of its D-wave decay into
/// two pions.
///
/// mΓ(s) = mΓ (q/q₀)^{5/2} F(q₀)/F(q) with q = s/4 − 0.0194792 (the squared break-up momentum), q₀
/// at s = m² and F(q) = q(q + 0.1825) + 0.033306, the barrier's denominator for L = 2 and a radius
/// of 0.8 fm. The sign is opposite to that of the other resonances, and mΓ stands in the numerator:
/// both are the publication's. Below the threshold the width is zero.
public struct TensorMeson1270: Lineshape {
  /// Mass m, above the threshold of two pions [GeV].
  public var mass: Double
  /// Width Γ at s = m² [GeV].
  public var width: Double

  /// An f2(1270) of a mass m and a width Γ at s = m² [GeV].
  public init(mass: Double, width: Double) {
    self.mass = mass
    self.width = width
  }

  public init(of decay: TwoBodyDecay) { self.init(mass: 1.2755, width: 0.1867) }

  public static let name = "f2-1270"
  public static let summary =
    "The f2(1270) with the width of its D-wave ππ decay, mΓ/(s − m² + imΓ(s))."
  public static let onlySpin: Int? = 2
  public static let parameters = ParameterTable<Self>([
    .real(
      "mass", \.mass, unit: "GeV", in: .positive, required: true,
      "Mass m, above the threshold of two pions."),
    .real(
      "width", \.width, unit: "GeV", in: .nonNegative, required: true,
      "Width Γ at s = m²."),
  ])

  /// The squared mass of a pion in the publication [GeV²].
  static let squaredPionMass = 0.0194792
  /// F(q), lowest power first.
  static let barrier: InlineArray<3, Double> = [0.033306, 0.1825, 1]

  public func mistake(in decay: TwoBodyDecay) -> String? {
    4 * Self.squaredPionMass < mass * mass
      ? nil : "\"mass\" is \(mass) GeV; it is to be above the threshold of two pions"
  }

  public func limits(in decay: TwoBodyDecay) -> [String: ClosedRange<Double>] {
    // The root may be rounded down; two numbers above it are above the threshold.
    ["mass": (4 * Self.squaredPionMass).squareRoot().nextUp.nextUp...Double.infinity]
  }

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> {
    let squaredMass = p.mass.squared
    let q = 0.25 * squaredMass - Self.squaredPionMass
    let massWidth = p.mass * p.width
    let strength =
      massWidth * S.Constant.polynomial(q, Self.barrier) / (q.squared * S.Constant.sqrt(q))
    return Curve(
      Pole<S>(squaredMass: S(squaredMass), massWidth: S(massWidth), strength: S(strength)))
  }

  struct Pole<S: EventScalar>: CurveFormula {
    let squaredMass: S
    let massWidth: S
    /// mΓ F(q₀)/q₀^{5/2}
    let strength: S

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let q = S.maximum(.zero, 0.25 * s - TensorMeson1270.squaredPionMass)
      // 1/(d + iN/F) = F(dF − iN)/((dF)² + N²): one division for both fractions.
      let barrier = S.polynomial(q, TensorMeson1270.barrier)
      let distance = (s - squaredMass) * barrier
      let absorption = strength * (q.squared * S.rootOrZero(q))
      let scale = massWidth * barrier * S.reciprocal(distance.squared + absorption.squared)
      return ComplexNumber(distance * scale, -(absorption * scale))
    }
  }
}
