import AutoDiff

/// The projection operator P^(n) of a particle with momentum p: it projects a tensor of rank n to
/// its part of spin n, which is orthogonal to p, symmetric and traceless.
///
/// B. S. Zou, D. V. Bugg, Eur. Phys. J. A 16, 537 (2003), arXiv:hep-ph/0211457, write it as a
/// tensor of rank 2n, with 65,536 components for n = 4. Applied step by step, as here, it is the
/// same operator for any n, for a few thousand products.
///
/// This operator is idempotent. Theirs is the sum over polarisations Σ ε ε*, which in the metric
/// (−, −, −, +) is (−1)^n times this one.
public struct SpinProjection<S: RealScalar>: Sendable {
  /// g̃^{μν}(p) = g^{μν} − p^μ p^ν/p²
  public let metric: Tensor<S>

  /// The operator of a particle with momentum p; p² is not zero.
  public init(of p: FourVector<S>) {
    let momentum = Tensor(p)
    metric = Tensor.metric - (1.0 / p.invariant) * momentum.times(momentum)
  }

  /// P^(n)·X for a tensor X of rank n.
  public func applied(to tensor: Tensor<S>) -> Tensor<S> {
    var transverse = tensor
    for _ in 0..<tensor.rank {
      // The last index is projected and becomes the first; after n steps all are in their places
      // again.
      transverse = metric.contracted(with: transverse.lastIndexFirst, over: 1)
    }
    return tracelessPart(of: transverse.symmetrized)
  }

  /// The traceless part of a symmetric tensor whose indices are all orthogonal to p:
  ///
  ///     Σ_k (−1)^k (2n−2k−1)!!/(2n−1)!! Σ g̃…g̃ tr^k X
  ///
  /// where the inner sum runs over the n!/(2^k k! (n−2k)!) ways to give 2k of the indices to k
  /// metrics.
  func tracelessPart(of tensor: Tensor<S>) -> Tensor<S> {
    let n = tensor.rank
    var result = tensor
    var trace = tensor
    var metrics = Tensor(rank: 0, components: [S.one])
    var coefficient = 1.0
    for k in 0..<n / 2 {
      // From k to k + 1: −1/(2n−2k−1) for the double factorial, and the ratio of the numbers of
      // ways.
      let free = Double((n - 2 * k) * (n - 2 * k - 1))
      coefficient *= -free / (Double(2 * (k + 1)) * Double(2 * n - 2 * k - 1))
      trace = trace.contracted(with: metric)
      metrics = metrics.times(metric)
      result = result + coefficient * metrics.times(trace).symmetrized
    }
    return result
  }
}

extension Tensor {
  /// The same tensor with its last index written first.
  var lastIndexFirst: Self {
    let rows = components.count / 4
    return Self(
      rank: rank, components: components.indices.map { components[$0 % rows * 4 + $0 / rows] })
  }
}

extension Tensor {
  /// The orbital tensor t^(L) of the decay a → b c, the part of r r … r B_L that has spin L in the
  /// rest frame of a; r = p_b − p_c.
  ///
  /// - Parameters:
  ///   - angularMomentum: L, from 0 to 4.
  ///   - parent: The momentum of a, which is at rest in the frame that the tensor belongs to.
  ///   - products: The momenta of b and c. They decide the barrier factor too.
  ///   - barrier: Barrier factors; `nil` leaves them out.
  public static func orbital(
    _ angularMomentum: Int, of parent: FourVector<S>,
    into products: (FourVector<S>, FourVector<S>), barrier: OrbitalBarrier?
  ) -> Self {
    let r = Tensor((products.0 - products.1).transverse(to: parent))
    var power = Tensor(rank: 0, components: [S.one])
    for _ in 0..<angularMomentum { power = power.times(r) }
    let tensor = SpinProjection(of: parent).tracelessPart(of: power)
    guard let barrier else { return tensor }
    let q = OrbitalBarrier.squaredBreakUpMomentum(
      parent.invariant, products.0.invariant, products.1.invariant)
    return barrier.factor(angularMomentum, squaredMomentum: q) * tensor
  }
}
