import SystemLibrary

/// The eigenvalues of a symmetric matrix, ascending, with orthonormal eigenvectors.
///
/// - SeeAlso: G. Golub, C. Van Loan, Matrix Computations, 4th ed. (2013), sections 8.3 and 8.5.
public struct SymmetricEigenvalues: Sendable {
  /// How eigenvalues are found.
  public enum Algorithm: Sendable, CaseIterable {
    /// Cyclic Jacobi rotations: slow for large matrices, accurate for all, and simple.
    case jacobi
    /// By way of a tridiagonal matrix, by LAPACK: fast for more than five rows, accurate to the
    /// rounding of the largest eigenvalue.
    case tridiagonal
  }

  /// The eigenvalues, ascending.
  public let values: [Double]
  /// `vectors[k]` belongs to `values[k]`.
  public let vectors: [[Double]]

  /// The eigenvalues of `matrix`, whose lower triangle alone is read; nil if an entry is infinite or
  /// not a number.
  public init?(_ matrix: DenseMatrix, by algorithm: Algorithm = .jacobi) {
    require(matrix.isSquare, "only a square matrix has eigenvalues")
    guard matrix.entries.allSatisfy(\.isFinite) else { return nil }
    switch algorithm {
    case .jacobi: self.init(rotating: matrix)
    case .tridiagonal:
      var vectors = matrix
      guard let values = LAPACK.diagonalize(&vectors) else { return nil }
      self.init(values, values.indices.map { vectors.row($0) })
    }
  }

  private init(_ values: [Double], _ vectors: [[Double]]) {
    self.values = values
    self.vectors = vectors
  }

  private init(rotating matrix: DenseMatrix) {
    let n = matrix.rows
    var a = DenseMatrix(rows: n, columns: n) { i, j in matrix[max(i, j), min(i, j)] }
    var vectors = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
    // Convergence is quadratic: six to ten sweeps are usual.
    for _ in 0..<50 {
      var isDiagonal = true
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) where SymmetricEigenvalues.rotate(&a, &vectors, p, q) {
          isDiagonal = false
        }
      }
      if isDiagonal { break }
    }
    let ascending = (0..<n).sorted { a[$0, $0] < a[$1, $1] }
    self.init(ascending.map { a[$0, $0] }, ascending.map { vectors[$0] })
  }

  /// Makes entry (p, q) zero by a rotation.
  ///
  /// - Returns: False if it was zero already, to rounding.
  private static func rotate(
    _ a: inout DenseMatrix, _ vectors: inout [[Double]], _ p: Int, _ q: Int
  ) -> Bool {
    let entry = a[p, q]
    guard entry.magnitude > 0x1p-53 * (a[p, p] * a[q, q]).magnitude.squareRoot(),
      entry.magnitude > 0x1p-60 * max(a[p, p].magnitude, a[q, q].magnitude)
    else { return false }
    let tau = (a[q, q] - a[p, p]) / (2 * entry)
    let tangent = (tau < 0 ? -1 : 1) / (tau.magnitude + (1 + tau * tau).squareRoot())
    let cosine = 1 / (1 + tangent * tangent).squareRoot()
    let sine = tangent * cosine
    for k in 0..<a.rows {
      let (x, y) = (a[k, p], a[k, q])
      a[k, p] = cosine * x - sine * y
      a[k, q] = sine * x + cosine * y
    }
    for k in 0..<a.rows {
      let (x, y) = (a[p, k], a[q, k])
      a[p, k] = cosine * x - sine * y
      a[q, k] = sine * x + cosine * y
    }
    a[p, q] = 0
    a[q, p] = 0
    for k in 0..<a.rows {
      let (x, y) = (vectors[p][k], vectors[q][k])
      vectors[p][k] = cosine * x - sine * y
      vectors[q][k] = sine * x + cosine * y
    }
    return true
  }
}
