import AutoDiff
import BeamMaps
import SystemLibrary

/// A symmetric composition of two exactly solvable flows A and B that approximates the flow of H_A
/// + H_B.
///
/// Each step of length d is A(w₁d/2) B(w₁d) A((w₁+w₂)d/2) B(w₂d) … B(w_m d) A(w_m d/2). It is
/// symmetric, so that negative length gives its inverse. Orders 2 (leap-frog), 4 (E. Forest, R.
/// Ruth, Physica D 43, 105 (1990)) and 6 (H. Yoshida, Phys. Lett. A 150, 262 (1990), solution A).
public struct SymplecticSplitting: Sendable {
  @usableFromInline let weights: [Double]
  @usableFromInline let steps: Int

  /// The order and steps of `splitting`; where they are nil, order 2 and `steps`.
  @inlinable
  public init(_ splitting: Splitting, unnamed steps: Int) {
    self.init(order: splitting.order ?? 2, steps: splitting.steps ?? steps)
  }

  /// A splitting of order 2, 4 or 6 with `steps` equal steps.
  @inlinable
  public init(order: Int, steps: Int) {
    require(steps > 0, "a splitting needs at least one step")
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
      fatalError("a splitting has order 2, 4 or 6")
    }
  }
}

extension SymplecticSplitting {
  /// The lengths of the flows A and B in their order, as fractions of the whole: A, B, A … B, A. For flows
  /// that depend on the place; where they do not, ``SplitMotion`` needs one of each stage.
  @inlinable
  public var stages: (flights: [Double], kicks: [Double]) {
    let step = 1 / Double(steps)
    let kicks = (0..<steps).flatMap { _ in weights.map { $0 * step } }
    let flights = (0...kicks.count).map { i -> Double in
      let before = i > 0 ? kicks[i - 1] : 0
      let after = i < kicks.count ? kicks[i] : 0
      return (before + after) / 2
    }
    return (flights, kicks)
  }
}

/// A flow over a length, of which fractions can be computed.
public protocol ScaledMotion<S>: Sendable {
  associatedtype S: ParticleScalar
  /// Flows over a fraction of the length.
  ///
  /// - Returns: As `Motion.move(_:)`.
  func move(_ z: inout PhaseSpace<S>, times fraction: S) -> S.Mask
}

/// A flow between two halves of another, in the place of the flow of their sum: symmetric, so that a
/// splitting of order 4 or 6 keeps its order.
public struct KickedFlow<Body: ScaledMotion, Kick: ScaledMotion>: ScaledMotion
where Body.S == Kick.S {
  public typealias S = Body.S
  @usableFromInline let body: Body
  @usableFromInline let kick: Kick

  /// The flow `body` between halves of `kick`.
  @inlinable
  public init(_ body: Body, _ kick: Kick) {
    self.body = body
    self.kick = kick
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>, times fraction: S) -> S.Mask {
    let half = 0.5 * fraction
    let first = kicked(&z, times: half)
    let passed = body.move(&z, times: fraction)
    return first .& passed .& kicked(&z, times: half)
  }

  /// A call for both halves.
  @inlinable @inline(never)
  func kicked(_ z: inout PhaseSpace<S>, times fraction: S) -> S.Mask {
    kick.move(&z, times: fraction)
  }
}

/// The motion that a ``SymplecticSplitting`` composes from flows A and B of a slice.
public struct SplitMotion<A: Motion, B: ScaledMotion>: Motion where A.S == B.S {
  public typealias S = A.S

  @usableFromInline let kick: B
  /// The fraction of the slice's length of the flow B in each stage of a step.
  @usableFromInline let fractions: [S]
  /// The flow A before the first stage, after each stage of a step, where that after the last extends into
  /// the next step, and after the last stage of all.
  @usableFromInline let flows: [A]
  /// The number of stages of all steps.
  @usableFromInline let stageCount: Int

  /// The composition of `a`, which returns the flow over a fraction of the slice's length, and `b`,
  /// the flow over all of it.
  @inlinable
  public init(_ splitting: SymplecticSplitting, a: (Double) -> A, b: B) {
    let weights = splitting.weights
    let step = 1 / Double(splitting.steps)
    kick = b
    fractions = weights.map { S($0 * step) }
    let between = weights.indices.map { i in
      a((weights[i] + weights[(i + 1) % weights.count]) * step / 2)
    }
    flows = [a(weights[0] * step / 2)] + between + [a(weights[weights.count - 1] * step / 2)]
    stageCount = splitting.steps * weights.count
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    // A and B stand here once each, and not at their first, middle and last place: what is compiled for
    // every body, scalar and kernel is a third.
    var isInside = S.Mask(repeating: true)
    var (flow, stage, left) = (0, 0, stageCount)
    while true {
      isInside = isInside .& flows[flow].move(&z)
      if left == 0 { return isInside }
      isInside = isInside .& kick.move(&z, times: fractions[stage])
      stage += 1
      left -= 1
      flow = left == 0 ? flows.count - 1 : stage
      if stage == fractions.count { stage = 0 }
    }
  }
}
