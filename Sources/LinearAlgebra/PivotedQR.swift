import SystemLibrary

/// The factors AP = QR by Householder reflections, the longest remaining column first.
///
/// The diagonal of R descends in magnitude, which shows the rank of A. Where A holds a number that is
/// not finite, nothing in R is a number.
///
/// - SeeAlso: P. Businger, G. Golub, Numer. Math. 7, 269 (1965),
///   https://doi.org/10.1007/BF01436084; G. Golub, C. Van Loan, Matrix Computations, 4th ed.
///   (2013), algorithm 5.4.1.
public struct PivotedQR: Sendable {
  /// R in its upper triangle, with min(rows, columns) rows.
  public let upper: DenseMatrix
  /// Column j of AP is column `order[j]` of A.
  public let order: [Int]
  private let rowCount: Int
  /// Column after column, below the diagonal: the vector v of 1 − βvvᵀ, whose first entry is 1.
  private let reflectors: [Double]
  /// β of each reflection.
  private let factors: [Double]

  public init(_ matrix: DenseMatrix) {
    let (m, n) = (matrix.rows, matrix.columns)
    rowCount = m
    guard matrix.entries.allSatisfy(\.isFinite) else {
      upper = DenseMatrix(rows: min(m, n), columns: n) { _, _ in .nan }
      order = Array(0..<n)
      (reflectors, factors) = ([], [])
      return
    }
    let largest = matrix.entries.reduce(0) { max($0, $1.magnitude) }
    // Scaled, so that no length overflows; the power of two costs no bits.
    let scale =
      largest > 0 ? Double(sign: .plus, exponent: largest.exponent, significand: 1) : 1
    var columns: [Double] = []
    columns.reserveCapacity(m * n)
    for j in 0..<n {
      for i in 0..<m { columns.append(matrix[i, j] / scale) }
    }
    (order, factors) = LAPACK.pivot(&columns, rows: m, count: n)
    reflectors = columns
    upper = DenseMatrix(rows: min(m, n), columns: n) { i, j in
      i <= j ? columns[j * m + i] * scale : 0
    }
  }

  /// Qᵀb.
  public func transposeTimes(_ b: [Double]) -> [Double] {
    require(b.count == rowCount, "the vector is as long as the matrix is high")
    guard factors.count == upper.rows else { return b.map { _ in .nan } }
    var result = b
    for (k, factor) in factors.enumerated() {
      let (first, below) = (k * rowCount, k + 1..<max(rowCount, k + 1))
      var product = result[k]
      for i in below { product += reflectors[first + i] * result[i] }
      product *= factor
      result[k] -= product
      for i in below { result[i] -= product * reflectors[first + i] }
    }
    return result
  }

  /// How many diagonal entries of R exceed `tolerance` times the first.
  public func rank(tolerance: Double) -> Int {
    guard upper.rows > 0 else { return 0 }
    let threshold = tolerance * upper[0, 0].magnitude
    return (0..<upper.rows).prefix { upper[$0, $0].magnitude > threshold }.count
  }
}
