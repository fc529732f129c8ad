import SystemLibrary

/// The singular values of a small real matrix with `rows` rows, in descending order.
///
/// `entries` holds the matrix row after row. One-sided Jacobi rotations make the rows orthogonal;
/// their lengths then are the singular values, each with a relative error of a few ε_m times the
/// condition of the rows scaled to one length (J. Demmel, K. Veselić, SIAM J. Matrix Anal. Appl.
/// 13, 1204 (1992)). It returns nil if an entry is infinite or not a number.
public func singularValues(of entries: [Double], rows: Int) -> [Double]? {
  require(
    rows >= 0 && (rows == 0 ? entries.isEmpty : entries.count % rows == 0),
    "the entries of a matrix fill its rows")
  guard let largest = entries.map(\.magnitude).max() else { return [] }
  guard entries.allSatisfy(\.isFinite) else { return nil }
  let columns = entries.count / rows
  guard largest > 0 else { return [Double](repeating: 0, count: min(rows, columns)) }
  // Scaled, so that no square overflows or vanishes; the power of two costs no bits.
  let scale = Double(sign: .plus, exponent: largest.exponent, significand: 1)
  var vectors = orthogonalized(
    (0..<rows).map { i in entries[i * columns..<(i + 1) * columns].map { $0 / scale } })
  vectors.sort { $0 > $1 }
  return vectors.prefix(min(rows, columns)).map { $0 * scale }
}

/// Rotates pairs of vectors until all are orthogonal.
///
/// - Returns: Their lengths then.
private func orthogonalized(_ vectors: [[Double]]) -> [Double] {
  var vectors = vectors
  // Convergence is quadratic: five sweeps are usual. After thirty, rounding prevents convergence.
  for _ in 0..<30 {
    var isOrthogonal = true
    for i in vectors.indices {
      for j in vectors.indices where j > i {
        if rotate(&vectors, i, j) { isOrthogonal = false }
      }
    }
    if isOrthogonal { break }
  }
  return vectors.map { vector in vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}

/// Makes vectors `i` and `j` orthogonal by a rotation in their plane.
///
/// - Returns: False if they already were, to rounding.
private func rotate(_ vectors: inout [[Double]], _ i: Int, _ j: Int) -> Bool {
  var (a, b, c) = (0.0, 0.0, 0.0)
  for k in vectors[i].indices {
    a += vectors[i][k] * vectors[i][k]
    b += vectors[j][k] * vectors[j][k]
    c += vectors[i][k] * vectors[j][k]
  }
  guard c.magnitude > 0x1p-52 * (a * b).squareRoot(), c != 0 else { return false }
  // The smaller root of t² + 2ζt − 1 = 0: a rotation by at most 45 degrees.
  let zeta = (b - a) / (2 * c)
  let sign = zeta < 0 ? -1.0 : 1.0
  let tangent = sign / (zeta.magnitude + (1 + zeta * zeta).squareRoot())
  let cosine = 1 / (1 + tangent * tangent).squareRoot()
  let sine = cosine * tangent
  for k in vectors[i].indices {
    let (x, y) = (vectors[i][k], vectors[j][k])
    vectors[i][k] = cosine * x - sine * y
    vectors[j][k] = sine * x + cosine * y
  }
  return true
}
