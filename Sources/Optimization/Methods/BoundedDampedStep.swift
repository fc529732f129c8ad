import LinearAlgebra

/// A ``DampedStep`` that stays within bounds.
///
/// Variables that a bound holds are left out. If the step of the others would leave the bounds, the
/// variables that would leave are fixed at their bounds, and the problem is solved again for the
/// rest, with residuals changed accordingly. If the model does not fall then, the step is along the
/// steepest descent.
struct BoundedDampedStep {
  let vector: [Double]
  let damping: Double
  /// By how much the model ½‖r + Jp‖² falls.
  let predicted: Double
  /// rᵀJp, half the slope of ‖r + tJp‖² at the start.
  let slope: Double

  init(
    _ model: Linearization, _ weights: [Double], radius: Double, damping previous: Double,
    at iterate: Iterate, _ bounds: Bounds
  ) {
    let x = iterate.point
    var isFree = x.indices.map { !bounds.holds($0, at: x, gradient: iterate.gradient) }
    var p = [Double](repeating: 0, count: x.count)
    var parameter = 0.0
    for _ in 0...x.count {
      let free = x.indices.filter { isFree[$0] }
      let moved = model.jacobian * x.indices.map { isFree[$0] ? 0 : p[$0] }
      let reduced = Linearization(
        residuals: point(model.residuals, 1, moved),
        jacobian: free.count == x.count ? model.jacobian : model.jacobian.choosing(free))
      let step = DampedStep(
        reduced, free.map { weights[$0] }, radius: radius, damping: previous)
      parameter = step.damping
      for (k, i) in free.enumerated() { p[i] = step.vector[k] }
      var isInside = true
      for i in free {
        let bounded = min(max(x[i] + p[i], bounds.lower[i]), bounds.upper[i])
        guard bounded != x[i] + p[i] else { continue }
        p[i] = bounded - x[i]
        isFree[i] = false
        isInside = false
      }
      if isInside { break }
    }
    if BoundedDampedStep.decrease(model, p) <= 0 {
      p = BoundedDampedStep.steepest(model, weights, radius, iterate, bounds)
    }
    vector = p
    damping = parameter
    predicted = BoundedDampedStep.decrease(model, p)
    slope = dot(iterate.gradient, p)
  }

  /// ½‖r‖² − ½‖r + Jp‖², without cancellation: −(r + ½Jp)ᵀJp.
  private static func decrease(_ model: Linearization, _ p: [Double]) -> Double {
    let image = model.jacobian * p
    return -dot(point(model.residuals, 0.5, image), image)
  }

  /// The minimum of the model along the steepest descent of the free variables.
  private static func steepest(
    _ model: Linearization, _ weights: [Double], _ radius: Double, _ iterate: Iterate,
    _ bounds: Bounds
  ) -> [Double] {
    let gradient = bounds.free(iterate.gradient, at: iterate.point)
    let direction = gradient.indices.map { -gradient[$0] / (weights[$0] * weights[$0]) }
    let image = model.jacobian * direction
    let square = dot(image, image)
    let size = length(direction.indices.map { weights[$0] * direction[$0] })
    guard square > 0, size > 0 else { return direction.map { _ in 0 } }
    let best = -dot(gradient, direction) / square
    return scaled(
      direction,
      by: min(best, radius / size, bounds.room(from: iterate.point, along: direction)))
  }
}

extension DenseMatrix {
  /// The matrix of these columns.
  func choosing(_ chosen: [Int]) -> DenseMatrix {
    DenseMatrix(rows: rows, columns: chosen.count) { i, j in self[i, chosen[j]] }
  }
}
