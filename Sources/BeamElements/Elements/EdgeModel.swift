import ParameterTables

/// How the face of a bending magnet is passed.
public enum EdgeModel: String, ParameterWord {
  /// As a thin lens.
  case linear
  /// With the full Hamiltonian: free flight to the tilted face, its fringe field, and flight through the
  /// wedge between the face and the body.
  case exact
}
