import AutoDiff
import BeamMaps

/// The kick of straight multipoles of any order over a length τ:
///
///     Δpx − iΔpy = −τ·Σ_m (kn_m + i·ks_m)(x + iy)^m/m!
public struct MultipoleKick<S: ParticleScalar>: Motion, ScaledMotion {
  @inlinable public static var kept: KeptCoordinates { .energy }

  /// τ·kn_m/m!, τ·ks_m/m!, from the lowest order.
  @usableFromInline let normal: [S]
  @usableFromInline let skew: [S]

  /// A kick with `strength` τ times the coefficients `normal` kn_m and `skew` ks_m. The shorter
  /// list is extended by zeros.
  @inlinable
  public init(normal: [S.Constant], skew: [S.Constant], strength: S.Constant) {
    let count = max(normal.count, skew.count)
    var scaledNormal: [S] = []
    var scaledSkew: [S] = []
    var factor = strength
    for m in 0..<count {
      if m > 1 { factor = factor / Double(m) }
      scaledNormal.append(m < normal.count ? S(factor * normal[m]) : .zero)
      scaledSkew.append(m < skew.count ? S(factor * skew[m]) : .zero)
    }
    self.normal = scaledNormal
    self.skew = scaledSkew
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask { move(&z, times: .one) }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>, times fraction: S) -> S.Mask {
    // Horner's rule for the complex polynomial.
    var real = S.zero
    var imaginary = S.zero
    var m = normal.count
    while m > 0 {
      m -= 1
      let next = real * z.x - imaginary * z.y + normal[m]
      imaginary = real * z.y + imaginary * z.x + skew[m]
      real = next
    }
    z.px = z.px - fraction * real
    z.py = z.py + fraction * imaginary
    return S.Mask(repeating: true)
  }
}
