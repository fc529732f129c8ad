import LinearAlgebra

/// The step that minimises ‖r + Jp‖ within ‖Dp‖ ≤ Δ, to a tenth of Δ.
///
/// Where the Gauss–Newton step is too long, p solves (JᵀJ + λD²)p = −Jᵀr, and λ comes from Newton
/// steps on ‖Dp(λ)‖ = Δ, safeguarded by bounds on λ.
///
/// - SeeAlso: J. Moré, Lecture Notes in Mathematics 630, 105 (1978),
///   https://doi.org/10.1007/BFb0067700, algorithm 5.5 and equations (5.3) to (5.8);
///   C. Reinsch, Numer. Math. 16, 451 (1971), on the convexity that makes it converge.
struct DampedStep {
  let vector: [Double]
  /// λ.
  let damping: Double

  init(
    _ model: Linearization, _ weights: [Double], radius: Double, damping previous: Double
  ) {
    let jacobian = model.jacobian
    let n = jacobian.columns
    guard n > 0 else {
      (vector, damping) = ([], 0)
      return
    }
    let factors = PivotedQR(jacobian)
    let rotated = factors.transposeTimes(model.residuals)
    let full = DampedStep.gaussNewton(factors, rotated, n)
    var p = full.vector
    var excess = DampedStep.length(p, weights) - radius
    guard excess > 0.1 * radius else {
      (vector, damping) = (p, 0)
      return
    }
    let gradient = jacobian.transposeTimes(model.residuals)
    let steepness = Optimization.length(
      gradient.indices.map { gradient[$0] / weights[$0] })
    var upper = steepness / radius
    if !(upper > 0) { upper = .leastNormalMagnitude / min(radius, 0.1) }
    var lower = 0.0
    if full.hasFullRank {
      lower = excess / radius / DampedStep.stiffness(factors, p, weights)
    }
    var parameter = min(max(previous, lower), upper)
    if parameter == 0 { parameter = steepness / DampedStep.length(p, weights) }
    for trial in 1...10 {
      if parameter == 0 { parameter = max(.leastNormalMagnitude, 0.001 * upper) }
      let damped = PivotedQR(DampedStep.stacked(factors, weights, parameter))
      let side = Array(rotated.prefix(factors.upper.rows)) + [Double](repeating: 0, count: n)
      p = DampedStep.gaussNewton(damped, damped.transposeTimes(side), n).vector
      let old = excess
      excess = DampedStep.length(p, weights) - radius
      if excess.magnitude <= 0.1 * radius || trial == 10
        || (lower == 0 && excess <= old && old < 0)
      {
        break
      }
      let correction = excess / radius / DampedStep.stiffness(damped, p, weights)
      if excess > 0 { lower = max(lower, parameter) }
      if excess < 0 { upper = min(upper, parameter) }
      parameter = max(lower, parameter + correction)
    }
    (vector, damping) = (p, parameter)
  }

  /// The solution of Rp = −Qᵀr, with zeros for columns that depend on others.
  private static func gaussNewton(
    _ factors: PivotedQR, _ rotated: [Double], _ n: Int
  ) -> (vector: [Double], hasFullRank: Bool) {
    let upper = factors.upper
    let rank = (0..<upper.rows).prefix { upper[$0, $0] != 0 }.count
    var solution = [Double](repeating: 0, count: n)
    for i in (0..<rank).reversed() {
      var sum = -rotated[i]
      for j in i + 1..<max(rank, i + 1) { sum -= upper[i, j] * solution[j] }
      solution[i] = sum / upper[i, i]
    }
    var vector = [Double](repeating: 0, count: n)
    for j in 0..<n { vector[factors.order[j]] = solution[j] }
    return (vector, rank == n)
  }

  /// R over √λ·D, whose factors are those of J over √λ·D.
  private static func stacked(
    _ factors: PivotedQR, _ weights: [Double], _ parameter: Double
  ) -> DenseMatrix {
    let (upper, n) = (factors.upper, weights.count)
    let root = parameter.squareRoot()
    var matrix = DenseMatrix.zero(rows: upper.rows + n, columns: n)
    for j in 0..<n {
      for i in 0..<upper.rows { matrix[i, factors.order[j]] = upper[i, j] }
      matrix[upper.rows + j, j] = root * weights[j]
    }
    return matrix
  }

  /// −φ′/(φ + Δ) for φ(λ) = ‖Dp(λ)‖ − Δ: the square of ‖R⁻ᵀPᵀD²p‖/‖Dp‖.
  private static func stiffness(
    _ factors: PivotedQR, _ p: [Double], _ weights: [Double]
  ) -> Double {
    let size = length(p, weights)
    var side = factors.order.map { weights[$0] * (weights[$0] * p[$0] / size) }
    let upper = factors.upper
    for i in side.indices {
      for k in 0..<i { side[i] -= upper[k, i] * side[k] }
      side[i] /= upper[i, i]
    }
    return dot(side, side)
  }

  private static func length(_ p: [Double], _ weights: [Double]) -> Double {
    Optimization.length(p.indices.map { weights[$0] * p[$0] })
  }
}
