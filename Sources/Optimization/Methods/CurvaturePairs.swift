/// The last steps s with the changes y of the gradient along them: what a quasi-Newton method of
/// limited memory knows of the Hessian.
public struct CurvaturePairs: Codable, Sendable, Equatable {
  /// The steps s, the oldest first.
  public private(set) var steps: [[Double]] = []
  /// The changes y of the gradient along these steps.
  public private(set) var changes: [[Double]] = []

  init() {}

  var isEmpty: Bool { steps.isEmpty }

  /// Adds a pair, unless its curvature sᵀy is not positive, and forgets the oldest if there are too
  /// many.
  mutating func remember(step: [Double], change: [Double], atMost count: Int) {
    guard count > 0, dot(step, change) > 0x1p-52 * dot(change, change) else { return }
    steps.append(step)
    changes.append(change)
    if steps.count > count {
      steps.removeFirst()
      changes.removeFirst()
    }
  }

  /// yᵀy/sᵀy of the last pair, the scale of the Hessian; 1 if there is none.
  var scale: Double {
    guard let s = steps.last, let y = changes.last else { return 1 }
    return dot(y, y) / dot(s, y)
  }

  /// The product with the inverse Hessian, by the recursion of two loops.
  func inverseTimes(_ gradient: [Double]) -> [Double] {
    var q = gradient
    var factors = [Double](repeating: 0, count: steps.count)
    for k in steps.indices.reversed() {
      factors[k] = dot(steps[k], q) / dot(steps[k], changes[k])
      q = point(q, -factors[k], changes[k])
    }
    q = scaled(q, by: 1 / scale)
    for k in steps.indices {
      let back = dot(changes[k], q) / dot(steps[k], changes[k])
      q = point(q, factors[k] - back, steps[k])
    }
    return q
  }
}
