/// The factors AP = QR by Householder reflections, the longest remaining column first.
///
/// The diagonal of R descends in magnitude, which shows the rank of A.
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
  private let reflectors: [[Double]]

  public init(_ matrix: DenseMatrix) {
    let (m, n) = (matrix.rows, matrix.columns)
    var columns = (0..<n).map { j in (0..<m).map { i in matrix[i, j] } }
    var order = Array(0..<n)
    var reflectors: [[Double]] = []
    for k in 0..<min(m, n) {
      // Lengths anew in each step: as many operations as the reflections, and no cancellation.
      var (longest, length) = (k, -1.0)
      for j in k..<n {
        let norm = PivotedQR.length(columns[j], from: k)
        if norm > length { (longest, length) = (j, norm) }
      }
      columns.swapAt(k, longest)
      order.swapAt(k, longest)
      var reflector = Array(columns[k][k...])
      let head = reflector[0]
      let image = head > 0 ? -length : length
      if length > 0 {
        // v = (x − image·e₁)/length, so that no square overflows; the sign avoids cancellation.
        for i in reflector.indices { reflector[i] /= length }
        reflector[0] -= image / length
        let square = reflector.reduce(0) { $0 + $1 * $1 }
        for j in k + 1..<max(n, k + 1) {
          PivotedQR.reflect(&columns[j], from: k, reflector, square)
        }
      }
      columns[k][k] = image
      reflectors.append(length > 0 ? reflector : [])
    }
    upper = DenseMatrix(rows: min(m, n), columns: n) { i, j in i <= j ? columns[j][i] : 0 }
    self.order = order
    self.reflectors = reflectors
    rowCount = m
  }

  /// Qᵀb.
  public func transposeTimes(_ b: [Double]) -> [Double] {
    precondition(b.count == rowCount, "the vector is as long as the matrix is high")
    var result = b
    for (k, reflector) in reflectors.enumerated() where !reflector.isEmpty {
      PivotedQR.reflect(&result, from: k, reflector, reflector.reduce(0) { $0 + $1 * $1 })
    }
    return result
  }

  /// How many diagonal entries of R exceed `tolerance` times the first.
  public func rank(tolerance: Double) -> Int {
    guard upper.rows > 0 else { return 0 }
    let threshold = tolerance * upper[0, 0].magnitude
    return (0..<upper.rows).prefix { upper[$0, $0].magnitude > threshold }.count
  }

  private static func reflect(
    _ vector: inout [Double], from k: Int, _ reflector: [Double], _ square: Double
  ) {
    var product = 0.0
    for i in reflector.indices { product += reflector[i] * vector[k + i] }
    let factor = 2 * product / square
    for i in reflector.indices { vector[k + i] -= factor * reflector[i] }
  }

  private static func length(_ vector: [Double], from k: Int) -> Double {
    var largest = 0.0
    for i in k..<vector.count { largest = max(largest, vector[i].magnitude) }
    guard largest > 0 else { return 0 }
    var sum = 0.0
    for i in k..<vector.count {
      let part = vector[i] / largest
      sum += part * part
    }
    return largest * sum.squareRoot()
  }
}
