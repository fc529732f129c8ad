import AutoDiff
import BeamMaps

/// What the soft edge of a solenoid adds to a hard one, to fourth order in the coordinates:
///
///     H = −(ks²/δ)·(f₁r²/8 − f₂r⁴/32),  f₁ = ∫B(B₀ − B) ds/B₀²,  f₂ = ∫B′² ds/B₀²
///
/// f₂, the spherical aberration, is infinite for a hard edge. An edge B₀(1 + tanh(s/w))/2 has f₁ =
/// w/2 and f₂ = 1/(3w). Terms that are opposite at the two ends, of r²·ks·L_z·(x·p)/8 and less, are
/// left out: of the error that hard edges of 3/m make for w = 10 mm at r = 4 mm, 5e-5 of the
/// coordinates, 2e-7 are left.
///
/// Axial fields: A. Dragt, Lie Methods for Nonlinear Dynamics, and M. Venturini, A. Dragt, Nucl.
/// Instrum. Methods A 427, 387 (1999); the terms of r⁴ by integration by parts.
public struct SolenoidEdgeKick<S: ParticleScalar>: Motion {
  @usableFromInline let kinematics: Kinematics<S>
  /// ks²f₁/4 [1/m]
  @usableFromInline let focusing: S
  /// ks²f₂/8 [1/m³]
  @usableFromInline let aberration: S

  /// An edge of a solenoid of strength `ks` [1/m] with the integrals `focusing` f₁ [m] and
  /// `aberration` f₂ [1/m].
  @inlinable
  public init(
    ks: S.Constant, focusing: S.Constant, aberration: S.Constant,
    _ reference: ReferenceParticle<S.Constant>
  ) {
    kinematics = Kinematics(reference)
    self.focusing = S(0.25 * (ks * ks * focusing))
    self.aberration = S(0.125 * (ks * ks * aberration))
  }

  /// - Returns: False for a particle without momentum: δ² ≤ 0.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let squared = 1.0 - kinematics.momentumDeficit(z.pt)
    let inverseDelta = 1.0 / S.sqrt(squared)
    let radius = z.x * z.x + z.y * z.y
    let lens = inverseDelta * (focusing - aberration * radius)
    z.px = z.px + lens * z.x
    z.py = z.py + lens * z.y
    // ∂(1/δ)/∂pt = (1/β − pt)/δ³
    let slope = (kinematics.inverseBeta - z.pt) * inverseDelta.squared * inverseDelta
    let potential = radius * (0.25 * (aberration * radius) - 0.5 * focusing)
    z.t = z.t + slope * potential
    return S.zero < squared
  }
}

/// A motion between the edges of a solenoid.
public struct EdgedSolenoid<Body: Motion>: Motion {
  public typealias S = Body.S
  @usableFromInline let body: Body
  @usableFromInline let before: SolenoidEdgeKick<S>
  @usableFromInline let after: SolenoidEdgeKick<S>

  /// The motion `body`, with `edge` before and after it; either has no strength where the edge is
  /// not in the slice.
  @inlinable
  public init(_ body: Body, before: SolenoidEdgeKick<S>, after: SolenoidEdgeKick<S>) {
    self.body = body
    self.before = before
    self.after = after
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let entered = before.move(&z)
    let passed = body.move(&z)
    return entered .& passed .& after.move(&z)
  }
}
