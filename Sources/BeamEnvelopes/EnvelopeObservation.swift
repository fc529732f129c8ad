import AutoDiff
import BeamTracking
import LinearAlgebra

/// The envelope at one observation point.
public struct EnvelopeObservation<C: SweepScalar>: Sendable {
  /// The name of the place: "start", "end", or that of the place just passed.
  public let name: String
  /// The place after which it is, an index into `Beamline.placeNames`; nil at the start.
  public let place: Int?
  /// The turn, from 1.
  public let turn: Int
  /// The reference particle there.
  public let reference: ReferenceParticle<C>
  /// The centroid ⟨ζ⟩ in the order x, px, y, py, t, pt.
  public let mean: Vector6<C>
  /// The covariance ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩.
  public let covariance: Matrix6<C>
  /// The transfer matrix R from the start, of the elements alone, without space charge, which acts
  /// within the beam; nil unless requested.
  public let transferMatrix: Matrix6<C>?
}

extension EnvelopeObservation<Double> {
  /// The observation point, with the reference particle there.
  public var observation: Observation {
    Observation(name: name, place: place, turn: turn, reference: reference)
  }
}
