/// Newton's method with conjugate gradients and a line search.
///
/// - SeeAlso: J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), algorithm 7.1;
///   R. Dembo, T. Steihaug, Math. Program. 26, 190 (1983), https://doi.org/10.1007/BF02592055, for
///   the accuracy of the inner iterations.
public struct LineSearchNewton: OptimizationMethod {
  public static let name = "newton-cg-linesearch"
  public static let summary = "Newton's method with conjugate gradients and a line search."
  public static let needs = Objective.Capability.hessianVectorProducts
  public static let boundTreatments: [BoundTreatment] = [.transformation]

  public struct Memory: Codable, Sendable, Equatable {
    /// Length of the gradient at the start.
    public var firstGradient: Double
  }

  /// The inner iterations stop once their residual is below this fraction of the gradient.
  public var forcing = 0.08
  /// The line search accepts a step if the magnitude of the derivative along the direction has
  /// fallen to this fraction of that at its start.
  public var curvature = 0.5

  public init() {}

  public func begin(
    at x: [Double], _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> (Iterate, Memory)? {
    guard let (value, gradient) = try function.valueAndGradient(at: x) else { return nil }
    return (
      Iterate(point: x, value: value, gradient: gradient), Memory(firstGradient: length(gradient))
    )
  }

  public func advance(
    _ iterate: inout Iterate, _ memory: inout Memory, _ function: inout CountedObjective,
    _ bounds: Bounds
  ) throws -> Advance {
    let ratio =
      memory.firstGradient > 0 ? length(iterate.gradient) / memory.firstGradient : 0
    let path = try ConjugateGradientPath(
      from: iterate, bounds, radius: .infinity, tolerance: min(forcing, ratio.squareRoot()),
      &function)
    guard !path.isEmpty else { return .stopped(.noFurtherDecrease) }
    let direction = path.stepBeforeNegativeCurvature
    let search = WolfeLineSearch(curvature: curvature)
    switch try search.search(from: iterate, along: direction, first: 1, &function) {
    case .failed(let reason):
      return .stopped(reason)
    case .found(let trial):
      let move = Move(
        step: trial.t * length(direction), decrease: iterate.value - trial.iterate.value)
      iterate = trial.iterate
      return .moved(move)
    }
  }
}
