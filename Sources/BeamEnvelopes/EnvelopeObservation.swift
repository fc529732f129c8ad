import AutoDiff
import BeamTracking
import LinearAlgebra

/// The envelope at one observation point.
public struct EnvelopeObservation<C: SweepScalar>: Sendable {
  /// The name of the place: "start", "end", or that of the place just passed.
  public var name: String { contents.name }
  /// The place after which it is, an index into `Beamline.placeNames`; nil at the start.
  public var place: Int? { contents.place }
  /// The turn, from 1.
  public var turn: Int { contents.turn }
  /// The reference particle there.
  public var reference: ReferenceParticle<C> { contents.reference }
  /// The centroid ⟨ζ⟩ in the order x, px, y, py, t, pt.
  public var mean: Vector6<C> { contents.mean }
  /// The covariance ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩.
  public var covariance: Matrix6<C> { contents.covariance }
  /// The transfer matrix R from the start, of the elements alone, without space charge, which acts
  /// within the beam; nil unless requested.
  public var transferMatrix: Matrix6<C>? { contents.transferMatrix }

  /// Six hundred bytes, whose copies would each ask the runtime for the types of four generic fields.
  private final class Contents: Sendable {
    let name: String
    let place: Int?
    let turn: Int
    let reference: ReferenceParticle<C>
    let mean: Vector6<C>
    let covariance: Matrix6<C>
    let transferMatrix: Matrix6<C>?

    init(
      name: String, place: Int?, turn: Int, reference: ReferenceParticle<C>, mean: Vector6<C>,
      covariance: Matrix6<C>, transferMatrix: Matrix6<C>?
    ) {
      self.name = name
      self.place = place
      self.turn = turn
      self.reference = reference
      self.mean = mean
      self.covariance = covariance
      self.transferMatrix = transferMatrix
    }
  }

  private let contents: Contents

  init(
    name: String, place: Int?, turn: Int, reference: ReferenceParticle<C>, mean: Vector6<C>,
    covariance: Matrix6<C>, transferMatrix: Matrix6<C>?
  ) {
    contents = Contents(
      name: name, place: place, turn: turn, reference: reference, mean: mean,
      covariance: covariance, transferMatrix: transferMatrix)
  }
}

extension EnvelopeObservation<Double> {
  /// The observation point, with the reference particle there.
  public var observation: Observation {
    Observation(name: name, place: place, turn: turn, reference: reference)
  }
}
