/// The particles are in a state in which the effect cannot be computed. An optimizer takes this as
/// a step that was too long.
public protocol EffectFailure: Error, CustomStringConvertible {}

/// The error of a derivative through an effect that has no derivatives.
public struct EffectWithoutDerivatives: Error, Equatable, CustomStringConvertible {
  /// The effect's ``CollectiveEffect/kind``.
  public let kind: String
  /// The first place where it acts.
  public let place: String

  package init(kind: String, place: String) {
    self.kind = kind
    self.place = place
  }

  public var description: String {
    "\(place): the effect \"\(kind)\" has no derivatives; leave it out, or make its runs a "
      + "DifferentiableEffectRun"
  }
}
