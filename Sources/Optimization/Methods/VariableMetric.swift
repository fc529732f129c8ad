import LinearAlgebra

/// The variable-metric method of Fletcher, as Minuit's MIGRAD has it: the metric V, which approaches
/// the covariance of a fit, begins with the second derivatives by single variables.
///
/// An update is that of Davidon, Fletcher and Powell, or where its yᵀVy < sᵀy that of Broyden,
/// Fletcher, Goldfarb and Shanno; V is made positive definite again when rounding spoils it. Two
/// things differ from Minuit: the line search uses the slopes at both ends, since gradients come
/// with the values here, and the metric is not computed a second time at the end. Fits usually stop
/// by Minuit's criterion, ``Stopping/minuit(tolerance:up:)``.
///
/// - SeeAlso: F. James, M. Roos, Comput. Phys. Commun. 10, 343 (1975),
///   https://doi.org/10.1016/0010-4655(75)90039-9; R. Fletcher, Comput. J. 13, 317 (1970),
///   https://doi.org/10.1093/comjnl/13.3.317.
public struct VariableMetric: OptimizationMethod {
  public static let name = "migrad"
  public static let summary = "Fletcher's variable-metric method, after Minuit's MIGRAD."
  public static let needs = Objective.Capability.gradients
  public static let boundTreatments: [BoundTreatment] = [.transformation]
  public static let usualStopping: Stopping? = .minuit()

  public struct Memory: Codable, Sendable, Equatable {
    /// The metric; nil before the first step.
    public var metric: DenseMatrix?
  }

  /// The line search accepts a step if the magnitude of the derivative along the direction has
  /// fallen to this fraction of that at its start.
  public var curvature = 0.9
  /// The step of the first differences of gradients, in units of the variable's magnitude, or of 1
  /// if that is larger.
  public var difference = 1e-4

  public init() {}

  public func begin(
    at x: [Double], _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> (Iterate, Memory)? {
    guard let (value, gradient) = try function.valueAndGradient(at: x) else { return nil }
    return (Iterate(point: x, value: value, gradient: gradient), Memory(metric: nil))
  }

  public func advance(
    _ iterate: inout Iterate, _ memory: inout Memory, _ function: inout CountedObjective,
    _ bounds: Bounds
  ) throws -> Advance {
    let isNew = memory.metric == nil
    var metric = try memory.metric ?? diagonalMetric(iterate, &function)
    var direction = scaled(metric * iterate.gradient, by: -1)
    if !(dot(direction, iterate.gradient) < 0) {
      metric = MetricUpdate.positiveDefinite(metric)
      direction = scaled(metric * iterate.gradient, by: -1)
    }
    let search = WolfeLineSearch(curvature: curvature)
    var outcome = try search.search(from: iterate, along: direction, first: 1, &function)
    if case .failed = outcome, !isNew {
      // Rounding or a kink of the function has spoilt the metric: begin again from second
      // derivatives.
      metric = try diagonalMetric(iterate, &function)
      direction = scaled(metric * iterate.gradient, by: -1)
      outcome = try search.search(from: iterate, along: direction, first: 1, &function)
    }
    switch outcome {
    case .failed(let reason):
      return .stopped(reason)
    case .found(let trial):
      let step = Optimization.difference(trial.iterate.point, iterate.point)
      let change = Optimization.difference(trial.iterate.gradient, iterate.gradient)
      memory.metric = MetricUpdate.updated(metric, step: step, change: change)
      let move = Move(step: length(step), decrease: iterate.value - trial.iterate.value)
      iterate = trial.iterate
      return .moved(move)
    }
  }

  public func inverseHessian(_ memory: Memory) -> DenseMatrix? { memory.metric }

  public func estimatedDistance(_ iterate: Iterate, _ memory: Memory) -> Double? {
    memory.metric.map { 0.5 * dot(iterate.gradient, $0 * iterate.gradient) }
  }

  /// 1/|∂²f/∂xᵢ²| by differences of gradients, one for each variable.
  ///
  /// Where there is no curvature, or no value, the step along the gradient is as long as the
  /// variable, or 1.
  private func diagonalMetric(
    _ iterate: Iterate, _ function: inout CountedObjective
  ) throws -> DenseMatrix {
    let x = iterate.point
    return .diagonal(
      try x.indices.map { i in
        let size = max(x[i].magnitude, 1)
        var trial = x
        trial[i] += difference * size
        let slope = iterate.gradient[i]
        let next = try function.valueAndGradient(at: trial)?.gradient[i]
        let curvature = ((next ?? slope) - slope) / (trial[i] - x[i])
        // Rounding of the gradients makes no curvature.
        guard curvature.magnitude * size > 1e-10 * slope.magnitude, curvature != 0 else {
          return slope == 0 ? 1 : size / slope.magnitude
        }
        return 1 / curvature.magnitude
      })
  }
}
