import ParameterTables

/// The point of a body about which it is turned, and whose frame its displacement refers to.
public enum Pivot: String, ParameterWord {
  /// The middle of a straight element; in a bend, the middle of the chord, with z along the chord,
  /// as in PALS and Bmad.
  case center
  /// The entrance, with z along the flight there, as in MAD-X.
  case entrance
}
