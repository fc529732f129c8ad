import AutoDiff
import BeamTracking
import SystemLibrary

/// The fraction of a particle that an aperture with a soft edge stops: 1/(1 + exp((1 − r)/w)) at a
/// hole, 1/(1 + exp((r − 1)/w)) at an obstacle. A hard edge, the limit w → 0, has no derivative.
///
/// r is the radius relative to the outline, about its centre: 0 at the centre, 1 on the outline. Of
/// an ellipse r² = (x/a)² + (y/b)², of a rectangle r = max(|x|/a, |y|/b), of all outlines but the
/// polygon the factor by which the outline must be scaled to pass through the point (Minkowski's
/// gauge). Of a polygon r = 1 + d/ρ with the distance d from its sides, negative inside, and that of
/// its centre, ρ. Where two parts of an outline meet, r has a kink.
public struct SmoothedLoss: ParticleFunction {
  /// The outline, and the side of it on which particles are lost.
  public let shape: ApertureShape
  /// The width w of the edge, relative to the aperture.
  public let width: Double
  /// Displacement of the aperture along x [m].
  public let dx: Double
  /// Displacement of the aperture along y [m].
  public let dy: Double
  /// Rotation of the aperture that turns x towards y [rad].
  public let tilt: Double
  private let radius: RelativeRadius
  /// The aperture's frame; nil where it is the beamline's.
  private let frame: PlacementFrame<Double>?

  /// The loss at an aperture of this `shape`, with an edge of relative `width`, which is displaced
  /// by `dx`, `dy` [m] and then rotated by `tilt` [rad].
  ///
  /// - Throws: ``UnsuitedOutline`` for an outline that can have no soft edge.
  public init(
    at shape: ApertureShape, width: Double, dx: Double = 0, dy: Double = 0, tilt: Double = 0
  ) throws(UnsuitedOutline) {
    require(width > 0, "a soft edge has a width")
    radius = try RelativeRadius(shape)
    self.shape = shape
    self.width = width
    self.dx = dx
    self.dy = dy
    self.tilt = tilt
    frame = dx == 0 && dy == 0 && tilt == 0 ? nil : PlacementFrame(dx: dx, dy: dy, tilt: tilt)
  }

  /// The loss at an ellipse with half axes `x` and `y` [m], with an edge of relative width `width`.
  public init(x: Double, y: Double, width: Double) {
    require(width > 0, "a soft edge has a width")
    radius = RelativeRadius(ofEllipse: (x, y))
    shape = .ellipse(x: x, y: y)
    self.width = width
    (dx, dy, tilt) = (0, 0, 0)
    frame = nil
  }

  public func callAsFunction<S: RealScalar>(_ z: PhaseSpace<S>) -> S {
    var z = z
    if let frame { frame.map { S($0) }.enter(&z) }
    let r = radius(z.x, z.y)
    let steepness = shape.absorbed == .outside ? 0.5 / width : -0.5 / width
    // The form with tanh does not overflow.
    return 0.5 + 0.5 * S.tanh((r - 1.0) * steepness)
  }
}
