import AutoDiff
import BeamMaps

/// Motion to first order through a solenoid with hard edges, with α = ks/2:
///
///     H = [(px + αy)² + (py − αx)²]/2 + pt²/(2(βγ)²)
///
/// In the frame that turns by θ = αL both planes are oscillators of strength α²; px and py are
/// canonical, so that the kicks of the edges are included. (L·sin θ)/θ is a Stumpff function of θ²:
/// a solenoid without field is a drift, and an ordinary point.
public struct LinearSolenoid<S: ParticleScalar>: Motion {
  /// cos θ and sin θ of the turn.
  @usableFromInline let cosine, sine: S
  /// The oscillator's matrix: r₁₁ = r₂₂, r₁₂ and r₂₁.
  @usableFromInline let r11, r12, r21: S
  @usableFromInline let r56: S

  /// A solenoid of strength `ks` [1/m] over `length` [m].
  @inlinable
  public init(ks: S.Constant, length: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    let alpha = 0.5 * ks
    let angle = alpha * length
    let stumpff = Stumpff(angle * angle)
    let betaGamma = reference.betaGamma
    cosine = S(stumpff.c0)
    sine = S(angle * stumpff.c1)
    r11 = S(stumpff.c0)
    r12 = S(length * stumpff.c1)
    r21 = S(-(alpha * angle * stumpff.c1))
    r56 = S(length / (betaGamma * betaGamma))
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let x = r11 * z.x + r12 * z.px
    let px = r21 * z.x + r11 * z.px
    let y = r11 * z.y + r12 * z.py
    let py = r21 * z.y + r11 * z.py
    z.x = cosine * x + sine * y
    z.px = cosine * px + sine * py
    z.y = cosine * y - sine * x
    z.py = cosine * py - sine * px
    z.t = z.t + r56 * z.pt
    return S.Mask(repeating: true)
  }
}
