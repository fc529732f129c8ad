/// The nonlinear conjugate-gradient method of Polak, Ribière and Polyak, restarted where its factor
/// would be negative, with the line search of Hager and Zhang.
///
/// - SeeAlso: J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), equations (5.44) and
///   (5.45), and (3.60) for the first step of a line search.
public struct ConjugateGradient: OptimizationMethod {
  public static let name = "conjugate-gradient"
  public static let summary = "Nonlinear conjugate gradients after Polak and Ribière."
  public static let needs = Objective.Capability.gradients
  public static let boundTreatments: [BoundTreatment] = [.transformation]

  public struct Memory: Codable, Sendable, Equatable {
    /// The last search direction; nil before the first step, and after a restart.
    public var direction: [Double]?
    /// The derivative along the direction at the start of the last search.
    public var slope: Double
    /// The step of the last search, as a multiple of its direction.
    public var step: Double
  }

  /// The line search accepts a step if the magnitude of the derivative along the direction has
  /// fallen to this fraction of that at its start.
  public var curvature = 0.2

  public init() {}

  public func begin(
    at x: [Double], _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> (Iterate, Memory)? {
    guard let (value, gradient) = try function.valueAndGradient(at: x) else { return nil }
    return (
      Iterate(point: x, value: value, gradient: gradient),
      Memory(direction: nil, slope: 0, step: 0)
    )
  }

  public func advance(
    _ iterate: inout Iterate, _ memory: inout Memory, _ function: inout CountedObjective,
    _ bounds: Bounds
  ) throws -> Advance {
    let search = HagerZhangLineSearch(curvature: curvature)
    let downhill = scaled(iterate.gradient, by: -1)
    var direction = memory.direction ?? downhill
    if !(dot(direction, iterate.gradient) < 0) { direction = downhill }
    var slope = dot(direction, iterate.gradient)
    var first = FirstStep.factor(iterate)
    if memory.step > 0, slope < 0 {
      // The step for which the first-order change equals that of the last search; at most ten times
      // the last step.
      first = min(memory.step * memory.slope / slope, 10 * memory.step)
    }
    var outcome = try search.search(from: iterate, along: direction, first: first, &function)
    if case .failed = outcome, direction != downhill {
      direction = downhill
      slope = dot(direction, iterate.gradient)
      outcome = try search.search(
        from: iterate, along: direction, first: FirstStep.factor(iterate), &function)
    }
    switch outcome {
    case .failed(let reason):
      return .stopped(reason)
    case .found(let trial):
      let change = difference(trial.iterate.gradient, iterate.gradient)
      let square = dot(iterate.gradient, iterate.gradient)
      let factor = max(0, dot(trial.iterate.gradient, change) / square)
      memory.direction = point(
        scaled(trial.iterate.gradient, by: -1), factor.isFinite ? factor : 0, direction)
      memory.slope = slope
      memory.step = trial.t
      let move = Move(
        step: trial.t * length(direction), decrease: iterate.value - trial.iterate.value)
      iterate = trial.iterate
      return .moved(move)
    }
  }
}
