import AutoDiff
import Sensitivity

/// ½χ² of the measured sizes of a beam on a screen.
public struct SizesOnScreen: BeamObjective {
  public let requests: [ObservationRequest]
  /// σ_x and σ_y [m].
  private let measured: [Double]
  /// Their relative standard deviation.
  private let error: Double

  /// The screen stands after a place of the beamline.
  public init(after place: Int, measured: [Double], error: Double) {
    requests = [ObservationRequest(after: place)]
    self.measured = measured
    self.error = error
  }

  public var isSumOfSquares: Bool { true }

  public func residuals<S: RealScalar>(
    _ beams: [BeamObservation<S>], variables: [S]
  ) -> [S] {
    let moments = beams[0].secondMoments
    return [
      (moments.sigma(0) - measured[0]) / (error * measured[0]),
      (moments.sigma(2) - measured[1]) / (error * measured[1]),
    ]
  }

  public func callAsFunction<S: RealScalar>(_ beams: [BeamObservation<S>], variables: [S]) -> S {
    residuals(beams, variables: variables).reduce(.zero) { $0 + 0.5 * $1.squared }
  }
}
