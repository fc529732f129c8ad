import BeamMaps

/// The options of a tracking run.
public struct TrackingOptions: Sendable {
  /// The number of turns.
  public var turns: Int
  /// The number of slices of each element that names none (0).
  public var slices: Int
  /// Where moments are computed.
  public var moments: ObservationPlaces
  /// If given, moments are computed at the start and after these places, and ``moments`` is
  /// ignored.
  public var observedPlaces: Set<Int>?
  /// The beam is observed, by moments and at monitors, in the turns that are multiples of this, and at
  /// the start. In other turns no moments are computed, except those at the end of the last turn.
  public var everyTurns = 1
  /// The numbers of the beamline that vary from turn to turn.
  public var ramps: [ParameterRamp] = []
  /// If given, the observer receives the ``TrackingState`` at the end of the turns that are multiples of
  /// this, and of the last turn.
  public var stateTurns: Int?
  /// Whether the beam is observed in the last turn only.
  package var observesLastTurnOnly = false
  /// Whether consecutive linear elements become one matrix where there is no observation point
  /// between them.
  public var mergesLinearElements = true
  /// The collective effects, which act one after the other in every slice, or, if the beamline has
  /// places for kicks, only there.
  public var effects: [any CollectiveEffect]
  /// The places where the observer receives the particles before the kicks of the last turn.
  public var observedKicks: Set<Int> = []
  /// Receives, at the end, the computing time of the parts of all effects [s].
  public var effectReport: (@Sendable ([(part: String, seconds: Double)]) -> Void)?
  /// Receives, at the end, the warnings of all effects; see `EffectRun.remarks`.
  public var effectRemarks: (@Sendable ([String]) -> Void)?

  /// One turn without effects, where nothing else is given.
  ///
  /// - Parameters:
  ///   - turns: The number of turns.
  ///   - slices: The number of slices of each element that names none (0).
  ///   - moments: Where moments are computed.
  ///   - effects: The collective effects, which act one after the other.
  public init(
    turns: Int = 1, slices: Int = 1, moments: ObservationPlaces = .element,
    effects: [any CollectiveEffect] = []
  ) {
    self.turns = turns
    self.slices = slices
    self.moments = moments
    self.effects = effects
  }
}
