import AutoDiff
import BeamMaps

/// A kick in proportion to the coordinates.
public struct BunchingKick<S: ParticleScalar>: Motion {
  @usableFromInline let bunching: S
  @usableFromInline let defocusing: S

  /// The kick px += `defocusing`·x, likewise in y, and pt −= `bunching`·t, with both constants in
  /// [1/m].
  @inlinable
  public init(bunching: S, defocusing: S) {
    self.bunching = bunching
    self.defocusing = defocusing
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    z.px = z.px + defocusing * z.x
    z.py = z.py + defocusing * z.y
    z.pt = z.pt - bunching * z.t
    return S.Mask(repeating: true)
  }
}
