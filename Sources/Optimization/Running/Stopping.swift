/// When a run ends: as soon as one of these numbers is reached.
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
  /// The estimated distance of the value from its minimum, for a method that estimates it.
  public var distance: Double
  /// The number of evaluations that is allowed.
  public var evaluations: Int
  /// The number of iterations that is allowed.
  public var iterations: Int
  /// When a run has come to a standstill; nil for never.
  public var standstill: Standstill?

  /// Iterations that lower the value too little to be worth their cost.
  public struct Standstill: Codable, Sendable, Equatable {
    /// The number of iterations over which the decrease is measured.
    public var iterations: Int
    /// The least decrease of the value in this number of iterations, with which a run goes on.
    public var decrease: Double

    /// A standstill if the value falls by less than `decrease` in `iterations` iterations.
    public init(iterations: Int, decrease: Double) {
      self.iterations = iterations
      self.decrease = decrease
    }
  }

  /// Criteria; those that are not given have the defaults shown.
  public init(
    gradient: Double = 1e-8, relativeGradient: Double = 1e-10, valueChange: Double = 0,
    step: Double = 1e-14, distance: Double = 0, evaluations: Int = 100_000,
    iterations: Int = 100_000, standstill: Standstill? = nil
  ) {
    self.gradient = gradient
    self.relativeGradient = relativeGradient
    self.valueChange = valueChange
    self.step = step
    self.distance = distance
    self.evaluations = evaluations
    self.iterations = iterations
    self.standstill = standstill
  }

  /// Minuit's criterion alone: the estimated distance gᵀVg/2 of the value from its minimum is below
  /// 10⁻³·tolerance·up.
  ///
  /// - Parameters:
  ///   - tolerance: Minuit's tolerance.
  ///   - up: The change of the value that is an error of one standard deviation: ½ for −log L and
  ///     ½χ².
  public static func minuit(tolerance: Double = 0.1, up: Double = 0.5) -> Self {
    Self(gradient: 0, relativeGradient: 0, step: 0, distance: 1e-3 * tolerance * up)
  }

  /// The reason to stop at a point with this gradient, if there is one.
  func reason(gradientNorm: Double?, first: Double) -> StoppingReason? {
    guard let gradientNorm else { return nil }
    if gradientNorm <= gradient { return .gradientSmall }
    if gradientNorm <= relativeGradient * first { return .gradientSmallAgainstStart }
    return nil
  }

  /// The reason to stop after this move from a point of the given length, if there is one.
  func reason(
    after move: Move, value: Double, pointLength: Double, distance estimate: Double?
  ) -> StoppingReason? {
    if distance > 0, let estimate, estimate <= distance { return .distanceSmall }
    if valueChange > 0, move.decrease <= valueChange * value.magnitude { return .valueSettled }
    if step > 0, move.step <= step * pointLength { return .stepSmall }
    return nil
  }

  /// The reason to stop after so many values, if they have come to a standstill.
  func reason(after history: [HistoryEntry]) -> StoppingReason? {
    guard let standstill, let last = history.last, history.count > standstill.iterations else {
      return nil
    }
    let before = history[history.count - 1 - standstill.iterations]
    return before.value - last.value < standstill.decrease ? .standstill : nil
  }
}
