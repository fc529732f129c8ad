import LinearAlgebra

/// Changes of a Hessian after a step s, along which the gradient changed by y.
enum SymmetricUpdate {
  /// H + rrᵀ/(rᵀs) with r = y − Hs, the symmetric update of rank one: it may be indefinite, as the
  /// function is.
  ///
  /// Unchanged where rᵀs, in units of D = diag(`scales`), nearly vanishes.
  ///
  /// - SeeAlso: J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), equations (6.24) and
  ///   (6.26).
  static func rankOne(
    _ hessian: DenseMatrix, step s: [Double], change y: [Double], scales: [Double]
  ) -> DenseMatrix {
    let r = difference(y, hessian * s)
    let overlap = dot(r, s)
    let size =
      length(r.indices.map { r[$0] / scales[$0] }) * length(s.indices.map { scales[$0] * s[$0] })
    guard overlap.magnitude > 1e-8 * size else { return hessian }
    let updated = DenseMatrix(rows: s.count, columns: s.count) { i, j in
      // The product first, so that the matrix stays symmetric to the last bit.
      hessian[i, j] + r[i] * r[j] / overlap
    }
    return updated.entries.allSatisfy(\.isFinite) ? updated : hessian
  }
}

/// Units of the variables in which the second derivatives are of order one.
enum CurvatureScales {
  /// dᵢ = √|Hᵢᵢ|, raised where |Hᵢⱼ| > dᵢdⱼ, as happens where H is indefinite.
  ///
  /// They change as the Hessian does when variables change their units. Where a variable has no
  /// curvature its slope stands in, in units of the value.
  static func scales(_ hessian: DenseMatrix, gradient: [Double]) -> [Double] {
    let n = gradient.count
    var scales = (0..<n).map { i in
      let curvature = hessian[i, i].magnitude.squareRoot()
      if curvature > 0 { return curvature }
      return gradient[i] != 0 ? gradient[i].magnitude : 1
    }
    for _ in 0..<2 {
      let known = scales
      for i in 0..<n {
        var largest = 1.0
        for j in 0..<n where j != i {
          largest = max(largest, hessian[i, j].magnitude / known[i] / known[j])
        }
        scales[i] = known[i] * largest.squareRoot()
      }
    }
    return scales.map { $0.isFinite && $0.isNormal ? $0 : 1 }
  }
}
