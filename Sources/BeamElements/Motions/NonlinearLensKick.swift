import AutoDiff
import BeamMaps

/// The kick of the elliptic potential of Danilov and Nagaitsev:
///
///     Δpx − iΔpy = −(k/c)·F′(ζ),  F′(ζ) = ζ/(1 − ζ²) + asin ζ/(1 − ζ²)^{3/2},  ζ = (x + iy)/c
///
/// V. Danilov, S. Nagaitsev, Phys. Rev. ST Accel. Beams 13, 084002 (2010), section V.A.
///
/// With Z = a + ib = asin ζ and w = cos Z = √(1 − ζ)·√(1 + ζ) it is F′ = (Z + ζw)/w³, which has no
/// cancellation: Z and ζw are both ζ in first order, so that the axis is an ordinary point. In place
/// of logarithms (W. Kahan, Branch cuts for complex elementary functions, in The State of the Art in
/// Numerical Analysis, Oxford 1987, section 7),
///
///     a = atan2(x/c, Re w),  b = asinh(Im[√(1 − ζ)̄·√(1 + ζ)]),
///
/// where Re w and the argument of asinh are sums of terms of one sign. The branches are the
/// principal ones. The kick in y jumps across the cuts, |x| > c on the axis y = 0; there it is the
/// limit from above, y → 0+.
public struct NonlinearLensKick<S: ParticleScalar>: Motion {
  /// k/c
  @usableFromInline let strength: S
  /// 1/c
  @usableFromInline let inverseDistance: S

  /// A kick of integrated `strength` k [m] with poles at x = ±`distance` c [m].
  @inlinable
  public init(strength: S.Constant, distance: S.Constant) {
    self.strength = S(strength / distance)
    inverseDistance = S(1.0 / distance)
  }

  /// - Returns: False at a pole, where the field is infinite.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let zeta = ComplexNumber(z.x * inverseDistance, z.y * inverseDistance)
    // The conjugate of √(1 − ζ): it is taken of 1 − ζ̄, which has the sign of y, so that the cut of
    // the root belongs to y → 0+.
    let minus = ComplexNumber.sqrt(ComplexNumber(1.0 - zeta.real, zeta.imaginary))
    let plus = ComplexNumber.sqrt(ComplexNumber(1.0 + zeta.real, zeta.imaginary))
    let w = minus.conjugate * plus
    let arcsine = ComplexNumber(
      S.atan2(y: zeta.real, x: w.real),
      S.asinh(minus.real * plus.imaginary + minus.imaginary * plus.real))
    let slope = (arcsine + zeta * w) / (w * w * w)
    z.px = z.px - strength * slope.real
    z.py = z.py + strength * slope.imaginary
    return S.zero < w.squaredMagnitude
  }
}
