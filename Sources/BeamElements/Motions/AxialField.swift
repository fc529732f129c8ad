import AutoDiff
import BeamMaps

/// A field along the axis of an element, given by its Fourier coefficients:
///
///     e(z) = c₀/2 + Σ_{j≥1} [c_j·cos(2πjz/Λ) + s_j·sin(2πjz/Λ)],  −Λ/2 ≤ z ≤ Λ/2
///
/// The position z = ζΛ is given by the plain number ζ, −½ at the entrance and ½ at the exit, so that
/// derivatives are those with respect to the coefficients and to Λ.
///
/// The harmonics are computed from each other by rotation: the 25th has an error of some 25
/// roundings, for a coefficient that is small.
struct AxialField<C: RealScalar>: Sendable {
  /// c₀, c₁, …
  let cosine: [C]
  /// s₀, s₁, …; s₀ does not count.
  let sine: [C]
  /// Λ [m]
  let length: C

  /// What a cavity needs to know of the field at one place.
  struct Sample: Sendable {
    /// e′ [1/m].
    let slope: C
    /// ∫e dz from the middle, up to a constant [m].
    let integral: C
  }

  /// e at the place ζ.
  func value(at place: Double) -> C {
    var value = cosine.isEmpty ? C.zero : cosine[0] * 0.5
    forEachHarmonic(at: place) { j, sineJ, cosineJ in
      if j < cosine.count { value += cosine[j] * cosineJ }
      if j < sine.count { value += sine[j] * sineJ }
    }
    return value
  }

  /// Slope and integral of e at the place ζ.
  func sample(at place: Double) -> Sample {
    var slope = C.zero
    var integral = cosine.isEmpty ? C.zero : cosine[0] * (0.5 * place)
    forEachHarmonic(at: place) { j, sineJ, cosineJ in
      let angle = 2 * .pi * Double(j)
      if j < cosine.count {
        slope -= cosine[j] * (angle * sineJ)
        integral += cosine[j] * (sineJ / angle)
      }
      if j < sine.count {
        slope += sine[j] * (angle * cosineJ)
        integral -= sine[j] * (cosineJ / angle)
      }
    }
    return Sample(slope: slope / length, integral: integral * length)
  }

  /// e and its first three derivatives along the axis, at the place ζ: [1], [1/m] … [1/m³].
  func derivatives(at place: Double) -> (e: C, first: C, second: C, third: C) {
    var values = (
      e: cosine.isEmpty ? C.zero : cosine[0] * 0.5, first: C.zero, second: C.zero, third: C.zero
    )
    forEachHarmonic(at: place) { j, sineJ, cosineJ in
      let angle = 2 * .pi * Double(j)
      if j < cosine.count {
        values.e += cosine[j] * cosineJ
        values.first -= cosine[j] * (angle * sineJ)
        values.second -= cosine[j] * (angle * angle * cosineJ)
        values.third += cosine[j] * (angle * angle * angle * sineJ)
      }
      if j < sine.count {
        values.e += sine[j] * sineJ
        values.first += sine[j] * (angle * cosineJ)
        values.second -= sine[j] * (angle * angle * sineJ)
        values.third -= sine[j] * (angle * angle * angle * cosineJ)
      }
    }
    let inverse = 1.0 / length
    values.first = values.first * inverse
    values.second = values.second * (inverse * inverse)
    values.third = values.third * (inverse * inverse * inverse)
    return values
  }

  /// Calls `body` with j, sin 2πjζ and cos 2πjζ, from j = 1 to the last coefficient.
  private func forEachHarmonic(
    at place: Double, _ body: (_ j: Int, _ sine: Double, _ cosine: Double) -> Void
  ) {
    let (sineOne, cosineOne) = Double.sincos(2 * .pi * place)
    var (sineJ, cosineJ) = (sineOne, cosineOne)
    for j in 1..<max(cosine.count, sine.count, 1) {
      body(j, sineJ, cosineJ)
      (sineJ, cosineJ) = (
        sineJ * cosineOne + cosineJ * sineOne, cosineJ * cosineOne - sineJ * sineOne
      )
    }
  }
}

extension Slice {
  /// The place in the element, −½ at its entrance and ½ at its exit, that is reached after `n` half
  /// steps, of which the slice has twice `steps`; a backward slice starts from its end.
  func place(afterHalfSteps n: Int, ofSteps steps: Int) -> Double {
    let fraction: Double = Double(n) / Double(2 * steps)
    let passed: Double = isBackward ? 1 - fraction : fraction
    let place: Double = (Double(index) + passed) / Double(count)
    return place - 0.5
  }
}
