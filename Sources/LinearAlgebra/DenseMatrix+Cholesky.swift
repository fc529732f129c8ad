import SystemLibrary

/// The lower triangular L with A = LLᵀ of a symmetric, positive definite matrix.
///
/// - SeeAlso: G. Golub, C. Van Loan, Matrix Computations, 4th ed. (2013), section 4.2.5.
public struct CholeskyFactor: Sendable {
  /// L; zero above the diagonal.
  public let lower: DenseMatrix

  /// The factor of `matrix`, whose lower triangle alone is read; nil if it is not positive definite
  /// to working precision, or holds a number that is not finite.
  public init?(_ matrix: DenseMatrix) {
    require(matrix.isSquare, "only a square matrix has a Cholesky factor")
    var lower = DenseMatrix(rows: matrix.rows, columns: matrix.rows) { i, j in
      j <= i ? matrix[i, j] : 0
    }
    guard LAPACK.factor(&lower), lower.entries.allSatisfy(\.isFinite) else { return nil }
    self.lower = lower
  }

  /// The solution of Ax = b.
  public func solve(_ b: [Double]) -> [Double] {
    require(b.count == lower.rows, "the right side is as long as the matrix is high")
    var x = b
    LAPACK.solve(lower, &x)
    return x
  }

  /// A⁻¹, symmetric to the last bit.
  public var inverse: DenseMatrix {
    var half = lower
    LAPACK.invert(&half)
    return DenseMatrix(rows: lower.rows, columns: lower.rows) { i, j in
      half[max(i, j), min(i, j)]
    }
  }
}
