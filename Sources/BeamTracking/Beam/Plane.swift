/// One of the three pairs of a coordinate and its momentum.
public enum Plane: Int, CaseIterable, Sendable {
  /// The pairs (x, px), (y, py) and (t, pt).
  case x, y, t

  /// The coordinate's index in phase space; its momentum's is the next.
  public var coordinate: Int { 2 * rawValue }
}
