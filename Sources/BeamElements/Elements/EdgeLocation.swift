import ParameterTables

/// The end of a magnet at which an edge stands.
public enum EdgeLocation: String, ParameterWord {
  /// The entrance: the field begins.
  case entry
  /// The exit: the field ends.
  case exit
}
