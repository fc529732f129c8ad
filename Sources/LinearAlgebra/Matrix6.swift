import AutoDiff

/// Six numbers: the coordinates of a point in phase space, in the order x, px, y, py, t, pt.
public typealias Vector6<S> = InlineArray<6, S>

/// A 6×6 matrix, stored row after row: a transfer matrix, a covariance.
@frozen
public struct Matrix6<S: RealScalar>: Sendable {
  /// The entries, row after row.
  public var entries: InlineArray<36, S>

  /// The matrix whose entry in row i and column j is `entry(i, j)`.
  @inlinable
  public init(_ entry: (Int, Int) -> S) {
    entries = InlineArray { k in entry(k / 6, k % 6) }
  }

  /// The entry in row `i` and column `j`, both from 0.
  @inlinable
  public subscript(i: Int, j: Int) -> S {
    @inline(__always) get { entries[6 * i + j] }
    @inline(__always) set { entries[6 * i + j] = newValue }
  }

  /// The matrix of zeros.
  @inlinable public static var zero: Self { Self { _, _ in .zero } }
  /// The identity.
  @inlinable public static var identity: Self { Self { i, j in i == j ? .one : .zero } }

  /// J = ⊕[[0, 1], [−1, 0]]: M is symplectic if MᵀJM = J.
  @inlinable public static var symplecticForm: Self {
    Self { i, j in
      guard i / 2 == j / 2, i != j else { return .zero }
      return i < j ? .one : -.one
    }
  }

  /// The matrix with `values` on the diagonal and zeros elsewhere.
  @inlinable public static func diagonal(_ values: Vector6<S>) -> Self {
    Self { i, j in i == j ? values[i] : .zero }
  }

  /// The matrix with rows and columns exchanged.
  @inlinable public var transpose: Self { Self { i, j in self[j, i] } }

  @inlinable public static func + (a: Self, b: Self) -> Self {
    Self { i, j in a[i, j] + b[i, j] }
  }
  @inlinable public static func - (a: Self, b: Self) -> Self {
    Self { i, j in a[i, j] - b[i, j] }
  }
  @inlinable public static func * (a: S, b: Self) -> Self { Self { i, j in a * b[i, j] } }

  @inlinable public static func * (a: Self, b: Self) -> Self {
    Self { i, j in
      var sum = a[i, 0] * b[0, j]
      for k in 1..<6 { sum += a[i, k] * b[k, j] }
      return sum
    }
  }

  @inlinable public static func * (a: Self, v: Vector6<S>) -> Vector6<S> {
    Vector6 { i in
      var sum = a[i, 0] * v[0]
      for k in 1..<6 { sum += a[i, k] * v[k] }
      return sum
    }
  }

  /// The matrix whose entries are converted one by one to another scalar.
  @inlinable
  public func map<T: RealScalar>(_ transform: (S) -> T) -> Matrix6<T> {
    Matrix6<T> { i, j in transform(self[i, j]) }
  }
}

extension Matrix6: Equatable where S: Equatable {
  public static func == (a: Self, b: Self) -> Bool {
    (0..<36).allSatisfy { a.entries[$0] == b.entries[$0] }
  }
}
