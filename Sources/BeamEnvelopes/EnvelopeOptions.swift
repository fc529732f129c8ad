import AutoDiff
import BeamTracking
import LinearAlgebra

/// How an envelope is taken through a beamline, and where it is looked at.
public struct EnvelopeOptions: Sendable {
  /// How often the beamline is passed.
  public var turns = 1
  /// Slices of elements that name none.
  public var slices = 1
  /// Where the envelope is looked at.
  public var moments = MomentsPlaces.element
  /// If given, it is looked at at the start and after these places, and not where ``moments`` says.
  public var observedPlaces: Set<Int>?
  /// nil for none.
  public var spaceCharge: EnvelopeSpaceCharge?
  /// What else acts on it in every slice, or only where the beamline has places for it, one after the
  /// other, behind the kick of space charge. Each is a ``LinearEffect`` that leaves the reference
  /// particle's energy alone: others act on particles only, and are refused.
  public var effects: [any CollectiveEffect] = []
  /// Whether the envelope is tracked; without, the reference particle flies alone.
  public var tracksEnvelope = true
  /// Whether the transfer matrix from the start is wanted.
  public var tracksTransferMatrix = false

  public init() {}
}

/// What an envelope begins with.
public struct EnvelopeStart<C: SweepScalar>: Sendable {
  public var reference: ReferenceParticle<C>
  /// ⟨ζ⟩ of the order x, px, y, py, t, pt.
  public var mean: Vector6<C>
  /// ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩
  public var covariance: Matrix6<C>
  /// A magnitude: the current [A] for space charge in two dimensions, the charge of the bunch [C] in
  /// three.
  public var intensity: C

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

/// The envelope at one place.
public struct EnvelopeObservation<C: SweepScalar>: Sendable {
  /// The name of the place: "start", or that of the element just passed.
  public let name: String
  /// The place after which it is; nil at the start.
  public let place: Int?
  /// From 1.
  public let turn: Int
  public let reference: ReferenceParticle<C>
  public let mean: Vector6<C>
  public let covariance: Matrix6<C>
  /// R from the start, of the elements alone: space charge acts within the beam and is not part of
  /// it. nil unless asked for.
  public let transferMatrix: Matrix6<C>?
}

/// An envelope that cannot go on.
public struct EnvelopeError: Error, Equatable, CustomStringConvertible {
  /// "start", or the place of the element.
  public let place: String
  public let reason: String

  public var description: String { "\(place): \(reason)" }
}

extension EnvelopeObservation<Double> {
  /// The place, and the reference particle there.
  public var observation: Observation {
    Observation(name: name, place: place, turn: turn, reference: reference)
  }
}
