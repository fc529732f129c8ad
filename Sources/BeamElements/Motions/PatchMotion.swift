import AutoDiff
import BeamMaps

/// The exact change of coordinates into another frame, with origin d and axes W, which the reference
/// particle follows: free flight to the plane z = 0 of the new frame.
///
/// Over the length ℓ of the flight the time, less that of the reference particle over its path L, is
///
///     t + ℓ(w + p⊥²)/(β·p_z(a + p_z)) + (ℓ − L)/β − Δ
///
/// where the first term is that of free flight without cancellation, and ℓ − L is −W₁₃x − W₂₃y and the
/// constant (Wᵀd)_z − L, which is zero but for the way back.
public struct PatchMotion<S: ParticleScalar>: Motion {
  @usableFromInline let kinematics: Kinematics<S>
  /// The axes, the columns of W.
  @usableFromInline let right, up, forward: Vector3<S>
  /// Wᵀd [m]
  @usableFromInline let origin: Vector3<S>
  /// (Wᵀd)_z − L [m]
  @usableFromInline let excess: S
  /// Δ [m]
  @usableFromInline let delay: S

  /// The change into `frame`, while the reference particle flies over `path` L [m] and its clock is put
  /// forward by `delay` Δ [m].
  @inlinable
  public init(
    into frame: BodyFrame<S.Constant>, path: S.Constant, delay: S.Constant,
    _ reference: ReferenceParticle<S.Constant>
  ) {
    kinematics = Kinematics(reference)
    let origin = frame.axes.components(of: frame.origin)
    func constant(_ v: Vector3<S.Constant>) -> Vector3<S> { Vector3(S(v.x), S(v.y), S(v.z)) }
    right = constant(frame.axes.right)
    up = constant(frame.axes.up)
    forward = constant(frame.axes.forward)
    self.origin = constant(origin)
    excess = S(origin.z - path)
    self.delay = S(delay)
  }

  /// - Returns: False where the particle does not fly forward in one of the frames.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let deficit = kinematics.momentumDeficit(z.pt)
    let squared = 1.0 - (deficit + (z.px * z.px + z.py * z.py))
    let pz = S.sqrt(squared)
    let px = right.x * z.px + right.y * z.py + right.z * pz
    let py = up.x * z.px + up.y * z.py + up.z * pz
    let pForward = forward.x * z.px + forward.y * z.py + forward.z * pz
    let ahead = forward.x * z.x + forward.y * z.y
    let length = origin.z - ahead
    let flight = length / pForward
    let x = right.x * z.x + right.y * z.y - origin.x + flight * px
    let y = up.x * z.x + up.y * z.y - origin.y + flight * py
    let slip =
      (kinematics.slip(momentumDeficit: deficit) + (px * px + py * py))
      / (kinematics.energyRatio(z.pt) + pForward)
    z.t = z.t + (kinematics.inverseBeta * (flight * slip + (excess - ahead)) - delay)
    (z.x, z.px, z.y, z.py) = (x, px, y, py)
    return (S.zero < squared) .& (S.zero < pForward)
  }
}
