import AutoDiff
import BeamTracking

/// The derivatives of an objective with respect to the numbers of one kick.
struct KickCotangent<C: SweepScalar> {
  /// With respect to the strength.
  var strength: C
  /// With respect to β₀γ₀, at fixed strength.
  var betaGamma: C

  static var zero: Self { Self(strength: .zero, betaGamma: .zero) }
}
