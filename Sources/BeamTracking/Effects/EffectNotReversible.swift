import BeamMaps
import ParameterTables

/// The error of a ``LocalEffect`` whose formula has no inverse at a particle that it has moved.
public struct EffectNotReversible: EffectFailure, Equatable {
  /// The effect's `CollectiveEffect.kind`.
  public let kind: String
  /// The place where it acts.
  public let place: String

  @usableFromInline
  init(kind: String, place: String) {
    self.kind = kind
    self.place = place
  }

  public var description: String {
    "\(place): the effect \(quoted(kind)) cannot be reversed for some particle; its formula needs an "
      + "inverse for derivatives"
  }
}
