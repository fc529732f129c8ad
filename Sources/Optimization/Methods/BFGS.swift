import LinearAlgebra

/// The quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno, with its estimate of the
/// inverse Hessian.
///
/// For ½χ² or −log L the estimate approaches the covariance of the fit, but may be far from it; see
/// ``Covariance`` for the covariance from an exact Hessian.
///
/// - SeeAlso: J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), algorithm 6.1 and
///   equations (6.17) and (6.20).
public struct BFGS: OptimizationMethod {
  public static let name = "bfgs"
  public static let summary = "Quasi-Newton method that estimates the inverse Hessian."
  public static let needs = Objective.Capability.gradients
  public static let boundTreatments: [BoundTreatment] = [.transformation]

  public struct Memory: Codable, Sendable, Equatable {
    /// The estimate of the inverse Hessian; nil before the first step.
    public var inverse: DenseMatrix?
  }

  /// The line search accepts a step if the magnitude of the derivative along the direction has
  /// fallen to this fraction of that at its start.
  public var curvature = 0.9

  public init() {}

  public func begin(
    at x: [Double], _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> (Iterate, Memory)? {
    guard let (value, gradient) = try function.valueAndGradient(at: x) else { return nil }
    return (Iterate(point: x, value: value, gradient: gradient), Memory(inverse: nil))
  }

  public func advance(
    _ iterate: inout Iterate, _ memory: inout Memory, _ function: inout CountedObjective,
    _ bounds: Bounds
  ) throws -> Advance {
    let search = WolfeLineSearch(curvature: curvature)
    var direction = memory.inverse.map { scaled($0 * iterate.gradient, by: -1) }
    if let known = direction, !(dot(known, iterate.gradient) < 0) { direction = nil }
    let downhill = direction ?? scaled(iterate.gradient, by: -1)
    let first = direction == nil ? FirstStep.factor(iterate) : 1
    var outcome = try search.search(from: iterate, along: downhill, first: first, &function)
    if case .failed = outcome, direction != nil {
      // Rounding or a kink of the function has spoilt the estimate: begin again without it.
      memory.inverse = nil
      outcome = try search.search(
        from: iterate, along: scaled(iterate.gradient, by: -1),
        first: FirstStep.factor(iterate), &function)
    }
    switch outcome {
    case .failed(let reason):
      return .stopped(reason)
    case .found(let trial):
      let step = difference(trial.iterate.point, iterate.point)
      let change = difference(trial.iterate.gradient, iterate.gradient)
      update(&memory, step, change)
      let move = Move(step: length(step), decrease: iterate.value - trial.iterate.value)
      iterate = trial.iterate
      return .moved(move)
    }
  }

  public func inverseHessian(_ memory: Memory) -> DenseMatrix? { memory.inverse }

  /// H ← (1 − ρsyᵀ)H(1 − ρysᵀ) + ρssᵀ with ρ = 1/yᵀs; unchanged if there is no positive curvature.
  private func update(_ memory: inout Memory, _ s: [Double], _ y: [Double]) {
    let product = dot(y, s)
    guard product > 0x1p-52 * length(y) * length(s) else { return }
    let n = s.count
    var inverse =
      memory.inverse ?? .diagonal([Double](repeating: product / dot(y, y), count: n))
    let image = inverse * y
    let factor = (1 + dot(y, image) / product) / product
    for i in 0..<n {
      for j in 0...i {
        let entry =
          inverse[i, j] + factor * s[i] * s[j] - (image[i] * s[j] + s[i] * image[j]) / product
        inverse[i, j] = entry
        inverse[j, i] = entry
      }
    }
    if inverse.entries.allSatisfy(\.isFinite) { memory.inverse = inverse }
  }
}

/// How far to go along −g when nothing is known but the gradient.
enum FirstStep {
  /// The factor of −g: a step no longer than 1, or than a tenth of the point's length.
  static func factor(_ iterate: Iterate) -> Double {
    let slope = length(iterate.gradient)
    guard slope > 0 else { return 1 }
    return min(1, max(1, 0.1 * length(iterate.point)) / slope)
  }
}
