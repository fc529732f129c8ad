import AutoDiff
import BeamTracking
import LinearAlgebra

/// A column of a 6×6 matrix in registers: four numbers and two.
///
/// Matrices are stored column by column, 36 numbers without gaps; for numbers with a tangent, the
/// 36 tangents follow.
struct MatrixColumn<C: SweepScalar> {
  var upper: C.Four
  var lower: C.Two

  /// The number of words of a matrix.
  @inline(__always) static var matrixSize: Int { 36 * C.componentCount }

  @inline(__always)
  init(upper: C.Four, lower: C.Two) {
    self.upper = upper
    self.lower = lower
  }

  /// Column `j` of the matrix at `matrix`.
  @inline(__always)
  init(_ j: Int, of matrix: UnsafePointer<Double>) {
    upper = C.Four.load(matrix + 6 * j, stride: 36)
    lower = C.Two.load(matrix + (6 * j + 4), stride: 36)
  }

  @inline(__always)
  static var zero: Self { Self(upper: .zero, lower: .zero) }

  /// Writes it to column `j` of the matrix at `matrix`.
  @inline(__always)
  func store(_ j: Int, of matrix: UnsafeMutablePointer<Double>) {
    upper.store(to: matrix + 6 * j, stride: 36)
    lower.store(to: matrix + (6 * j + 4), stride: 36)
  }

  @inline(__always)
  static func * (a: C, column: Self) -> Self {
    Self(upper: C.Four(a) * column.upper, lower: C.Two(a) * column.lower)
  }

  @inline(__always)
  static func + (a: Self, b: Self) -> Self {
    Self(upper: a.upper + b.upper, lower: a.lower + b.lower)
  }

  /// Adds a multiple of another column.
  @inline(__always)
  mutating func add(_ column: Self, _ factor: Double) {
    upper = upper + factor * column.upper
    lower = lower + factor * column.lower
  }
}

/// The six columns of a matrix in registers.
///
/// They are separate properties: a loop over an array of columns is not always unrolled, and then
/// takes 5 times as long.
struct MatrixColumns<C: SweepScalar> {
  typealias Column = MatrixColumn<C>
  var x, px, y, py, t, pt: Column

  @inline(__always)
  init(x: Column, px: Column, y: Column, py: Column, t: Column, pt: Column) {
    self.x = x
    self.px = px
    self.y = y
    self.py = py
    self.t = t
    self.pt = pt
  }

  /// The columns of the matrix at `matrix`.
  @inline(__always)
  init(of matrix: UnsafePointer<Double>) {
    self.init(
      x: Column(0, of: matrix), px: Column(1, of: matrix), y: Column(2, of: matrix),
      py: Column(3, of: matrix), t: Column(4, of: matrix), pt: Column(5, of: matrix))
  }

  @inline(__always)
  func store(to matrix: UnsafeMutablePointer<Double>) {
    x.store(0, of: matrix)
    px.store(1, of: matrix)
    y.store(2, of: matrix)
    py.store(3, of: matrix)
    t.store(4, of: matrix)
    pt.store(5, of: matrix)
  }

  /// Column `j` of the product with the matrix at `b`.
  @inline(__always)
  func column(_ j: Int, times b: UnsafePointer<Double>) -> Column {
    let first = (entry(0, j, of: b) as C) * x + (entry(1, j, of: b) as C) * px
    let second = first + (entry(2, j, of: b) as C) * y
    let third = second + (entry(3, j, of: b) as C) * py
    let fourth = third + (entry(4, j, of: b) as C) * t
    return fourth + (entry(5, j, of: b) as C) * pt
  }

  /// The upper four numbers of this column.
  @inline(__always)
  func upperColumn(_ j: Int, times b: UnsafePointer<Double>) -> C.Four {
    let first =
      C.Four(entry(0, j, of: b) as C) * x.upper + C.Four(entry(1, j, of: b) as C) * px.upper
    let second = first + C.Four(entry(2, j, of: b) as C) * y.upper
    let third = second + C.Four(entry(3, j, of: b) as C) * py.upper
    let fourth = third + C.Four(entry(4, j, of: b) as C) * t.upper
    return fourth + C.Four(entry(5, j, of: b) as C) * pt.upper
  }

  /// Column `j` of the product with the transpose of the matrix at `b`.
  @inline(__always)
  func column(_ j: Int, timesTransposeOf b: UnsafePointer<Double>) -> Column {
    let first = (entry(j, 0, of: b) as C) * x + (entry(j, 1, of: b) as C) * px
    let second = first + (entry(j, 2, of: b) as C) * y
    let third = second + (entry(j, 3, of: b) as C) * py
    let fourth = third + (entry(j, 4, of: b) as C) * t
    return fourth + (entry(j, 5, of: b) as C) * pt
  }

  /// The product with the matrix at `b`.
  @inline(__always)
  func times(_ b: UnsafePointer<Double>) -> Self {
    Self(
      x: column(0, times: b), px: column(1, times: b), y: column(2, times: b),
      py: column(3, times: b), t: column(4, times: b), pt: column(5, times: b))
  }

  /// The product with the transpose of the matrix at `b`.
  @inline(__always)
  func times(transposeOf b: UnsafePointer<Double>) -> Self {
    Self(
      x: column(0, timesTransposeOf: b), px: column(1, timesTransposeOf: b),
      y: column(2, timesTransposeOf: b), py: column(3, timesTransposeOf: b),
      t: column(4, timesTransposeOf: b), pt: column(5, timesTransposeOf: b))
  }
}

/// Entry (i, j) of the matrix at `matrix`.
@inline(__always)
func entry<C: SweepScalar>(
  _ i: Int, _ j: Int, of matrix: UnsafePointer<Double>, as scalar: C.Type = C.self
) -> C {
  C.load(matrix + (6 * j + i), stride: 36)
}

extension Matrix6 where S: SweepScalar {
  /// The matrix at `matrix`.
  init(at matrix: UnsafePointer<Double>) {
    self.init { i, j in entry(i, j, of: matrix) }
  }

  /// The symmetric matrix whose upper triangle is that of the one at `matrix`.
  init(symmetricAt matrix: UnsafePointer<Double>) {
    self.init { i, j in entry(min(i, j), max(i, j), of: matrix) }
  }

  /// Writes it to `matrix`.
  func store(to matrix: UnsafeMutablePointer<Double>) {
    for j in 0..<6 {
      for i in 0..<6 { self[i, j].store(to: matrix + (6 * j + i), stride: 36) }
    }
  }
}
