import COpenBLAS

/// The singular values of a real matrix with `rows` rows, in descending order.
///
/// `entries` holds the matrix row after row. Errors are a few ε_m times the largest value (LAPACK dgesvd, bidiagonal
/// QR). It returns nil if an entry is infinite or not a number, or if the iteration does not converge.
///
/// Work arrays are of the matrix's size: this is for small matrices.
public func singularValues(of entries: [Double], rows: Int) -> [Double]? {
  precondition(rows >= 0 && (rows == 0 ? entries.isEmpty : entries.count % rows == 0))
  guard !entries.isEmpty else { return [] }
  guard entries.allSatisfy(\.isFinite) else { return nil }
  LinearAlgebraLibrary.useOneThread()
  // Read column by column the entries are the transpose, which has the same singular values.
  var height = Int32(entries.count / rows)
  var width = Int32(rows)
  let smaller = Int(min(height, width))
  let larger = Int(max(height, width))
  var workCount = Int32(8 * smaller + 2 * larger)
  var matrix = entries
  var values = [Double](repeating: 0, count: smaller)
  var work = [Double](repeating: 0, count: Int(workCount))
  var one: Int32 = 1
  var status: Int32 = 0
  dgesvd_(
    "N", "N", &height, &width, &matrix, &height, &values, nil, &one, nil, &one, &work,
    &workCount, &status)
  return status == 0 ? values : nil
}

/// Settings of the BLAS library of this process.
enum LinearAlgebraLibrary {
  private static let oneThread: Void = openblas_set_num_threads(1)

  /// Keeps BLAS to the thread that calls it: the threads are ours, one task each.
  static func useOneThread() { _ = oneThread }
}
