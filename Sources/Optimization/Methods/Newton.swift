import LinearAlgebra

/// Newton's method with the full Hessian in a trust region.
///
/// A step is the exact minimum of the `ScaledQuadraticModel` in an ellipsoid whose axes are the
/// variables in units of their curvature, so that the path does not depend on the variables' units.
/// A full Hessian costs as much as many gradients. After one is computed, updates of rank one
/// change it with every step, failed steps included, as long as the minimum comes closer. Near the
/// minimum each Hessian is computed, since with an updated one a saddle might be taken for a
/// minimum.
///
/// - SeeAlso: J. Moré, D. Sorensen, SIAM J. Sci. Stat. Comput. 4, 553 (1983),
///   https://doi.org/10.1137/0904038; J. Moré, in: Numerical Analysis, Lecture Notes in Mathematics
///   630 (1978), p. 105, https://doi.org/10.1007/BFb0067700, on scaling the region.
public struct Newton: OptimizationMethod {
  public static let name = "newton"
  public static let summary = "Newton's method with the full Hessian in a trust region."
  public static let needs = Objective.Capability.hessianVectorProducts
  public static let boundTreatments: [BoundTreatment] = [.transformation]

  public struct Memory: Codable, Sendable, Equatable {
    /// The Hessian at the point, or the last one with its updates; nil if it is to be computed.
    public var hessian: DenseMatrix?
    /// How many steps ago it was computed.
    public var age: Int
    /// The units of the variables: √(curvature).
    public var scales: [Double]
    /// The last step.
    public var step: [Double]
    /// The radius of the trust region, in these units; nil before the first step.
    public var radius: Double?
    /// By how much the last model falls from its start to its minimum; nil if it has no minimum.
    public var distance: Double?
    /// The same after the last step, with the gradient there; nil if there is no minimum, or if the
    /// Hessian was an updated one.
    public var remaining: Double?
  }

  /// A step is accepted if the actual decrease is at least this fraction of the predicted one.
  public var acceptance = 1e-4
  /// The Hessian is computed again if a step with an updated one leaves more than this fraction of
  /// the distance to the minimum.
  public var progress = 0.95
  /// The distance of the value from its minimum below which every Hessian is computed, so that the
  /// last steps do not lead to a saddle. It is far below ½, the rise of −log L at one standard
  /// deviation.
  public var settled = 1e-3
  /// How many steps in a row may fail before the Hessian is computed again; each updates it, too.
  public var failures = 4
  /// How many steps a Hessian is used for.
  public var steps = 40
  /// The largest first radius, as a multiple of the length of the start.
  public var firstReach = 1.0

  public init() {}

  public func begin(
    at x: [Double], _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> (Iterate, Memory)? {
    guard let (value, gradient) = try function.valueAndGradient(at: x) else { return nil }
    return (
      Iterate(point: x, value: value, gradient: gradient),
      Memory(age: 0, scales: [], step: [])
    )
  }

  public func advance(
    _ iterate: inout Iterate, _ memory: inout Memory, _ function: inout CountedObjective,
    _ bounds: Bounds
  ) throws -> Advance {
    var reason = StoppingReason.noFurtherDecrease
    while let model = try model(iterate, &memory, &function) {
      switch try move(model, &iterate, &memory, &function) {
      case .moved(let move): return .moved(move)
      case .stopped(let why): reason = why
      }
      // The reason may be that an updated Hessian is wrong.
      guard memory.age > 0 else { return .stopped(reason) }
      memory.hessian = nil
    }
    return .stopped(.evaluationsFail)
  }

  public func estimatedDistance(_ iterate: Iterate, _ memory: Memory) -> Double? {
    memory.remaining
  }

  /// The model at the point, with a new Hessian if there is none or the updated one no longer leads
  /// to the minimum; nil if the Hessian cannot be computed.
  private func model(
    _ iterate: Iterate, _ memory: inout Memory, _ function: inout CountedObjective
  ) throws -> ScaledQuadraticModel? {
    if let updated = memory.hessian {
      let model = ScaledQuadraticModel(iterate.gradient, updated, scales: memory.scales)
      if let model, model.isUseful(after: memory.distance, progress),
        model.distanceToMinimum.map({ $0 > settled }) ?? true
      {
        memory.distance = model.distanceToMinimum
        return model
      }
    }
    guard let hessian = try function.hessian(at: iterate.point) else { return nil }
    memory.hessian = hessian
    memory.age = 0
    memory.setScales(CurvatureScales.scales(hessian, gradient: iterate.gradient))
    let model = ScaledQuadraticModel(iterate.gradient, hessian, scales: memory.scales)
    memory.distance = model?.distanceToMinimum
    return model
  }

  /// Steps of the model, shorter and shorter, until one is good enough.
  private func move(
    _ model: ScaledQuadraticModel, _ iterate: inout Iterate, _ memory: inout Memory,
    _ function: inout CountedObjective
  ) throws -> Advance {
    var model = model
    var failures = 0
    var radius = memory.radius ?? firstRadius(model, iterate.point)
    var anySucceeded = false
    let smallest =
      0x1p-52 * max(model.length(of: iterate.point), .leastNormalMagnitude)
    while radius > smallest {
      let step = model.step(within: radius)
      let trial = point(iterate.point, 1, step.vector)
      if trial == iterate.point { break }
      guard let (value, gradient) = try function.valueAndGradient(at: trial) else {
        radius = 0.25 * min(radius, step.length)
        continue
      }
      anySucceeded = true
      let decrease = iterate.value - value
      let agreement = TrustRegion.agreement(
        of: decrease, with: -step.model, at: iterate.value,
        isGradientSmaller: length(gradient, memory.scales) < model.slope)
      radius = TrustRegion.radius(
        after: agreement, radius, stepLength: step.length, isCut: step.isCut,
        from: (iterate.value, dot(iterate.gradient, step.vector)),
        to: (value, dot(gradient, step.vector)))
      let change = difference(gradient, iterate.gradient)
      guard agreement > acceptance else {
        failures += 1
        guard memory.age > 0 else { continue }
        guard failures <= self.failures,
          let better = memory.update(step.vector, change, iterate.gradient)
        else { break }
        model = better
        continue
      }
      iterate = Iterate(point: trial, value: value, gradient: gradient)
      memory.radius = radius
      memory.step = step.vector
      memory.remaining = memory.age == 0 ? model.distance(for: gradient) : nil
      memory.age += 1
      if memory.age >= steps || memory.update(step.vector, change, gradient) == nil {
        memory.hessian = nil
      }
      return .moved(Move(step: length(step.vector), decrease: decrease))
    }
    if anySucceeded { memory.radius = max(radius, smallest) }
    return .stopped(anySucceeded ? .noFurtherDecrease : .evaluationsFail)
  }

  /// ‖D⁻¹g‖.
  private func length(_ gradient: [Double], _ scales: [Double]) -> Double {
    length(gradient.indices.map { gradient[$0] / scales[$0] })
  }

  private func length(_ a: [Double]) -> Double { Optimization.length(a) }

  /// The length of the Newton step, limited by the length of the start and the slope there.
  private func firstRadius(_ model: ScaledQuadraticModel, _ start: [Double]) -> Double {
    let reach = max(firstReach * model.length(of: start), model.slope, .leastNormalMagnitude)
    guard model.isConvex else { return reach }
    return min(max(model.step(within: reach).length, .leastNormalMagnitude), reach)
  }
}

extension Newton.Memory {
  /// Makes the Hessian agree with what a step has shown.
  ///
  /// - Returns: The model with this gradient; nil if a number is not finite.
  fileprivate mutating func update(
    _ step: [Double], _ change: [Double], _ gradient: [Double]
  ) -> ScaledQuadraticModel? {
    guard let known = hessian else { return nil }
    let updated = SymmetricUpdate.rankOne(known, step: step, change: change, scales: scales)
    hessian = updated
    return ScaledQuadraticModel(gradient, updated, scales: scales)
  }

  /// New units of the variables. The region keeps its length along the last step.
  fileprivate mutating func setScales(_ new: [Double]) {
    let former = scales
    scales = new
    guard former.count == new.count, let radius else { return }
    let old = length(step.indices.map { former[$0] * step[$0] })
    let now = length(step.indices.map { scales[$0] * step[$0] })
    if old > 0, now > 0, now.isFinite { self.radius = radius * (now / old) }
  }
}
