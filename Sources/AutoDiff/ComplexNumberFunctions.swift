// Elementary functions of complex numbers.

extension ComplexNumber {
  /// eˣ·(cos y + i·sin y).
  @inlinable
  public static func exp(_ z: Self) -> Self {
    Self(magnitude: S.exp(z.real), phase: z.imaginary)
  }

  /// The principal value log|z| + iφ, φ in [−π, π]. Next to |z| = 1 the real part has the absolute,
  /// not the relative, precision of |z|.
  @inlinable
  public static func log(_ z: Self) -> Self { Self(S.log(z.magnitude), z.phase) }

  /// The principal square root, in the right half plane; on the cut, the negative real axis, it is
  /// +i·√|z|.
  ///
  /// With t = √((|x| + |z|)/2), which does not cancel, the root is t + iy/(2t) for x ≥ 0 and
  /// |y|/(2t) ± it for x < 0. Zero has the root zero; the derivative there does not exist.
  @inlinable
  public static func sqrt(_ z: Self) -> Self {
    let sum = S.abs(z.real) + z.magnitude
    let isZero = sum <= .zero
    // 1 stands in for zero, so that nothing divides by it.
    let t = S.sqrt(0.5 * S.select(isZero, .one, sum))
    let other = 0.5 * z.imaginary / t
    let isLeft = z.real < .zero
    let isLower = z.imaginary < .zero
    let left = Self(S.select(isLower, -other, other), S.select(isLower, -t, t))
    return select(isZero, zero, select(isLeft, left, Self(t, other)))
  }

  /// zⁿ by repeated squaring; 1 for n = 0, also at z = 0.
  @inlinable
  public static func pow(_ z: Self, _ n: Int) -> Self {
    var remaining = n.magnitude
    var square = z
    var result = one
    while remaining > 0 {
      if remaining & 1 == 1 { result *= square }
      remaining >>= 1
      if remaining > 0 { square *= square }
    }
    return n < 0 ? 1.0 / result : result
  }
}
