/// The lower triangular L with A = LLᵀ of a symmetric, positive definite matrix.
///
/// - SeeAlso: G. Golub, C. Van Loan, Matrix Computations, 4th ed. (2013), section 4.2.5.
public struct CholeskyFactor: Sendable {
  public let lower: DenseMatrix

  /// The factor of `matrix`, whose lower triangle alone is read; nil if it is not positive definite
  /// to working precision, or holds a number that is not finite.
  public init?(_ matrix: DenseMatrix) {
    precondition(matrix.isSquare, "only a square matrix has a Cholesky factor")
    let n = matrix.rows
    var lower = DenseMatrix.zero(rows: n, columns: n)
    for j in 0..<n {
      var pivot = matrix[j, j]
      for k in 0..<j { pivot -= lower[j, k] * lower[j, k] }
      guard pivot > 0, pivot.isFinite else { return nil }
      lower[j, j] = pivot.squareRoot()
      for i in j + 1..<max(n, j + 1) {
        var sum = matrix[i, j]
        for k in 0..<j { sum -= lower[i, k] * lower[j, k] }
        lower[i, j] = sum / lower[j, j]
      }
    }
    guard lower.entries.allSatisfy(\.isFinite) else { return nil }
    self.lower = lower
  }

  /// The solution of Ax = b.
  public func solve(_ b: [Double]) -> [Double] {
    let n = lower.rows
    precondition(b.count == n, "the right side is as long as the matrix is high")
    var x = b
    for i in 0..<n {
      for k in 0..<i { x[i] -= lower[i, k] * x[k] }
      x[i] /= lower[i, i]
    }
    for i in (0..<n).reversed() {
      for k in i + 1..<max(n, i + 1) { x[i] -= lower[k, i] * x[k] }
      x[i] /= lower[i, i]
    }
    return x
  }

  /// A⁻¹, symmetric to the last bit.
  public var inverse: DenseMatrix {
    let n = lower.rows
    var inverse = DenseMatrix.zero(rows: n, columns: n)
    for j in 0..<n {
      let column = solve((0..<n).map { $0 == j ? 1 : 0 })
      for i in j..<n {
        inverse[i, j] = column[i]
        inverse[j, i] = column[i]
      }
    }
    return inverse
  }
}
