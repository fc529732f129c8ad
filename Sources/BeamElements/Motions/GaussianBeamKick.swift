import AutoDiff
import BeamMaps

/// The kick in the field of a line of charge with a Gaussian cross-section, ∂ ln r outside of it.
///
/// M. Bassetti, G. A. Erskine, CERN-ISR-TH/80-06 (1980), have it by the complex error function, which
/// cancels near the axis and is 0/0 for a round beam. Here it is an integral that is entire in x and
/// y. With σ_y the smaller size, ρ = σ_x/σ_y, S² = ρ² − 1 and u = sinh(Sυ)/S, C = cosh(Sυ):
///
///     (e_x, e_y) = ∫₀^υ₁ u·(x/C², y)/σ_y²·exp{−u²[(y/σ_y)² + (x/σ_y)²/C²]/2} dυ,  u(υ₁) = 1
///
/// The integral ends where the exponent is −40, and is done by Gauss–Legendre quadrature: 32 nodes up to
/// ρ = 2, 48 up to 50, and 64 up to 300 give each component to 1e-14.
public struct GaussianBeamKick<S: ParticleScalar>: Motion {
  @usableFromInline let strength: S
  @usableFromInline let centerX, centerY: S
  /// S²
  @usableFromInline let eccentricity: S
  /// 1/σ of the smaller size [1/m].
  @usableFromInline let inverseSigma: S
  @usableFromInline let isWide: Bool
  @usableFromInline let places: [Double]
  @usableFromInline let weights: [Double]

  /// The kick `strength`·(e_x, e_y) [m] of a beam of standard deviations `sigma` [m] about `center` [m].
  @inlinable
  public init(
    strength: S.Constant, sigma: (x: S.Constant, y: S.Constant),
    center: (x: S.Constant, y: S.Constant)
  ) {
    isWide = (sigma.y <= sigma.x).all
    let ratio = isWide ? sigma.x / sigma.y : sigma.y / sigma.x
    self.strength = S(strength)
    (centerX, centerY) = (S(center.x), S(center.y))
    eccentricity = S((ratio - 1.0) * (ratio + 1.0))
    inverseSigma = S(1.0 / (isWide ? sigma.y : sigma.x))
    let points =
      (ratio <= S.Constant(2)).all
      ? Quadratures.few : (ratio <= S.Constant(50)).all ? Quadratures.more : Quadratures.many
    places = points.map(\.place)
    weights = points.map(\.weight)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    // Along the longer and along the shorter axis, over the smaller standard deviation.
    let x = inverseSigma * (z.x - centerX)
    let y = inverseSigma * (z.y - centerY)
    let (long, short) = isWide ? (x, y) : (y, x)
    let (a, b) = (short * short, long * long)
    // u² ≤ 81/a, and u²/C² ≤ 81/b: beyond, the exponential is below e⁻⁴⁰.
    let end = 9.0 / S.sqrt(S.maximum(S(81.0), S.maximum(a, b - 81.0 * eccentricity)))
    let range = end * S.asinhc(eccentricity * end * end)
    var (along, across) = (S.zero, S.zero)
    for i in places.indices {
      let place = places[i] * range
      let stumpff = Stumpff(-(eccentricity * place * place))
      let u = place * stumpff.c1
      let inverse = 1.0 / (stumpff.c0 * stumpff.c0)
      let density = weights[i] * (u * S.exp(-0.5 * (u * u) * (a + b * inverse)))
      across = across + density
      along = along + density * inverse
    }
    let scale = strength * inverseSigma * range
    let (kickLong, kickShort) = (scale * long * along, scale * short * across)
    z.px = z.px + (isWide ? kickLong : kickShort)
    z.py = z.py + (isWide ? kickShort : kickLong)
    return S.Mask(repeating: true)
  }
}

/// The quadratures, by the ratio of the axes.
@usableFromInline
enum Quadratures {
  @usableFromInline static let few = GaussLegendre.points(32)
  @usableFromInline static let more = GaussLegendre.points(48)
  @usableFromInline static let many = GaussLegendre.points(64)
}
