/// When a run ends.
///
/// Gradients are those in the scaled variables; entries that push against a bound do not count. The
/// norm is the largest magnitude. A zero switches a criterion off.
public struct Stopping: Codable, Sendable, Equatable {
  /// Largest gradient, in units of the value per scaled variable.
  public var gradient: Double
  /// Largest gradient as a fraction of that at the start.
  public var relativeGradient: Double
  /// Decrease in an iteration as a fraction of the value.
  public var valueChange: Double
  /// Length of a step as a fraction of the length of the point.
  public var step: Double
  public var evaluations: Int
  public var iterations: Int

  public init(
    gradient: Double = 1e-8, relativeGradient: Double = 1e-10, valueChange: Double = 0,
    step: Double = 1e-14, evaluations: Int = 100_000, iterations: Int = 100_000
  ) {
    self.gradient = gradient
    self.relativeGradient = relativeGradient
    self.valueChange = valueChange
    self.step = step
    self.evaluations = evaluations
    self.iterations = iterations
  }

  /// The reason to stop at a point with this gradient, if there is one.
  func reason(gradientNorm: Double?, first: Double) -> StoppingReason? {
    guard let gradientNorm else { return nil }
    if gradientNorm <= gradient { return .gradientSmall }
    if gradientNorm <= relativeGradient * first { return .gradientSmallAgainstStart }
    return nil
  }

  /// The reason to stop after this move from a point of the given length, if there is one.
  func reason(after move: Move, value: Double, pointLength: Double) -> StoppingReason? {
    if valueChange > 0, move.decrease <= valueChange * value.magnitude { return .valueSettled }
    if step > 0, move.step <= step * pointLength { return .stepSmall }
    return nil
  }
}
