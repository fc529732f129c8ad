import AutoDiff

/// A symmetric composition of two exactly solvable flows A and B that approximates the flow of H_A + H_B.
///
/// Each step of length d is A(w₁d/2) B(w₁d) A((w₁+w₂)d/2) B(w₂d) … B(w_m d) A(w_m d/2). Being symmetric, it is inverted by
/// running it with negative length. Orders 2 (leap-frog), 4 (E. Forest, R. Ruth, Physica D 43, 105 (1990)) and 6 (H. Yoshida,
/// Phys. Lett. A 150, 262 (1990), solution A).
struct SymplecticSplitting: Sendable {
  let weights: [Double]
  let steps: Int

  /// Order 2, 4 or 6 with `steps` equal steps.
  init(order: Int, steps: Int) {
    precondition(steps > 0, "a splitting needs at least one step")
    self.steps = steps
    switch order {
    case 2:
      weights = [1]
    case 4:
      let alpha = 1 - Double.cbrt(2)
      weights = [1 / (1 + alpha), (alpha - 1) / (1 + alpha), 1 / (1 + alpha)]
    case 6:
      let w0 = 1.31518632068391121888424973
      let w1 = -1.17767998417887100694641568
      let w2 = 0.23557321335935813368479318
      let w3 = 0.78451361047755726381949763
      weights = [w3, w2, w1, w0, w1, w2, w3]
    default:
      preconditionFailure("a splitting has order 2, 4 or 6")
    }
  }

  /// The stages as fractions of the whole length: A(first), then alternately B and A.
  var stages: (first: Double, following: [(b: Double, a: Double)]) {
    let step = 1 / Double(steps)
    var following: [(b: Double, a: Double)] = []
    for _ in 0..<steps {
      for (i, weight) in weights.enumerated() {
        let next = i + 1 < weights.count ? weights[i + 1] : 0
        following.append((b: weight * step, a: (weight + next) * step / 2))
      }
    }
    // Where one step's last A meets the next one's first A they become one.
    let first = weights[0] * step / 2
    for step in 1..<max(steps, 1) {
      following[step * weights.count - 1].a += first
    }
    return (first, following)
  }
}
