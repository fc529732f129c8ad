/// Newton's method with conjugate gradients in a trust region.
///
/// Each iteration follows the `ConjugateGradientPath` to the edge of the region. The radius begins
/// at the length of the first Newton step, no longer than the start's distance from the origin (or 1,
/// or the step to the minimum along the gradient), and follows the agreement of function and model.
/// Where they disagree it comes from the cubic through values and slopes at both ends of the step.
///
/// - SeeAlso: T. Steihaug, SIAM J. Numer. Anal. 20, 626 (1983), https://doi.org/10.1137/0720042;
///   J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), algorithms 4.1 and 7.2;
///   A. Conn, N. Gould, P. Toint, Trust-Region Methods (2000), section 17.4.2 on rounding.
public struct TrustRegionNewton: OptimizationMethod {
  public static let name = "newton-cg"
  public static let summary = "Newton's method with conjugate gradients in a trust region."
  public static let needs = Objective.Capability.hessianVectorProducts
  public static let boundTreatments: [BoundTreatment] = [.projection, .transformation]

  public struct Memory: Codable, Sendable, Equatable {
    /// The radius of the trust region; nil before the first step.
    public var radius: Double?
    /// Length of the gradient at the start.
    public var firstGradient: Double
  }

  /// A step is accepted if the actual decrease is at least this fraction of the predicted one.
  public var acceptance = 1e-4
  /// The inner iterations stop once their residual is below this fraction of the gradient.
  public var forcing = 0.1
  /// The largest first radius, as a multiple of the length of the start.
  public var firstReach = 1.0

  public init() {}

  public func begin(
    at x: [Double], _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> (Iterate, Memory)? {
    guard let (value, gradient) = try function.valueAndGradient(at: x) else { return nil }
    return (
      Iterate(point: x, value: value, gradient: gradient),
      Memory(radius: nil, firstGradient: length(bounds.free(gradient, at: x)))
    )
  }

  public func advance(
    _ iterate: inout Iterate, _ memory: inout Memory, _ function: inout CountedObjective,
    _ bounds: Bounds
  ) throws -> Advance {
    let gradient = length(bounds.free(iterate.gradient, at: iterate.point))
    let ratio = memory.firstGradient > 0 ? gradient / memory.firstGradient : 0
    let path = try ConjugateGradientPath(
      from: iterate, bounds, radius: memory.radius ?? .infinity,
      tolerance: min(forcing, ratio.squareRoot()), &function)
    guard !path.isEmpty else { return .stopped(.noFurtherDecrease) }
    var radius = memory.radius ?? firstRadius(path, iterate.point)
    var anySucceeded = false
    while radius > 0x1p-52 * max(length(iterate.point), .leastNormalMagnitude) {
      let step = path.step(within: radius)
      let stepLength = length(step.vector)
      let trial = bounds.projected(point(iterate.point, 1, step.vector))
      if trial == iterate.point { break }
      guard let (value, newGradient) = try function.valueAndGradient(at: trial) else {
        radius = 0.25 * min(radius, stepLength)
        continue
      }
      anySucceeded = true
      let decrease = iterate.value - value
      let agreement = TrustRegion.agreement(
        of: decrease, with: -step.model, at: iterate.value,
        isGradientSmaller: length(newGradient) < gradient)
      radius = TrustRegion.radius(
        after: agreement, radius, stepLength: stepLength, isCut: step.isCut,
        from: (iterate.value, dot(iterate.gradient, step.vector)),
        to: (value, dot(newGradient, step.vector)))
      if agreement > acceptance {
        iterate = Iterate(point: trial, value: value, gradient: newGradient)
        memory.radius = radius
        return .moved(Move(step: stepLength, decrease: decrease))
      }
    }
    return .stopped(anySucceeded ? .noFurtherDecrease : .evaluationsFail)
  }

  /// The length of the Newton step, limited by the length of the start and the slope there.
  private func firstRadius(_ path: ConjugateGradientPath, _ start: [Double]) -> Double {
    let cauchy = path.cauchyLength
    let reach = max(firstReach * length(start), 1, cauchy.isFinite ? cauchy : 0)
    let newton = path.meetsNegativeCurvature ? reach : length(path.step(within: reach).vector)
    return min(max(newton, .leastNormalMagnitude), reach)
  }
}
