import AutoDiff
import BeamMaps

/// The same change of momentum for every particle.
public struct UniformKick<S: ParticleScalar>: Motion, ScaledMotion {
  @inlinable public static var kept: KeptCoordinates { .energy }

  @usableFromInline let px: S
  @usableFromInline let py: S

  /// A kick by `px` and `py`, in units of the reference momentum.
  @inlinable
  public init(px: S, py: S) {
    self.px = px
    self.py = py
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    z.px = z.px + px
    z.py = z.py + py
    return S.Mask(repeating: true)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>, times fraction: S) -> S.Mask {
    z.px = z.px + fraction * px
    z.py = z.py + fraction * py
    return S.Mask(repeating: true)
  }
}
