import AutoDiff

/// How a decay of angular momentum L is held back at small momenta: q²ᴸ/D_L(q²), with the
/// denominators D_L of the Blatt–Weisskopf factors that ``OrbitalBarrier`` takes the root of.
///
/// B. S. Zou, D. V. Bugg, Eur. Phys. J. A 16, 537 (2003), eqs. 13–17. Constant factors are left
/// out, since widths need only ratios.
struct BarrierPolynomial: Sendable {
  /// D_L, lowest power of q² first.
  private let denominatorCoefficients: InlineArray<5, Double>
  /// q²ᴸ, likewise.
  private let numeratorCoefficients: InlineArray<5, Double>

  /// - Parameters:
  ///   - angularMomentum: L, from 0 to 4.
  ///   - radius: R [fm].
  init(angularMomentum: Int, radius: Double) {
    precondition(
      (0...4).contains(angularMomentum), "barrier factors are known for L = 0 … 4")
    let momentum = OrbitalBarrier.reducedPlanckTimesSpeedOfLight / radius
    let z = momentum * momentum
    denominatorCoefficients =
      switch angularMomentum {
      case 0: [1, 0, 0, 0, 0]
      case 1: [z, 1, 0, 0, 0]
      case 2: [9 * z * z, 3 * z, 1, 0, 0]
      case 3: [225 * z * z * z, 45 * z * z, 6 * z, 1, 0]
      default: [11025 * z * z * z * z, 1575 * z * z * z, 135 * z * z, 10 * z, 1]
      }
    numeratorCoefficients = InlineArray { $0 == angularMomentum ? 1 : 0 }
  }

  /// D_L(q²), positive for q² ≥ 0.
  @inline(__always)
  func denominator<S: RealScalar>(_ squaredMomentum: S) -> S {
    .polynomial(squaredMomentum, denominatorCoefficients)
  }

  /// q²ᴸ
  @inline(__always)
  func numerator<S: RealScalar>(_ squaredMomentum: S) -> S {
    .polynomial(squaredMomentum, numeratorCoefficients)
  }
}
