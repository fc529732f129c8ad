import AutoDiff
import BeamMaps

/// A linear map that is the same in x and in y, followed by a turn about the direction of flight:
/// fields of axial symmetry, in canonical momenta.
///
///     (x, y) ← (x·cos θ + y·sin θ, y·cos θ − x·sin θ), (px, py) alike
public struct TurnedMotion<S: ParticleScalar>: Motion {
  @usableFromInline let plane: PlaneMatrix<S>
  @usableFromInline let cosine: S
  @usableFromInline let sine: S
  /// R₅₆ [m]
  @usableFromInline let slip: S

  /// The map with the matrix `plane` for (x, px) and for (y, py), then a turn by `angle` θ [rad],
  /// and t += `slip`·pt [m].
  @inlinable
  public init(plane: PlaneMatrix<S.Constant>, angle: S.Constant, slip: S.Constant) {
    let (sine, cosine) = S.Constant.sincos(angle)
    self.plane = PlaneMatrix(
      qq: S(plane.qq), qp: S(plane.qp), pq: S(plane.pq), pp: S(plane.pp))
    self.cosine = S(cosine)
    self.sine = S(sine)
    self.slip = S(slip)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let x = plane.qq * z.x + plane.qp * z.px
    let px = plane.pq * z.x + plane.pp * z.px
    let y = plane.qq * z.y + plane.qp * z.py
    let py = plane.pq * z.y + plane.pp * z.py
    z.x = cosine * x + sine * y
    z.px = cosine * px + sine * py
    z.y = cosine * y - sine * x
    z.py = cosine * py - sine * px
    z.t = z.t + slip * z.pt
    return S.Mask(repeating: true)
  }
}
