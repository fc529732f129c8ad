import AutoDiff

/// The suppression of a decay of angular momentum L at small momenta: q²ᴸ/D_L(q²), with the
/// denominators D_L of the squared Blatt–Weisskopf factors of ``OrbitalBarrier``.
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
    denominatorCoefficients = OrbitalBarrier.denominator(
      angularMomentum, OrbitalBarrier(radius: radius).z)
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
