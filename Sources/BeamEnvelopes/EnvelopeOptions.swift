import BeamTracking

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
