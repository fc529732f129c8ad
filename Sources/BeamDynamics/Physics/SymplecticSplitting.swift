import AutoDiff

/// A symmetric composition of two exactly solvable flows A and B that approximates the flow of H_A + H_B.
///
/// Each step of length d is A(w₁d/2) B(w₁d) A((w₁+w₂)d/2) B(w₂d) … B(w_m d) A(w_m d/2). Being symmetric, it is inverted by
/// running it with negative length. Orders 2 (leap-frog), 4 (E. Forest, R. Ruth, Physica D 43, 105 (1990)) and 6
/// (H. Yoshida, Phys. Lett. A 150, 262 (1990), solution A).
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
}

/// The motion that a ``SymplecticSplitting`` composes from flows A and B of a slice.
struct SplitMotion<A: Motion, B: Motion>: Motion where A.S == B.S {
  typealias S = A.S

  let first: A
  /// The flow B of each stage of a step.
  let kicks: [B]
  /// The flow A after each stage; after a step's last stage it reaches into the next step.
  let between: [A]
  let last: A
  let steps: Int

  /// `a` and `b` give the flows over a fraction of the slice's length.
  init(_ splitting: SymplecticSplitting, a: (Double) -> A, b: (Double) -> B) {
    let weights = splitting.weights
    let step = 1 / Double(splitting.steps)
    first = a(weights[0] * step / 2)
    kicks = weights.map { b($0 * step) }
    between = weights.indices.map { i in
      a((weights[i] + weights[(i + 1) % weights.count]) * step / 2)
    }
    last = a(weights[weights.count - 1] * step / 2)
    steps = splitting.steps
  }

  @inline(__always)
  func advance(_ z: inout PhaseSpace<S>) -> S.Mask {
    var isInside = first.advance(&z)
    for step in 1...steps {
      for i in 0..<kicks.count - 1 {
        isInside = isInside .& kicks[i].advance(&z)
        isInside = isInside .& between[i].advance(&z)
      }
      isInside = isInside .& kicks[kicks.count - 1].advance(&z)
      if step < steps {
        isInside = isInside .& between[kicks.count - 1].advance(&z)
      }
    }
    return isInside .& last.advance(&z)
  }
}
