import BeamDynamics

/// A number of a run that its results depend on smoothly.
public enum RunInput: Hashable, Sendable {
  /// Of an element: a parameter of its kind, or of its placement.
  case element(BeamlineParameter)
  /// Of the initial beam as a whole.
  case beam(BeamInput)
  /// A particle's own: its number in the beam, and which of x, px, y, py, t, pt.
  case coordinate(particle: Int, Int)
}
