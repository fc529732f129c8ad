import AutoDiff
import BeamMaps

/// What all particles do in a uniform field B_z: both planes are oscillators of strength α² in a
/// frame that turns, with α = ks/2. px and py are canonical, so that the kicks of hard edges are
/// included.
///
///     {q ← c₀q + ℓc₁p, p ← c₀p − α²ℓc₁q}, then a turn by αℓ;  c_k at (αℓ)²
///
/// ℓ is the integral of ds over the longitudinal momentum: L/pz, or L/δ. Without field it is a
/// drift, an ordinary point.
@frozen
public struct SolenoidTurn<S: ParticleScalar>: Sendable {
  /// α [1/m]
  @usableFromInline let alpha: S

  /// The turn in a field of normalised strength `ks` [1/m].
  @inlinable
  init(ks: S.Constant) { alpha = S(0.5 * ks) }

  /// (px + αy)² + (py − αx)²: the square of the kinetic transverse momentum, a constant.
  @inlinable @inline(__always)
  func transverse(_ z: PhaseSpace<S>) -> S {
    (z.px + alpha * z.y).squared + (z.py - alpha * z.x).squared
  }

  /// Moves the particle over `path` ℓ [m].
  @inlinable @inline(__always)
  func move(_ z: inout PhaseSpace<S>, over path: S) {
    let angle = alpha * path
    let stumpff = Stumpff(angle.squared)
    let cosine = stumpff.c0
    let sine = angle * stumpff.c1
    let stretch = path * stumpff.c1
    let focusing = alpha * sine
    let (x, y) = (cosine * z.x + stretch * z.px, cosine * z.y + stretch * z.py)
    let (px, py) = (cosine * z.px - focusing * z.x, cosine * z.py - focusing * z.y)
    z.x = cosine * x + sine * y
    z.y = cosine * y - sine * x
    z.px = cosine * px + sine * py
    z.py = cosine * py - sine * px
  }
}
