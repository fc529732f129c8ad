import BeamDynamics

/// Particles cannot be taken back through an element whose map has no inverse where they kick each
/// other: the way back through collective kicks keeps no coordinates.
public struct NoWayBackThroughKicks: EffectFailure, Equatable {
  /// The name of an element whose inversion is ``Inversion/localJacobian``.
  public let element: String

  package init(element: String) { self.element = element }

  public var description: String {
    "\(element): derivatives with space charge need the inverse of every map, and this element's "
      + "inversion is localJacobian; give it backwardSlice, or differentiate without space charge"
  }
}
