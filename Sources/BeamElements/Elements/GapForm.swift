import ParameterTables

/// How the gap of a bending magnet enters the kick of its fringe field.
public enum GapForm: String, ParameterWord {
  /// To first order in the gap, with 1/p_z: what integration through soft edges gives.
  case firstOrder = "first_order"
  /// Inside the tangent, with p_z: as MAD-X, PTC, MAD-NG and xtrack have it.
  case tangent
}
