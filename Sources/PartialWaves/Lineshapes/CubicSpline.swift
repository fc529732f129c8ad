import AutoDiff

/// The natural cubic spline through values at knots: in segment k, with t = x − xₖ, it is
/// yₖ + linear·t + quadratic·t² + cubic·t³.
///
/// The second derivatives Mₖ solve hₖ₋₁Mₖ₋₁ + 2(hₖ₋₁ + hₖ)Mₖ + hₖMₖ₊₁ = 6(bₖ − bₖ₋₁) with the steps
/// hₖ, the slopes bₖ of the chords and M = 0 at both ends: a diagonally dominant system, solved by
/// elimination without pivots.
struct CubicSpline<S: RealScalar>: Sendable {
  let linear: [S]
  let quadratic: [S]
  let cubic: [S]

  /// - Parameters:
  ///   - knots: Ascending, two at least.
  ///   - values: One for each knot.
  init(knots: [S], values: [S]) {
    let count = knots.count - 1
    let steps = (0..<count).map { k -> S in knots[k + 1] - knots[k] }
    let chords = (0..<count).map { k -> S in
      let rise: S = values[k + 1] - values[k]
      return rise / steps[k]
    }

    var pivots = [S](repeating: .one, count: count + 1)
    var curvatures = [S](repeating: .zero, count: count + 1)
    for k in 1..<max(count, 1) {
      let ratio = k == 1 ? .zero : steps[k - 1] / pivots[k - 1]
      pivots[k] = 2.0 * (steps[k - 1] + steps[k]) - ratio * steps[k - 1]
      curvatures[k] = 6.0 * (chords[k] - chords[k - 1]) - ratio * curvatures[k - 1]
    }
    for k in (1..<max(count, 1)).reversed() {
      curvatures[k] = (curvatures[k] - steps[k] * curvatures[k + 1]) / pivots[k]
    }

    linear = (0..<count).map { k -> S in
      let curvature: S = 2.0 * curvatures[k] + curvatures[k + 1]
      return chords[k] - steps[k] * curvature / 6.0
    }
    quadratic = (0..<count).map { k -> S in 0.5 * curvatures[k] }
    cubic = (0..<count).map { k -> S in
      let change: S = curvatures[k + 1] - curvatures[k]
      return change / (6.0 * steps[k])
    }
  }
}
