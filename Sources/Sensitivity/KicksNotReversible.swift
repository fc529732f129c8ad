import BeamTracking

/// The error of a backward pass through collective effects with an element whose map has no
/// inverse. The backward pass through effects stores no coordinates, so that it needs all inverses.
public struct KicksNotReversible: EffectFailure, Equatable {
  /// The name of an element whose inversion is `Inversion.localJacobian`.
  public let element: String

  package init(element: String) { self.element = element }

  public var description: String {
    "\(element): derivatives through collective effects need the inverse of every map, and this "
      + "element's inversion is localJacobian; give it backwardSlice, or differentiate without effects"
  }
}
