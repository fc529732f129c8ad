import AutoDiff
import BeamMaps

/// A rotation of positions and momenta in the plane of x and y.
public struct RollRotation<S: ParticleScalar>: Motion {
  @usableFromInline let cosine, sine: S

  /// A rotation by `angle` [rad], from x towards y.
  @inlinable
  public init(angle: S.Constant) {
    let (sine, cosine) = S.Constant.sincos(angle)
    self.sine = S(sine)
    self.cosine = S(cosine)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let (x, px) = (z.x, z.px)
    z.x = cosine * x - sine * z.y
    z.y = sine * x + cosine * z.y
    z.px = cosine * px - sine * z.py
    z.py = sine * px + cosine * z.py
    return S.Mask(repeating: true)
  }
}
