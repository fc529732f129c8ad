import AutoDiff
import BeamMaps

/// A uniform transverse electric field between hard edges, by the full Hamiltonian with the
/// potential zero on the axis, f = qE/(p₀c):
///
///     H = −√(W² − 1/(βγ)² − px² − py²) − pt/β,  W = 1/β − pt + f·r
///
/// W is the particle's energy over p₀c and grows along its path; pz is constant. With l = L/pz, a² =
/// f²l² and Stumpff's functions at −a²,
///
///     T = l·[W·c₁ + l·(f·p)·c₂]    p += T·f    r += l·p + l²·f·[W·c₂ + l·(f·p)·c₃]    t += T − L/β
///
/// which needs no direction of the field: without one it is free flight, an ordinary point.
///
/// T − L/β cancels to the order of pt/γ². The particle moves like a free one with pt − f·r for pt,
/// whose delay has a form without cancellation, see ``FreeFlight``; the rest is l·[W(c₁ − 1) + …],
/// where c₁ − 1 = a²·c₃.
public struct TransverseElectricField<S: ParticleScalar>: Motion {
  @usableFromInline let kinematics: Kinematics<S>
  /// f [1/m]
  @usableFromInline let field: (x: S, y: S)
  /// f² [m⁻²]
  @usableFromInline let fieldSquared: S
  @usableFromInline let length: S

  /// The `field` f [1/m] over `length` [m].
  @inlinable
  public init(
    length: S.Constant, field: (x: S.Constant, y: S.Constant),
    _ reference: ReferenceParticle<S.Constant>
  ) {
    kinematics = Kinematics(reference)
    self.field = (S(field.x), S(field.y))
    fieldSquared = S(field.x * field.x + field.y * field.y)
    self.length = S(length)
  }

  /// - Returns: False where the particle does not move forward: pz² ≤ 0.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let pt = z.pt - (field.x * z.x + field.y * z.y)
    let deficit = kinematics.momentumDeficit(pt)
    let transverse = z.px * z.px + z.py * z.py
    let squared = 1.0 - (deficit + transverse)
    let pz = S.sqrt(squared)
    let sum = kinematics.energyRatio(pt) + pz
    // One division serves both 1/pz and 1/(pz·(a + pz)).
    let inverse = 1.0 / (pz * sum)
    let path = length * (inverse * sum)
    let energy = kinematics.inverseBeta - pt
    let along = path * (field.x * z.px + field.y * z.py)
    let angleSquared = fieldSquared * path.squared
    let stumpff = Stumpff(-angleSquared)
    // T, and T − L/β
    let gain = path * (energy * stumpff.c1 + along * stumpff.c2)
    let free =
      length * inverse * kinematics.inverseBeta
      * (kinematics.slip(momentumDeficit: deficit) + transverse)
    z.t = z.t + (free + path * (energy * (angleSquared * stumpff.c3) + along * stumpff.c2))
    let bent = path.squared * (energy * stumpff.c2 + along * stumpff.c3)
    z.x = z.x + (path * z.px + bent * field.x)
    z.y = z.y + (path * z.py + bent * field.y)
    z.px = z.px + gain * field.x
    z.py = z.py + gain * field.y
    return S.zero < squared
  }
}
