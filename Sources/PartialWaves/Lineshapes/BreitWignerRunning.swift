import AutoDiff
import Documents

/// A resonance whose width follows the phase space and the barrier of its decay:
/// 1/(m² − s − imΓ(s)).
///
/// Γ(s) = Γ (q/q₀)^{2L+1} (m/√s) D_L(q₀²)/D_L(q²), with the break-up momentum q, q₀ at s = m², and
/// the barrier's denominators D_L, see `BarrierPolynomial` (PDG 2021, review "Resonances", eqs.
/// 50.27 and 50.28). Below the threshold the width is zero: the amplitude is real there. A mass below
/// the threshold takes |q₀²|. For a mass at the threshold Γ(s) is infinite, so that a fit keeps the
/// mass on one side of it (``limits(in:)``).
public struct BreitWignerRunning: Lineshape {
  /// Mass m [GeV].
  public var mass: Double
  /// Width Γ at s = m² [GeV].
  public var width: Double
  /// Orbital angular momentum L of the decay, from 0 to 4.
  public var angularMomentum: Int

  /// - Parameters:
  ///   - mass: Mass m [GeV].
  ///   - width: Width Γ at s = m² [GeV].
  ///   - angularMomentum: Orbital angular momentum L of the decay, from 0 to 4.
  public init(mass: Double, width: Double, angularMomentum: Int) {
    self.mass = mass
    self.width = width
    self.angularMomentum = angularMomentum
  }

  public init(of decay: TwoBodyDecay) {
    self.init(
      mass: 1.5 * (decay.masses.0 + decay.masses.1), width: 0.1,
      angularMomentum: min(max(decay.spin, 0), 4))
  }

  public static let name = "breit-wigner-running"
  public static let summary =
    "A resonance whose width follows phase space and barrier, 1/(m² − s − imΓ(s))."
  public static let parameters = ParameterTable<Self>([
    .real("mass", \.mass, unit: "GeV", in: .positive, required: true, "Mass m."),
    .real(
      "width", \.width, unit: "GeV", in: .nonNegative, required: true,
      "Width Γ at s = m²."),
    .integer(
      "L", \.angularMomentum, in: 0...4,
      "Orbital angular momentum of the decay; the spin of the resonance if not given."),
  ])

  public func mistake(in decay: TwoBodyDecay) -> String? {
    mass == decay.threshold
      ? "\"mass\" is the threshold of \(mass) GeV, where the running width is infinite" : nil
  }

  /// The mass stays on its side of the threshold.
  public func limits(in decay: TwoBodyDecay) -> [String: ClosedRange<Double>] {
    [
      "mass": mass < decay.threshold
        ? 0...decay.threshold.nextDown : decay.threshold.nextUp...Double.infinity
    ]
  }

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> {
    let barrier = BarrierPolynomial(angularMomentum: angularMomentum, radius: decay.radius)
    let threshold = TwoBodyThreshold<S.Constant>(decay.masses)
    let squaredMass = p.mass.squared
    let squaredPhaseSpace = S.Constant.abs(
      threshold.fourSSquaredMomentum(squaredMass) / squaredMass.squared)
    let squaredMomentum = 0.25 * squaredPhaseSpace * squaredMass
    let strength =
      p.mass * p.width * barrier.denominator(squaredMomentum)
      / (barrier.numerator(squaredMomentum) * S.Constant.sqrt(squaredPhaseSpace))
    return Curve(
      Pole<S>(
        squaredMass: S(squaredMass), strength: S(strength), threshold: threshold.events(),
        barrier: barrier))
  }

  struct Pole<S: EventScalar>: CurveFormula {
    let squaredMass: S
    /// mΓ D_L(q₀²)/(q₀²ᴸρ₀), so that mΓ(s) is this times q²ᴸρ/D_L(q²).
    let strength: S
    let threshold: TwoBodyThreshold<S>
    let barrier: BarrierPolynomial

    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> {
      let open = threshold.clamped(s)
      let inverse = S.reciprocal(open)
      let square = threshold.fourSSquaredMomentum(open)
      let squaredMomentum = 0.25 * square * inverse
      let phaseSpace = S.rootOrZero(square) * inverse
      // 1/(d − iN/D) = D(dD + iN)/((dD)² + N²): one division for both fractions.
      let denominator = barrier.denominator(squaredMomentum)
      let distance = (squaredMass - s) * denominator
      let absorption = strength * (barrier.numerator(squaredMomentum) * phaseSpace)
      let scale = denominator * S.reciprocal(distance.squared + absorption.squared)
      return ComplexNumber(distance * scale, absorption * scale)
    }
  }
}
