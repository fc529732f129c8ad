/// The approximation of an element's Hamiltonian with which it is tracked: ``linear``,
/// ``chromatic`` and ``exact``, from the coarsest on; ``thin`` for an element without length, and
/// ``nonlinear`` for the edge of a magnet.
public enum ElementModel: String, Sendable, CaseIterable {
  /// Expanded to second order in all coordinates: a matrix.
  case linear
  /// Expanded to second order in x, px, y, py, exact in pt.
  case chromatic
  /// The full Hamiltonian, solved by symplectic splitting where there is no closed form.
  case exact
  /// A kick at one position: the element has no length.
  case thin
  /// The edge of a magnet, expanded beyond the second order.
  case nonlinear

  /// The model of `available` to use where a run's default is `model`: `model` itself, else the
  /// next more accurate one, else the most accurate one.
  ///
  /// A default says how bodies are tracked: an edge, which has the model ``nonlinear``, is more than
  /// linear where it says so itself, or where there is no other model of it.
  public static func resolve(_ model: ElementModel, among available: [ElementModel]) -> ElementModel
  {
    if available.contains(.nonlinear), let coarsest = available.first { return coarsest }
    let ranks = allCases.filter(available.contains)
    let wanted = allCases.firstIndex(of: model) ?? 0
    let accurate = ranks.first { (allCases.firstIndex(of: $0) ?? 0) >= wanted }
    return accurate ?? ranks.last ?? model
  }
}
