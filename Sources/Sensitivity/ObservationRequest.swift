import AutoDiff
import BeamTracking

/// A request for observations of the beam at one place.
public struct ObservationRequest: Sendable {
  /// The place after which the beam is observed in the last turn; nil for the start of the first.
  public var place: Int?
  /// The screens at this place, whose densities are observed.
  public var screens: [Screen]
  /// Functions of the particles, whose averages are observed.
  public var averages: [any ParticleFunction]
  /// Whether the transfer matrix from the start is requested.
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

/// A differentiable function of a particle's coordinates, written once, generic over the scalar.
public protocol ParticleFunction: Sendable {
  /// The value for a particle.
  func callAsFunction<S: RealScalar>(_ z: PhaseSpace<S>) -> S
}

/// The fraction of a particle that an ellipse with a soft edge stops: 1/(1 + exp((1 − r)/w)) with
/// r² = (x/a)² + (y/b)². A hard edge has no derivative.
public struct SmoothedLoss: ParticleFunction {
  /// Half axes a, b [m].
  public var aperture: EllipticAperture
  /// The width w of the edge, relative to the half axes.
  public var width: Double

  /// The loss at `aperture`, with an edge of relative width `width`.
  public init(_ aperture: EllipticAperture, width: Double) {
    precondition(width > 0, "a soft edge has a width")
    self.aperture = aperture
    self.width = width
  }

  public func callAsFunction<S: RealScalar>(_ z: PhaseSpace<S>) -> S {
    let r = S.hypot(z.x * (1 / aperture.x), z.y * (1 / aperture.y))
    // The form with tanh does not overflow.
    return 0.5 + 0.5 * S.tanh((r - 1.0) * (0.5 / width))
  }
}
