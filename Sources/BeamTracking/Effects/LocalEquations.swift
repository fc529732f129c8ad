import AutoDiff
import BeamMaps

/// The linear equations J·δ = f(z) − z′ of one Newton step.
@usableFromInline
struct LocalEquations<C: SweepScalar> {
  /// J and the right-hand side, row by row.
  @usableFromInline var rows: InlineArray<42, C>

  @inlinable
  init(_ image: PhaseSpace<Dual<6, C>>, minus z: PhaseSpace<C>) {
    rows = InlineArray(repeating: .zero)
    for i in 0..<6 {
      let row = image[i]
      for k in 0..<6 { rows[7 * i + k] = row.tangent[k] }
      rows[7 * i + 6] = row.value - z[i]
    }
  }

  /// The solution by Gaussian elimination with column pivoting; nil if there is none.
  @inlinable
  var solution: PhaseSpace<C>? {
    mutating get {
      for column in 0..<6 {
        var pivot = column
        for row in column..<6
        where rows[7 * row + column].plain.magnitude > rows[7 * pivot + column].plain.magnitude {
          pivot = row
        }
        if rows[7 * pivot + column].plain == 0 { return nil }
        if pivot != column { for k in 0..<7 { rows.swapAt(7 * pivot + k, 7 * column + k) } }
        for row in 0..<6 where row != column {
          let factor = rows[7 * row + column] / rows[7 * column + column]
          for k in column..<7 {
            rows[7 * row + k] = rows[7 * row + k] - factor * rows[7 * column + k]
          }
        }
      }
      var solution = PhaseSpace<C>.zero
      for i in 0..<6 { solution[i] = rows[7 * i + 6] / rows[8 * i] }
      return solution
    }
  }
}
