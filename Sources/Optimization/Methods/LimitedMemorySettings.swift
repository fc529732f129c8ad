/// What the methods of limited memory have in common.
public struct LimitedMemorySettings: Sendable {
  /// How many steps are remembered.
  public var pairs = 10
  /// The line search accepts a step if the magnitude of the derivative along the direction has
  /// fallen to this fraction of that at its start.
  public var curvature = 0.9

  public init() {}
}

extension OptimizationMethod where Memory == CurvaturePairs {
  public func begin(
    at x: [Double], _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> (Iterate, Memory)? {
    guard let (value, gradient) = try function.valueAndGradient(at: x) else { return nil }
    return (Iterate(point: x, value: value, gradient: gradient), CurvaturePairs())
  }
}
