import AutoDiff
import BeamTracking
import SystemLibrary

/// The fraction of a particle that an ellipse with a soft edge stops: 1/(1 + exp((1 − r)/w)) with
/// r² = (x/a)² + (y/b)². A hard edge has no derivative.
public struct SmoothedLoss: ParticleFunction {
  /// Half axis a in x [m].
  public var x: Double
  /// Half axis b in y [m].
  public var y: Double
  /// The width w of the edge, relative to the half axes.
  public var width: Double

  /// The loss at an ellipse with half axes `x` and `y` [m], with an edge of relative width `width`.
  public init(x: Double, y: Double, width: Double) {
    require(x > 0 && y > 0, "an ellipse with a soft edge has positive half axes")
    require(width > 0, "a soft edge has a width")
    self.x = x
    self.y = y
    self.width = width
  }

  public func callAsFunction<S: RealScalar>(_ z: PhaseSpace<S>) -> S {
    let r = S.hypot(z.x * (1 / x), z.y * (1 / y))
    // The form with tanh does not overflow.
    return 0.5 + 0.5 * S.tanh((r - 1.0) * (0.5 / width))
  }
}
