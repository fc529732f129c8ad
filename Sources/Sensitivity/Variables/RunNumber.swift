import BeamDynamics

/// A number of a run, by what it belongs to: what `q1.k1` of a run file means, what a variable stands
/// for, what a derivative is taken to.
public enum RunNumber: Hashable, Sendable {
  /// Of an element: a parameter of its kind, or of its placement.
  case element(BeamlineParameter)
  /// Of the initial beam as a whole.
  case beam(BeamNumber)
  /// Of a collective effect that has parameters.
  case effect(EffectParameter)
  /// A particle's own: its number in the beam, and which of x, px, y, py, t, pt.
  case coordinate(particle: Int, Int)
  /// Any other number of a run file, by its path there: a count, an aperture, a setting. Nothing has
  /// a derivative to it.
  case setting(String)
}
