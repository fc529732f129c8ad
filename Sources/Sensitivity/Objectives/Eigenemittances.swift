import AutoDiff
import LinearAlgebra

/// The eigenemittances of a covariance as differentiable numbers.
///
/// With Σ = FFᵀ, the moduli ε of the eigenvalues of JΣ are those of the skew K = FᵀJF, so that λ =
/// ε² are the roots of λ³ − I₂λ² + I₄λ − I₆. The coefficients are sums of squares of K's
/// sub-Pfaffians: I₂ = ΣK²ᵢⱼ over pairs, I₄ over sets of four, I₆ = det Σ. Unlike traces of powers
/// of JΣ, they have no cancellation, also for eigenemittances of very different size.
struct Eigenemittances<S: RealScalar> {
  /// ε₁ < ε₂ < ε₃ [m].
  private let values: InlineArray<3, S>

  subscript(k: Int) -> S { values[k] }

  /// nil for a singular covariance, and where two eigenemittances agree to 10⁻⁹, so that they have
  /// no derivatives.
  init?(of covariance: Matrix6<S>) {
    guard let found = try? CovarianceFactor(covariance) else { return nil }
    let factor = found.matrix
    let skew = factor.transpose * Matrix6.symplecticForm * factor
    var i2 = S.zero
    var i4 = S.zero
    let i6 = found.determinant
    for a in 0..<6 {
      for b in a + 1..<6 {
        i2 += skew[a, b].squared
        for c in b + 1..<6 {
          for d in c + 1..<6 {
            let pfaffian =
              skew[a, b] * skew[c, d] - skew[a, c] * skew[b, d] + skew[a, d] * skew[b, c]
            i4 += pfaffian.squared
          }
        }
      }
    }
    guard (S.zero < i6).all else { return nil }
    func newton(_ x: S) -> S {
      let value: S = ((x - i2) * x + i4) * x - i6
      let slope: S = (3.0 * x - 2.0 * i2) * x + i4
      return x - value / slope
    }
    // Newton's method converges monotonically from below the least root, and from above the
    // greatest.
    guard let least = Self.limit(of: newton, from: .zero),
      let greatest = Self.limit(of: newton, from: i2)
    else { return nil }
    let middle = i6 / (least * greatest)
    guard ((1 + 1e-9) * least < middle).all, ((1 + 1e-9) * middle < greatest).all else {
      return nil
    }
    values = [S.sqrt(least), S.sqrt(middle), S.sqrt(greatest)]
  }

  /// The limit of a Newton iteration; nil if it does not converge, as at a double root.
  private static func limit(of step: (S) -> S, from start: S) -> S? {
    var x = start
    var last = S(Double.greatestFiniteMagnitude)
    for _ in 0..<200 {
      let next = step(x)
      let change = S.abs(next - x)
      x = next
      // A monotone iteration ends where rounding reverses its direction. Each step doubles the
      // order to which derivatives are exact: two more steps give the second.
      let isOver = (last <= change).all && (change <= 1e-9 * S.abs(x)).all
      if isOver || (change <= 1e-14 * S.abs(x)).all { return step(step(x)) }
      last = change
    }
    return nil
  }
}
