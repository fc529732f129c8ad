import AutoDiff
import BeamMaps

/// A field along the axis of an element, given by its Fourier coefficients:
///
///     e(z) = c₀/2 + Σ_{j≥1} [c_j·cos(2πjz/Λ) + s_j·sin(2πjz/Λ)],  −Λ/2 ≤ z ≤ Λ/2
///
/// The position z = ζΛ is given by the plain number ζ, so that derivatives are those with respect
/// to the coefficients and to Λ.
struct AxialField<C: RealScalar>: Sendable {
  /// e′ [1/m].
  let slope: C
  /// ∫e dz from the middle, up to a constant [m].
  let integral: C

  /// The field at `place` ζ, −½ at the entrance and ½ at the exit, of an element of `length` Λ [m].
  ///
  /// The harmonics are computed from each other by rotation: the 25th has an error of some 25
  /// roundings, for a coefficient that is small.
  init(cosine: [C], sine: [C], length: C, at place: Double) {
    let (sineOne, cosineOne) = Double.sincos(2 * .pi * place)
    var (sineJ, cosineJ) = (sineOne, cosineOne)
    var slope = C.zero
    var integral = cosine.isEmpty ? C.zero : cosine[0] * (0.5 * place)
    for j in 1..<max(cosine.count, sine.count, 1) {
      let angle = 2 * .pi * Double(j)
      if j < cosine.count {
        slope -= cosine[j] * (angle * sineJ)
        integral += cosine[j] * (sineJ / angle)
      }
      if j < sine.count {
        slope += sine[j] * (angle * cosineJ)
        integral -= sine[j] * (cosineJ / angle)
      }
      (sineJ, cosineJ) = (
        sineJ * cosineOne + cosineJ * sineOne, cosineJ * cosineOne - sineJ * sineOne
      )
    }
    self.slope = slope / length
    self.integral = integral * length
  }
}
