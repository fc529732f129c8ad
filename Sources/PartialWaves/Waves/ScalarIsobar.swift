import AutoDiff
import SystemLibrary

/// The spin factor of P → R c, R → a b, where P, a, b and c have no spin and R has spin J: one real
/// amplitude, the contraction T^(J)_{μ…}t^(J)μ… of the orbital tensors of both decays.
///
/// C. Zemach, Phys. Rev. 133, B1201 (1964); in this covariant form V. Filippini, A. Fontana, A.
/// Rotondi, Phys. Rev. D 51, 2247 (1995).
public struct ScalarIsobar: Sendable, Equatable {
  /// J, from 0 to 4.
  public let spin: Int
  /// Barrier factors of both decays; `nil` leaves them out.
  public let barrier: OrbitalBarrier?

  /// - Parameters:
  ///   - spin: J, from 0 to 4.
  ///   - barrier: Barrier factors of both decays; `nil` leaves them out.
  public init(spin: Int, barrier: OrbitalBarrier? = OrbitalBarrier()) {
    require(0 <= spin && spin <= 4, "isobars have a spin from 0 to 4")
    self.spin = spin
    self.barrier = barrier
  }

  /// The spin factor as defined. The order of a and b decides the sign of odd spins.
  public func definition<S: RealScalar>(
    a: FourVector<S>, b: FourVector<S>, bachelor c: FourVector<S>
  ) -> S {
    let resonance = a + b
    let production = Tensor.orbital(
      spin, of: resonance + c, into: (resonance, c), barrier: barrier)
    let decay = Tensor.orbital(spin, of: resonance, into: (a, b), barrier: barrier)
    return production.contracted(with: decay).scalar
  }

  /// The same in closed form, in any frame:
  ///
  ///     (−1)^J B_J B_J J!/(2J−1)!! (|D||x|)^J F_J(γ) P_J(cos θ)
  ///
  /// with D = p_R − p_c in the rest frame of P, and x = p_a − p_b, the angle θ between x and D and
  /// the speed of R, γ = E_R/m_R, as the rest frames of R and P have them. T^(J) is symmetric about
  /// D, and so is contracted only with the part of t^(J) with helicity 0. The boost along D
  /// multiplies that part by
  ///
  ///     F₁ = γ    F₂ = (2γ² + 1)/3    F₃ = γ(2γ² + 3)/5    F₄ = (8γ⁴ + 24γ² + 3)/35
  ///
  /// S. U. Chung, Phys. Rev. D 57, 431 (1998); there F is not scaled to 1 at rest.
  @inlinable @inline(__always)
  public func callAsFunction<S: RealScalar>(
    a: FourVector<S>, b: FourVector<S>, bachelor c: FourVector<S>
  ) -> S {
    if spin == 0 { return .one }
    let resonance = a + b
    let parent = resonance + c
    let (sParent, sResonance) = (parent.invariant, resonance.invariant)
    let large = (resonance - c).transverse(to: parent)
    let small = (a - b).transverse(to: resonance)
    let large2 = -large.invariant
    // D·x of the definition, which is γ|D||x|cos θ, and the squares of |D||x| and of that over γ.
    let product = -large.dot(small)
    let n2 = large2 * -small.invariant
    let gamma2 = 1.0 + 0.25 * large2 / sResonance
    let cosine2 = product.squared / gamma2
    var factor: S
    switch spin {
    case 1: factor = -product
    case 2:
      factor = 2.0 / 3.0 * .polynomial(gamma2, [1.0 / 3.0, 2.0 / 3.0])
      factor *= 1.5 * cosine2 - 0.5 * n2
    case 3:
      factor = -2.0 / 5.0 * .polynomial(gamma2, [3.0 / 5.0, 2.0 / 5.0])
      factor *= product * (2.5 * cosine2 - 1.5 * n2)
    default:
      factor = 8.0 / 35.0 * .polynomial(gamma2, [3.0 / 35.0, 24.0 / 35.0, 8.0 / 35.0])
      let even: S = 4.375 * cosine2 - 3.75 * n2
      factor *= cosine2 * even + 0.375 * n2.squared
    }
    guard let barrier else { return factor }
    let production = OrbitalBarrier.squaredBreakUpMomentum(sParent, sResonance, c.invariant)
    let decay = OrbitalBarrier.squaredBreakUpMomentum(sResonance, a.invariant, b.invariant)
    factor *= barrier.factor(spin, squaredMomentum: production)
    return factor * barrier.factor(spin, squaredMomentum: decay)
  }

  /// Writes the spin factors of `count` events to `factors`, without allocation.
  public func fill(
    _ factors: UnsafeMutablePointer<Double>, a: MomentumColumns, b: MomentumColumns,
    bachelor c: MomentumColumns, count: Int
  ) {
    let inLanes = count - count % NativeLanes.Doubles.laneCount
    fill(NativeLanes.Doubles.self, factors, a, b, c, 0..<inLanes)
    fill(Double.self, factors, a, b, c, inLanes..<count)
  }

  @inline(__always)
  private func fill<S: EventScalar>(
    _ scalar: S.Type, _ factors: UnsafeMutablePointer<Double>, _ a: MomentumColumns,
    _ b: MomentumColumns, _ c: MomentumColumns, _ events: Range<Int>
  ) {
    var i = events.lowerBound
    while i < events.upperBound {
      let factor: S = self(a: a.load(i), b: b.load(i), bachelor: c.load(i))
      factor.store(to: factors + i, stride: 0)
      i += S.laneCount
    }
  }
}
