import COneThread
import COpenBLAS

/// LAPACK's routines, as OpenBLAS has them, in one thread.
///
/// More threads would cost more than they bring for a hundred rows, and the bits would depend on
/// their number. A ``DenseMatrix`` is stored row after row and LAPACK's matrices column after
/// column: the lower triangle here is the upper one there.
enum LAPACK {
  private static let oneThread: Void = openblas_set_num_threads(1)

  /// Replaces the lower triangle of a matrix by its Cholesky factor; returns false if the matrix is
  /// not positive definite.
  static func factor(_ matrix: inout DenseMatrix) -> Bool {
    oneThread
    var (n, info) = (Int32(matrix.rows), 0 as Int32)
    var stride = max(n, 1)
    dpotrf_("U", &n, &matrix.entries, &stride, &info)
    return info == 0
  }

  /// Replaces the right side by the solution, given a Cholesky factor.
  static func solve(_ factor: DenseMatrix, _ side: inout [Double]) {
    oneThread
    var (n, one, info) = (Int32(factor.rows), 1 as Int32, 0 as Int32)
    var stride = max(n, 1)
    dpotrs_("U", &n, &one, factor.entries, &stride, &side, &stride, &info)
  }

  /// Replaces a Cholesky factor, whose diagonal has no zero, by the lower triangle of the inverse.
  static func invert(_ factor: inout DenseMatrix) {
    oneThread
    var (n, info) = (Int32(factor.rows), 0 as Int32)
    var stride = max(n, 1)
    dpotri_("U", &n, &factor.entries, &stride, &info)
  }

  /// Replaces columns by R with the reflectors below, the longest remaining column first.
  ///
  /// - Precondition: The numbers and the sums of their squares are finite: the search for the
  ///   longest column needs that.
  /// - Returns: The order of the columns, and the factors β of 1 − βvvᵀ.
  static func pivot(
    _ columns: inout [Double], rows: Int, count: Int
  ) -> (order: [Int], factors: [Double]) {
    oneThread
    var (m, n, info) = (Int32(rows), Int32(count), 0 as Int32)
    var stride = max(m, 1)
    var order = [Int32](repeating: 0, count: count)
    var factors = [Double](repeating: 0, count: min(rows, count))
    var workSize = 2 * n + 32 * (n + 1)
    var work = [Double](repeating: 0, count: Int(workSize))
    dgeqp3_(&m, &n, &columns, &stride, &order, &factors, &work, &workSize, &info)
    // LAPACK does not set the order for an empty matrix.
    return (rows == 0 ? Array(0..<count) : order.map { Int($0) - 1 }, factors)
  }

  /// Replaces a matrix, whose lower triangle alone is read, by its eigenvectors, one in each row.
  ///
  /// - Returns: The eigenvalues, ascending; nil if they are not found.
  static func diagonalize(_ matrix: inout DenseMatrix) -> [Double]? {
    oneThread
    let rows = matrix.rows
    var (n, info) = (Int32(rows), 0 as Int32)
    var stride = max(n, 1)
    var values = [Double](repeating: 0, count: rows)
    var (workSize, integerSize) = (1 + 6 * n + 2 * n * n, 3 + 5 * n)
    var work = [Double](repeating: 0, count: Int(workSize))
    var integers = [Int32](repeating: 0, count: Int(integerSize))
    dsyevd_(
      "V", "U", &n, &matrix.entries, &stride, &values, &work, &workSize, &integers, &integerSize,
      &info)
    return info == 0 ? values : nil
  }
}
