import LinearAlgebra

/// The method of Levenberg and Marquardt for sums of squares, in the form of Moré: a trust region
/// around Gauss–Newton steps, in variables scaled by the columns of the Jacobian.
///
/// A function without residuals but with many variables is better served by ``TrustRegionNewton``.
///
/// - SeeAlso: J. Moré, "The Levenberg–Marquardt algorithm: implementation and theory", Lecture Notes
///   in Mathematics 630, 105 (1978), https://doi.org/10.1007/BFb0067700, algorithm 7.1;
///   J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), section 10.3.
public struct LevenbergMarquardt: OptimizationMethod {
  public static let name = "levenberg-marquardt"
  public static let summary = "Damped Gauss–Newton steps for sums of squares."
  public static let needs = Objective.Capability.residuals
  public static let boundTreatments: [BoundTreatment] = [.projection, .transformation]

  public struct Memory: Codable, Sendable, Equatable {
    /// Residuals and Jacobian at the point.
    public var linearization: Linearization
    /// The factor that each variable is multiplied with in lengths: the largest norm so far of its
    /// column of the Jacobian.
    public var weights: [Double]
    /// The radius of the trust region; nil before the first step.
    public var radius: Double?
    /// The damping of the last step.
    public var damping: Double
  }

  /// The first radius, as a multiple of the weighted length of the start.
  public var firstReach = 100.0
  /// A step is accepted if the actual decrease is at least this fraction of the predicted one.
  public var acceptance = 1e-4

  public init() {}

  public func begin(
    at x: [Double], _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> (Iterate, Memory)? {
    guard let start = try function.residuals(at: x) else { return nil }
    let memory = Memory(
      linearization: start, weights: columnLengths(start.jacobian).map { $0 == 0 ? 1 : $0 },
      radius: nil, damping: 0)
    return (Iterate(point: x, value: start.value, gradient: start.gradient), memory)
  }

  public func advance(
    _ iterate: inout Iterate, _ memory: inout Memory, _ function: inout CountedObjective,
    _ bounds: Bounds
  ) throws -> Advance {
    let model = memory.linearization
    let lengths = columnLengths(model.jacobian)
    for j in memory.weights.indices { memory.weights[j] = max(memory.weights[j], lengths[j]) }
    let weights = memory.weights
    let start = length(weighted(iterate.point, weights))
    let isFirst = memory.radius == nil
    var radius = memory.radius ?? (start > 0 ? firstReach * start : firstReach)
    var anySucceeded = false
    for _ in 0..<100 {
      let step = BoundedDampedStep(
        model, weights, radius: radius, damping: memory.damping, at: iterate, bounds)
      memory.damping = step.damping
      let stepLength = length(weighted(step.vector, weights))
      let trialPoint = bounds.projected(point(iterate.point, 1, step.vector))
      if trialPoint == iterate.point { break }
      if isFirst, memory.radius == nil { radius = min(radius, stepLength) }
      guard let trial = try function.residuals(at: trialPoint) else {
        radius = 0.25 * min(radius, stepLength)
        memory.radius = radius
        memory.damping /= 0.25
        continue
      }
      anySucceeded = true
      let decrease = iterate.value - trial.value
      let agreement = step.predicted > 0 ? decrease / step.predicted : 0
      adjust(&radius, &memory.damping, agreement, stepLength, iterate.value, trial.value, step)
      memory.radius = radius
      if agreement >= acceptance {
        memory.linearization = trial
        iterate = Iterate(point: trialPoint, value: trial.value, gradient: trial.gradient)
        return .moved(Move(step: length(step.vector), decrease: decrease))
      }
      let rounding = 0x1p-52 * iterate.value
      if decrease.magnitude <= rounding, step.predicted <= rounding { break }
      if radius <= 0x1p-52 * start { break }
    }
    return .stopped(anySucceeded ? .noFurtherDecrease : .evaluationsFail)
  }

  /// The next radius: section 4 there, with the same constants as MINPACK.
  private func adjust(
    _ radius: inout Double, _ damping: inout Double, _ agreement: Double, _ stepLength: Double,
    _ value: Double, _ trial: Double, _ step: BoundedDampedStep
  ) {
    if agreement <= 0.25 {
      // The minimum of the parabola through the value, the slope and the trial's value.
      var factor = 0.5
      if trial > value { factor = 0.5 * step.slope / (step.slope + value - trial) }
      if trial >= 100 * value || !(factor >= 0.1) { factor = 0.1 }
      radius = factor * min(radius, 10 * stepLength)
      damping /= factor
    } else if damping == 0 || agreement >= 0.75 {
      radius = 2 * stepLength
      damping *= 0.5
    }
  }

  private func columnLengths(_ matrix: DenseMatrix) -> [Double] {
    (0..<matrix.columns).map { j in length((0..<matrix.rows).map { matrix[$0, j] }) }
  }

  private func weighted(_ x: [Double], _ weights: [Double]) -> [Double] {
    x.indices.map { weights[$0] * x[$0] }
  }
}
