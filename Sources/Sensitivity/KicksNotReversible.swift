import BeamTracking

/// Particles cannot be taken back through an element whose map has no inverse where effects act on
/// them: the way back through effects keeps no coordinates.
public struct KicksNotReversible: EffectFailure, Equatable {
  /// The name of an element whose inversion is ``Inversion/localJacobian``.
  public let element: String

  package init(element: String) { self.element = element }

  public var description: String {
    "\(element): derivatives through collective effects need the inverse of every map, and this "
      + "element's inversion is localJacobian; give it backwardSlice, or differentiate without effects"
  }
}
