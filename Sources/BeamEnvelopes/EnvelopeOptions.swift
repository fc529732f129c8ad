import AutoDiff
import BeamTracking
import LinearAlgebra

/// The options of envelope tracking.
public struct EnvelopeOptions: Sendable {
  /// The number of turns.
  public var turns: Int
  /// The number of slices of each element that names none (0).
  public var slices: Int
  /// Where the envelope is observed.
  public var moments: ObservationPlaces
  /// If given, the envelope is observed at the start and after these places, and ``moments`` is
  /// ignored.
  public var observedPlaces: Set<Int>?
  /// The space charge; nil for none.
  public var spaceCharge: EnvelopeSpaceCharge?
  /// Further effects, which act one after the other after the kick of space charge: in every slice,
  /// or, if the beamline has places for kicks, only there. Each must be a `LinearEffect` that
  /// does not change the reference particle's energy; others act on particles only, and are
  /// refused.
  public var effects: [any CollectiveEffect] = []
  /// Whether the envelope is tracked; otherwise only the reference particle is.
  public var tracksEnvelope = true
  /// Whether the transfer matrix from the start is computed.
  public var tracksTransferMatrix = false

  /// One turn without space charge, where nothing else is given.
  ///
  /// - Parameters:
  ///   - turns: The number of turns.
  ///   - slices: The number of slices of each element that names none (0).
  ///   - moments: Where the envelope is observed.
  ///   - spaceCharge: The space charge; nil for none.
  public init(
    turns: Int = 1, slices: Int = 1, moments: ObservationPlaces = .element,
    spaceCharge: EnvelopeSpaceCharge? = nil
  ) {
    self.turns = turns
    self.slices = slices
    self.moments = moments
    self.spaceCharge = spaceCharge
  }
}

/// The initial values of an envelope.
public struct EnvelopeStart<C: SweepScalar>: Sendable {
  /// The reference particle.
  public var reference: ReferenceParticle<C>
  /// The centroid ⟨ζ⟩ in the order x, px, y, py, t, pt.
  public var mean: Vector6<C>
  /// The covariance ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩.
  public var covariance: Matrix6<C>
  /// A magnitude: the current [A] for space charge in two dimensions, the bunch charge [C] in
  /// three.
  public var intensity: C

  /// An envelope with these initial values.
  public init(
    reference: ReferenceParticle<C>, mean: Vector6<C> = Vector6(repeating: .zero),
    covariance: Matrix6<C>, intensity: C = .zero
  ) {
    self.reference = reference
    self.mean = mean
    self.covariance = covariance
    self.intensity = intensity
  }
}

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

/// The error of an envelope that cannot be tracked further.
public struct EnvelopeError: Error, Equatable, CustomStringConvertible {
  /// "start", or the name of the place.
  public let place: String
  /// Why it cannot be tracked further, and what the user can do.
  public let reason: String

  public var description: String { "\(place): \(reason)" }
}

extension EnvelopeObservation<Double> {
  /// The observation point, with the reference particle there.
  public var observation: Observation {
    Observation(name: name, place: place, turn: turn, reference: reference)
  }
}
