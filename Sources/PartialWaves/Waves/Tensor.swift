import AutoDiff
import SystemLibrary

/// A tensor of space-time of any rank, with all its components.
///
/// Waves are written with it as in their papers; the fast forms of waves do not use it. All
/// components are contravariant, and every contraction lowers one of the two indices, so that
/// formulas contain no signs of the metric (−, −, −, +).
public struct Tensor<S: RealScalar>: Sendable {
  /// Number of indices.
  public let rank: Int
  /// 4^rank contravariant components, the last index fastest, each index in the order x, y, z, E.
  public var components: [S]

  init(rank: Int, components: [S]) {
    require(components.count == 1 << (2 * rank), "a tensor has 4 components for each index")
    self.rank = rank
    self.components = components
  }

  /// A vector as a tensor of rank 1.
  public init(_ vector: FourVector<S>) {
    self.init(rank: 1, components: [vector.px, vector.py, vector.pz, vector.energy])
  }

  /// g^{μν}
  static var metric: Self {
    let signs = [-1.0, -1, -1, 1]
    return Self(
      rank: 2, components: (0..<16).map { $0 / 4 == $0 % 4 ? S(signs[$0 % 4]) : .zero })
  }

  /// A tensor of rank 1 as a vector.
  public var vector: FourVector<S> {
    require(rank == 1, "only a tensor of rank 1 is a vector")
    return FourVector(
      px: components[0], py: components[1], pz: components[2], energy: components[3])
  }

  /// The only component of a tensor of rank 0.
  public var scalar: S {
    require(rank == 0, "only a tensor of rank 0 is a scalar")
    return components[0]
  }

  /// A contravariant component; each index is 0 … 3 for x, y, z, E.
  public subscript(indices: Int...) -> S { components[indices.reduce(0) { 4 * $0 + $1 }] }

  // MARK: Algebra

  /// The sum of tensors of the same rank, component by component.
  public static func + (a: Self, b: Self) -> Self {
    require(a.rank == b.rank, "tensors of different rank cannot be added")
    return Self(rank: a.rank, components: zip(a.components, b.components).map { $0 + $1 })
  }
  /// The difference of tensors of the same rank, component by component.
  public static func - (a: Self, b: Self) -> Self { a + S(-1.0) * b }
  /// All components times a number.
  public static func * (factor: S, a: Self) -> Self {
    Self(rank: a.rank, components: a.components.map { factor * $0 })
  }
  /// All components times a number.
  public static func * (factor: Double, a: Self) -> Self { S(factor) * a }

  /// The tensor product a^{μ…}b^{ν…}.
  public func times(_ other: Self) -> Self {
    var product: [S] = []
    product.reserveCapacity(components.count * other.components.count)
    for a in components {
      for b in other.components { product.append(a * b) }
    }
    return Self(rank: rank + other.rank, components: product)
  }

  /// The contraction of the last `count` indices with the first `count` of another tensor, in
  /// order: a^{μ…α…β} b_{α…β}^{ν…}.
  public func contracted(with other: Self, over count: Int) -> Self {
    require(count <= rank && count <= other.rank, "there are not so many indices to contract")
    let inner = 1 << (2 * count)
    let columns = other.components.count / inner
    let rows = components.count / inner
    let signs = IndexTables.loweringSigns[count]
    var result = [S](repeating: .zero, count: rows * columns)
    for row in 0..<rows {
      for k in 0..<inner {
        let a = signs[k] * components[row * inner + k]
        for column in 0..<columns {
          result[row * columns + column] += a * other.components[k * columns + column]
        }
      }
    }
    return Self(rank: rank + other.rank - 2 * count, components: result)
  }

  /// The contraction with all indices of another tensor: a^{μ…α…β} b_{α…β}.
  public func contracted(with other: Self) -> Self {
    contracted(with: other, over: other.rank)
  }

  /// The mean over all orders of the indices.
  public var symmetrized: Self {
    if rank < 2 { return self }
    let classes = IndexTables.symmetryClasses[rank]
    let weights = IndexTables.inverseClassSizes[rank]
    let base = rank + 1
    var means = [S](repeating: .zero, count: base * base * base)
    for (i, component) in components.enumerated() { means[classes[i]] += weights[i] * component }
    return Self(rank: rank, components: classes.map { means[$0] })
  }

  /// The totally antisymmetric tensor, ε_{xyzE} = +1 with lower indices; so ε^{xyzE} = −1.
  public static var leviCivita: Self {
    Self(rank: 4, components: IndexTables.leviCivita.map { S($0) })
  }
}
