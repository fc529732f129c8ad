import AutoDiff
import LinearAlgebra

/// A column of a 6×6 matrix in registers: four numbers and two.
///
/// Matrices lie in memory column after column, 36 numbers without gaps; those of numbers with a
/// tangent are followed by the 36 tangents.
struct MatrixColumn<C: EnvelopeScalar> {
  var upper: C.Four
  var lower: C.Two

  /// How many words a matrix takes.
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

  /// Makes it column `j` of the matrix at `matrix`.
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

  /// All six columns of the matrix at `matrix`.
  @inline(__always)
  static func all(of matrix: UnsafePointer<Double>) -> InlineArray<6, Self> {
    InlineArray { j in Self(j, of: matrix) }
  }

  /// Σₖ factor(k)·columns[k]
  @inline(__always)
  static func combination(
    _ columns: borrowing InlineArray<6, Self>, _ factor: (Int) -> C
  ) -> Self {
    var sum = factor(0) * columns[0]
    for k in 1..<6 { sum = sum + factor(k) * columns[k] }
    return sum
  }
}

/// Entry (i, j) of the matrix at `matrix`.
@inline(__always)
func entry<C: EnvelopeScalar>(
  _ i: Int, _ j: Int, of matrix: UnsafePointer<Double>, as scalar: C.Type = C.self
) -> C {
  C.load(matrix + (6 * j + i), stride: 36)
}

extension Matrix6 where S: EnvelopeScalar {
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
