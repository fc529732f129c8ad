/// How a line is drawn.
public enum Line: Sendable {
  case solid, dashed, dotted

  /// Lengths of dashes and gaps.
  var dashes: String? {
    switch self {
    case .solid: nil
    case .dashed: "6 4"
    case .dotted: "1.5 3"
    }
  }
}
