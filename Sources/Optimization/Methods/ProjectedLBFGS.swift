/// The limited-memory BFGS method within bounds, L-BFGS-B.
///
/// Each iteration finds the first minimum of the quadratic model along the projected gradient, then
/// the minimum over the variables that are free there, and searches along the line to it.
///
/// - SeeAlso: R. Byrd, P. Lu, J. Nocedal, C. Zhu, SIAM J. Sci. Comput. 16, 1190 (1995),
///   https://doi.org/10.1137/0916069; J. Morales, J. Nocedal, ACM Trans. Math. Softw. 38, 7 (2011),
///   https://doi.org/10.1145/2049662.2049669, for the projection of the subspace minimum.
public struct ProjectedLBFGS: OptimizationMethod {
  public static let name = "l-bfgs-b"
  public static let summary = "Quasi-Newton method of limited memory within bounds."
  public static let needs = Objective.Capability.gradients
  public static let boundTreatments: [BoundTreatment] = [.projection, .transformation]

  public typealias Memory = CurvaturePairs

  /// How many steps it remembers, and the accuracy of its line search.
  public var settings = LimitedMemorySettings()

  public init() {}

  public func advance(
    _ iterate: inout Iterate, _ memory: inout Memory, _ function: inout CountedObjective,
    _ bounds: Bounds
  ) throws -> Advance {
    var outcome = try search(iterate, memory, &function, bounds)
    if case .failed = outcome, !memory.isEmpty {
      memory = CurvaturePairs()
      outcome = try search(iterate, memory, &function, bounds)
    }
    switch outcome {
    case .failed(let reason):
      return .stopped(reason)
    case .found(let trial):
      let found = Iterate(
        point: bounds.projected(trial.iterate.point), value: trial.iterate.value,
        gradient: trial.iterate.gradient)
      let step = difference(found.point, iterate.point)
      memory.remember(
        step: step, change: difference(found.gradient, iterate.gradient), atMost: settings.pairs)
      let move = Move(step: length(step), decrease: iterate.value - found.value)
      iterate = found
      return .moved(move)
    }
  }

  private func search(
    _ iterate: Iterate, _ memory: Memory, _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> WolfeLineSearch.Outcome {
    guard let model = CompactHessian(memory) else { return .failed(.noFurtherDecrease) }
    let cauchy = CauchyPoint(iterate, model, bounds)
    // Where no variable meets a bound, the minimum of the whole model: the recursion of two loops
    // gives it without M, which rounding spoils first.
    let target =
      cauchy.isFree.contains(false)
      ? cauchy.subspaceMinimum(iterate, model, bounds)
      : cauchy.within(
        bounds, Array(iterate.point.indices),
        difference(
          point(iterate.point, -1, memory.inverseTimes(iterate.gradient)), cauchy.point), iterate)
    var direction = difference(target, iterate.point)
    if !(dot(direction, iterate.gradient) < 0) {
      direction = difference(cauchy.point, iterate.point)
    }
    // A unit step ends inside the bounds; how much further there is room decides the longest.
    let longest = max(1, bounds.room(from: iterate.point, along: direction))
    let size = length(direction)
    let cap = max(1, 0.1 * length(iterate.point))
    let first = memory.isEmpty && size > cap ? cap / size : 1
    return try WolfeLineSearch(curvature: settings.curvature).search(
      from: iterate, along: direction, first: first, longest: longest, &function)
  }
}
