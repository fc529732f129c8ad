import BeamMaps
import ParameterTables

/// A particle that a ``LocalEffect`` has moved cannot be taken back: its formula has no inverse there.
public struct EffectNotReversible: EffectFailure, Equatable {
  /// The effect's ``CollectiveEffect/kind``.
  public let kind: String
  /// Where it acts.
  public let place: String

  @usableFromInline
  init(kind: String, place: String) {
    self.kind = kind
    self.place = place
  }

  public var description: String {
    "\(place): the effect \(quoted(kind)) cannot be undone for some particle; its formula needs an "
      + "inverse where there are derivatives"
  }
}
