import BeamTracking

/// A number of a run that may vary, such as `q1.k1` in a run file. Variables set such numbers, and
/// derivatives are taken with respect to them.
public enum RunNumber: Hashable, Sendable {
  /// A parameter of an element, or its misalignment.
  case element(BeamlineParameter)
  /// A number of the initial beam.
  case beam(BeamNumber)
  /// A parameter of a collective effect.
  case effect(EffectParameter)
  /// A coordinate of one particle: the particle's index in the beam, and the index among x, px, y,
  /// py, t, pt.
  case coordinate(particle: Int, Int)
  /// Any other number of a run file, by its path there: a count, an aperture, a setting. There are
  /// no derivatives with respect to it.
  case setting(String)
}
