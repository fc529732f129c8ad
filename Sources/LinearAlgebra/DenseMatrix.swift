import SystemLibrary

/// A real matrix of moderate size, stored row after row.
public struct DenseMatrix: Sendable, Equatable, Codable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The entries, row after row.
  public var entries: [Double]

  /// The matrix whose entry in row i and column j is `entry(i, j)`.
  public init(rows: Int, columns: Int, _ entry: (Int, Int) -> Double) {
    require(rows >= 0 && columns >= 0, "a matrix has no negative number of rows or columns")
    self.rows = rows
    self.columns = columns
    entries = []
    entries.reserveCapacity(rows * columns)
    for i in 0..<rows {
      for j in 0..<columns { entries.append(entry(i, j)) }
    }
  }

  /// The matrix with these entries, row after row.
  public init(rows: Int, columns: Int, entries: [Double]) {
    require(entries.count == rows * columns, "a matrix has rows × columns entries")
    self.rows = rows
    self.columns = columns
    self.entries = entries
  }

  /// The entry in row `i` and column `j`, both from 0.
  @inlinable
  public subscript(i: Int, j: Int) -> Double {
    get { entries[i * columns + j] }
    set { entries[i * columns + j] = newValue }
  }

  /// The matrix of zeros.
  public static func zero(rows: Int, columns: Int) -> Self {
    Self(rows: rows, columns: columns, entries: [Double](repeating: 0, count: rows * columns))
  }

  /// The identity with `n` rows and columns.
  public static func identity(_ n: Int) -> Self { diagonal([Double](repeating: 1, count: n)) }

  /// The square matrix with `values` on the diagonal and zeros elsewhere.
  public static func diagonal(_ values: [Double]) -> Self {
    Self(rows: values.count, columns: values.count) { i, j in i == j ? values[i] : 0 }
  }

  /// True if there are as many rows as columns.
  public var isSquare: Bool { rows == columns }

  /// The matrix with rows and columns exchanged.
  public var transpose: Self { Self(rows: columns, columns: rows) { i, j in self[j, i] } }

  /// Row `i`.
  public func row(_ i: Int) -> [Double] { Array(entries[i * columns..<(i + 1) * columns]) }

  public static func * (a: Self, v: [Double]) -> [Double] {
    require(a.columns == v.count, "a matrix multiplies vectors as long as its rows")
    return (0..<a.rows).map { i in
      var sum = 0.0
      for j in 0..<a.columns { sum += a[i, j] * v[j] }
      return sum
    }
  }

  public static func * (a: Self, b: Self) -> Self {
    require(a.columns == b.rows, "the inner sizes of a product agree")
    var product = zero(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for k in 0..<a.columns {
        let factor = a[i, k]
        for j in 0..<b.columns { product[i, j] += factor * b[k, j] }
      }
    }
    return product
  }

  /// Aᵀv, without forming the transpose.
  public func transposeTimes(_ v: [Double]) -> [Double] {
    require(rows == v.count, "a transposed matrix multiplies vectors as long as its columns")
    var product = [Double](repeating: 0, count: columns)
    for i in 0..<rows {
      for j in 0..<columns { product[j] += self[i, j] * v[i] }
    }
    return product
  }
}
