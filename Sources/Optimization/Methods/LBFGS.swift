/// The limited-memory BFGS method, for many variables.
///
/// - SeeAlso: D. Liu, J. Nocedal, Math. Program. 45, 503 (1989),
///   https://doi.org/10.1007/BF01589116; J. Nocedal, S. Wright, Numerical Optimization, 2nd ed.
///   (2006), algorithms 7.4 and 7.5.
public struct LBFGS: OptimizationMethod {
  public static let name = "l-bfgs"
  public static let summary = "Quasi-Newton method of limited memory."
  public static let needs = Objective.Capability.gradients
  public static let boundTreatments: [BoundTreatment] = [.transformation]

  public typealias Memory = CurvaturePairs

  /// How many steps it remembers, and the accuracy of its line search.
  public var settings = LimitedMemorySettings()

  public init() {}

  public func advance(
    _ iterate: inout Iterate, _ memory: inout Memory, _ function: inout CountedObjective,
    _ bounds: Bounds
  ) throws -> Advance {
    let search = WolfeLineSearch(curvature: settings.curvature)
    let direction = scaled(memory.inverseTimes(iterate.gradient), by: -1)
    let first = memory.isEmpty ? FirstStep.factor(iterate) : 1
    var outcome = try search.search(from: iterate, along: direction, first: first, &function)
    if case .failed = outcome, !memory.isEmpty {
      memory = CurvaturePairs()
      outcome = try search.search(
        from: iterate, along: scaled(iterate.gradient, by: -1),
        first: FirstStep.factor(iterate), &function)
    }
    switch outcome {
    case .failed(let reason):
      return .stopped(reason)
    case .found(let trial):
      let step = difference(trial.iterate.point, iterate.point)
      memory.remember(
        step: step, change: difference(trial.iterate.gradient, iterate.gradient),
        atMost: settings.pairs)
      let move = Move(step: length(step), decrease: iterate.value - trial.iterate.value)
      iterate = trial.iterate
      return .moved(move)
    }
  }
}
