import LinearAlgebra

/// The quasi-Newton Hessian of limited memory as B = θ − WMWᵀ with W = [Y, θS].
///
/// - SeeAlso: R. Byrd, P. Lu, J. Nocedal, C. Zhu, SIAM J. Sci. Comput. 16, 1190 (1995),
///   https://doi.org/10.1137/0916069, equations (3.2) to (3.4).
struct CompactHessian {
  /// θ.
  let scale: Double
  /// The columns of W.
  let columns: [[Double]]
  /// M, symmetric.
  let middle: DenseMatrix

  /// Nil if rounding has made M singular.
  init?(_ pairs: CurvaturePairs) {
    let (steps, changes, m) = (pairs.steps, pairs.changes, pairs.steps.count)
    let scale = pairs.scale
    self.scale = scale
    columns = changes + steps.map { scaled($0, by: scale) }
    // M⁻¹ = [[−D, Lᵀ], [L, θSᵀS]], with D the diagonal and L the part below it of SᵀY.
    var inverse = DenseMatrix.zero(rows: 2 * m, columns: 2 * m)
    for i in 0..<m {
      for j in 0...i {
        let square = scale * dot(steps[i], steps[j])
        inverse[m + i, m + j] = square
        inverse[m + j, m + i] = square
        let product = dot(steps[i], changes[j])
        if i == j {
          inverse[i, i] = -product
        } else {
          inverse[m + i, j] = product
          inverse[j, m + i] = product
        }
      }
    }
    guard let factors = LUFactors(inverse) else { return nil }
    var middle = DenseMatrix.zero(rows: 2 * m, columns: 2 * m)
    for j in 0..<2 * m {
      let column = factors.solve((0..<2 * m).map { $0 == j ? 1 : 0 })
      for i in 0..<2 * m { middle[i, j] = column[i] }
    }
    self.middle = middle
  }

  /// Wᵀv.
  func projections(_ v: [Double]) -> [Double] { columns.map { dot($0, v) } }

  /// Row `i` of W.
  func row(_ i: Int) -> [Double] { columns.map { $0[i] } }
}
