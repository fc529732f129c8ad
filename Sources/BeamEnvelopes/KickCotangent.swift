import AutoDiff
import BeamTracking

/// The derivatives of an objective to the numbers of one kick.
struct KickCotangent<C: SweepScalar> {
  /// To the strength.
  var strength: C
  /// To β₀γ₀, at fixed strength.
  var betaGamma: C

  static var zero: Self { Self(strength: .zero, betaGamma: .zero) }
}
