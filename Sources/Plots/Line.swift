/// How a line is drawn.
public enum Line: Sendable {
  /// Without gaps.
  case solid
  /// Dashes of 6 px with gaps of 4 px.
  case dashed
  /// Dots of 1.5 px with gaps of 3 px.
  case dotted

  /// Lengths of dashes and gaps.
  var dashes: String? {
    switch self {
    case .solid: nil
    case .dashed: "6 4"
    case .dotted: "1.5 3"
    }
  }
}
