import AutoDiff
import BeamTracking

/// What is asked of a beam at one place.
public struct ObservationRequest: Sendable {
  /// The place after which the beam is looked at, in the last turn; nil before the first.
  public var place: Int?
  /// Densities on screens that stand there.
  public var screens: [Screen]
  /// Means of functions of the particles.
  public var averages: [any ParticleFunction]
  /// Whether the transfer matrix from the start is wanted.
  public var needsTransferMatrix: Bool

  /// What is asked of the beam after a place, an index into `Beamline.order`; nil for the start.
  public init(
    after place: Int?, screens: [Screen] = [], averages: [any ParticleFunction] = [],
    needsTransferMatrix: Bool = false
  ) {
    self.place = place
    self.screens = screens
    self.averages = averages
    self.needsTransferMatrix = needsTransferMatrix
  }
}

/// A smooth function of a particle's coordinates, written once for every scalar.
public protocol ParticleFunction: Sendable {
  func callAsFunction<S: RealScalar>(_ z: PhaseSpace<S>) -> S
}

/// The share of a particle that an ellipse with a soft edge stops: 1/(1 + exp((1 − r)/w)) with r² =
/// (x/a)² + (y/b)². A hard edge has no derivative.
public struct SmoothedLoss: ParticleFunction {
  /// Half axes a, b [m].
  public var aperture: EllipticAperture
  /// The width w of the edge, relative to the half axes.
  public var width: Double

  public init(_ aperture: EllipticAperture, width: Double) {
    precondition(width > 0, "a soft edge has a width")
    self.aperture = aperture
    self.width = width
  }

  public func callAsFunction<S: RealScalar>(_ z: PhaseSpace<S>) -> S {
    let r = S.hypot(z.x * (1 / aperture.x), z.y * (1 / aperture.y))
    // In the form of tanh there is no overflow.
    return 0.5 + 0.5 * S.tanh((r - 1.0) * (0.5 / width))
  }
}
