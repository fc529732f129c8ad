import AutoDiff
import BeamTracking
import SystemLibrary

/// The fraction of a particle that an ellipse with a soft edge stops: 1/(1 + exp((1 − r)/w)) with
/// r² = (x/a)² + (y/b)². A hard edge has no derivative.
public struct SmoothedLoss: ParticleFunction {
  /// Half axes a, b [m].
  public var aperture: EllipticAperture
  /// The width w of the edge, relative to the half axes.
  public var width: Double

  /// The loss at `aperture`, with an edge of relative width `width`.
  public init(_ aperture: EllipticAperture, width: Double) {
    require(width > 0, "a soft edge has a width")
    self.aperture = aperture
    self.width = width
  }

  public func callAsFunction<S: RealScalar>(_ z: PhaseSpace<S>) -> S {
    let r = S.hypot(z.x * (1 / aperture.x), z.y * (1 / aperture.y))
    // The form with tanh does not overflow.
    return 0.5 + 0.5 * S.tanh((r - 1.0) * (0.5 / width))
  }
}
