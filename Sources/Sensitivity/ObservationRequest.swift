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
