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
    /// Nil before the first step, and where the method begins anew.
    public var direction: [Double]?
    /// The slope at the start of the last search, and the step that it took.
    public var slope: Double
    public var step: Double
  }

  /// The greatest slope after a step, as a fraction of that before.
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
      // The first-order change is likely to be that of the last search; ten times its step at most.
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
