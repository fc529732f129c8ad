import SystemLibrary

/// The factors PA = LU of a square matrix, with exchanges of rows.
///
/// - SeeAlso: G. Golub, C. Van Loan, Matrix Computations, 4th ed. (2013), section 3.4.
public struct LUFactors: Sendable {
  private var factors: DenseMatrix
  private var order: [Int]

  /// The factors of `matrix`; nil if it is singular, or holds a number that is not finite.
  public init?(_ matrix: DenseMatrix) {
    require(matrix.isSquare, "only a square matrix has such factors")
    let n = matrix.rows
    factors = matrix
    order = Array(0..<n)
    for j in 0..<n {
      var best = j
      for i in j..<n where factors[i, j].magnitude > factors[best, j].magnitude { best = i }
      let pivot = factors[best, j]
      guard pivot != 0, pivot.isFinite else { return nil }
      if best != j {
        order.swapAt(best, j)
        for k in 0..<n {
          (factors[best, k], factors[j, k]) = (factors[j, k], factors[best, k])
        }
      }
      for i in j + 1..<max(n, j + 1) {
        let multiplier = factors[i, j] / pivot
        factors[i, j] = multiplier
        for k in j + 1..<n { factors[i, k] -= multiplier * factors[j, k] }
      }
    }
    guard factors.entries.allSatisfy(\.isFinite) else { return nil }
  }

  /// The solution of Ax = b.
  public func solve(_ b: [Double]) -> [Double] {
    let n = factors.rows
    require(b.count == n, "the right side is as long as the matrix is high")
    var x = order.map { b[$0] }
    for i in 0..<n {
      for k in 0..<i { x[i] -= factors[i, k] * x[k] }
    }
    for i in (0..<n).reversed() {
      for k in i + 1..<max(n, i + 1) { x[i] -= factors[i, k] * x[k] }
      x[i] /= factors[i, i]
    }
    return x
  }
}
