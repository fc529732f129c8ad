import LinearAlgebra

/// Changes of an estimate V of the inverse Hessian.
enum MetricUpdate {
  /// V after a step s, along which the gradient changed by y; unchanged if there is no positive
  /// curvature.
  ///
  /// V + ssᵀ/(sᵀy) − Vy(Vy)ᵀ/(yᵀVy), and where yᵀVy < sᵀy, where that one tends to a singular matrix,
  /// the complementary update, which adds (yᵀVy)·wwᵀ with w = s/(sᵀy) − Vy/(yᵀVy).
  ///
  /// - SeeAlso: R. Fletcher, Comput. J. 13, 317 (1970), https://doi.org/10.1093/comjnl/13.3.317.
  static func updated(_ metric: DenseMatrix, step s: [Double], change y: [Double]) -> DenseMatrix {
    let overlap = dot(s, y)
    let image = metric * y
    let square = dot(y, image)
    guard overlap > 0x1p-52 * length(s) * length(y), square > 0 else { return metric }
    let isComplementary = square < overlap
    let w = s.indices.map { s[$0] / overlap - image[$0] / square }
    let n = s.count
    let updated = DenseMatrix(rows: n, columns: n) { i, j in
      let first = metric[i, j] + s[i] * s[j] / overlap - image[i] * image[j] / square
      return isComplementary ? first + square * (w[i] * w[j]) : first
    }
    guard updated.entries.allSatisfy(\.isFinite) else { return metric }
    return updated
  }

  /// The matrix, scaled to a unit diagonal, with a number added to its diagonal if its lowest
  /// eigenvalue is less than a thousandth of its highest; the lowest then is that.
  static func positiveDefinite(_ metric: DenseMatrix) -> DenseMatrix {
    let n = metric.rows
    let units = (0..<n).map { i in
      let diagonal = metric[i, i].magnitude.squareRoot()
      return diagonal > 0 ? diagonal : 1
    }
    let scaled = DenseMatrix(rows: n, columns: n) { i, j in metric[i, j] / units[i] / units[j] }
    guard let spectrum = SymmetricEigenvalues(scaled, by: .tridiagonal),
      let lowest = spectrum.values.first, let highest = spectrum.values.last
    else { return .diagonal(units.map { $0 * $0 }) }
    let missing = 1e-3 * max(highest, 1) - lowest
    guard missing > 0 else { return metric }
    return DenseMatrix(rows: n, columns: n) { i, j in
      metric[i, j] + (i == j ? missing * units[i] * units[i] : 0)
    }
  }
}
