import AutoDiff
import Sensitivity

/// √det of the covariance of x and y.
public struct BeamArea: BeamQuantity {
  public let name = "beam_area"
  public let unit = "m²"
  public let summary = "√det of the covariance of x and y"
  public init() {}

  public func value<S: RealScalar>(of beam: BeamObservation<S>) throws(UndefinedObjective) -> S {
    let v = beam.covariance
    let determinant = v[.x, .x] * v[.y, .y] - v[.x, .y].squared
    guard (S.zero < determinant).all else {
      throw UndefinedObjective(
        name, because: "the beam has no area in x and y", remedy: "use \"x_x\" and \"y_y\"")
    }
    return .sqrt(determinant)
  }
}
