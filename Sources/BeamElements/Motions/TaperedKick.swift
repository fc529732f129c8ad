import AutoDiff
import BeamMaps

/// The kick of a thin lens with a gradient across it, from the potential
///
///     k·[(x² + y²)/2 + (taper/2)(x³/3 + x·y²)]
public struct TaperedKick<S: ParticleScalar>: Motion {
  @usableFromInline let strength: S
  @usableFromInline let taper: S

  /// A kick of integrated `strength` k [1/m] with a relative change `taper` [1/m].
  @inlinable
  public init(strength: S.Constant, taper: S.Constant) {
    self.strength = S(strength)
    self.taper = S(taper)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    z.px = z.px - strength * (z.x + 0.5 * taper * (z.x * z.x + z.y * z.y))
    z.py = z.py - strength * (z.y + taper * (z.x * z.y))
    return S.Mask(repeating: true)
  }
}
