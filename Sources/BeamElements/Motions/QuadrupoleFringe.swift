import AutoDiff
import BeamMaps

/// The fringe field of a quadrupole magnet with a hard edge, to third order: with α = ∓k/(12δ), − at
/// the entrance and + at the exit,
///
///     x′ = x − α(x³ + 3xy²),  y′ = y + α(y³ + 3x²y)
///
/// E. Forest, J. Milutinovic, Nucl. Instrum. Methods A 269, 474 (1988), equation (28), made
/// symplectic by the generating function.
public struct QuadrupoleFringe<S: ParticleScalar>: FringeField {
  /// α·δ
  @usableFromInline let strength: S

  /// The edge of a quadrupole of strength `k` [m⁻²].
  @inlinable
  public init(k: S.Constant, _ location: EdgeLocation) {
    strength = S((location == .entry ? -1.0 / 12 : 1.0 / 12) * k)
  }

  @inlinable @inline(__always)
  public func displacement(_ x: S, _ y: S, _ inverseDelta: S) -> FringeDisplacement<S> {
    let alpha = strength * inverseDelta
    let (xx, yy) = (x * x, y * y)
    let diagonal = 3.0 * alpha * (xx + yy)
    let other = 6.0 * alpha * (x * y)
    return FringeDisplacement(
      x: -(alpha * x * (xx + 3.0 * yy)), y: alpha * y * (yy + 3.0 * xx), xx: -diagonal, xy: -other,
      yx: other, yy: diagonal)
  }

  @inlinable @inline(__always)
  public func kick(_ x: S, _ y: S, _ inverseDelta: S) -> FringeKick<S> { .zero }
}
