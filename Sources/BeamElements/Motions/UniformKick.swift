import AutoDiff
import BeamMaps

/// The same change of momentum for every particle.
public struct UniformKick<S: ParticleScalar>: Motion {
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
}
