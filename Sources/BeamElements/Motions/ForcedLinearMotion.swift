import AutoDiff
import BeamMaps

/// ``LinearMotion`` with a constant horizontal force: a bend whose field does not belong to the curvature
/// of its design orbit.
///
/// With the force f per length, px′ gains f: x gains f·L²c₂, px f·L·c₁ and the time f·(h/β)L³c₃ at
/// the argument gx·L², and the matrix is that of the motion without it.
public struct ForcedLinearMotion<S: ParticleScalar>: Motion {
  @usableFromInline let linear: LinearMotion<S>
  @usableFromInline let x, px, t: S

  /// The motion through a slice of `length` L [m] with curvature `h` [1/m], focusing strengths gx, gy
  /// [1/m²] and `force` f [1/m].
  @inlinable
  public init(
    length L: S.Constant, curvature h: S.Constant, focusing g: (x: S.Constant, y: S.Constant),
    force: S.Constant, _ reference: ReferenceParticle<S.Constant>
  ) {
    linear = LinearMotion(length: L, curvature: h, focusing: g, reference)
    let stumpff = Stumpff(g.x * L * L)
    let momentum = force * L
    px = S(momentum * stumpff.c1)
    x = S(momentum * L * stumpff.c2)
    t = S(momentum * L * L * stumpff.c3 * (h / reference.beta))
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let isInside = linear.move(&z)
    z.x = z.x + x
    z.px = z.px + px
    z.t = z.t + t
    return isInside
  }
}
