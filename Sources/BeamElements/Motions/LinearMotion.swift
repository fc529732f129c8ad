import AutoDiff
import BeamMaps

/// Motion to first order through a slice with curvature h and focusing gx, gy:
///
///     H = (px² + py²)/2 + (gx·x² + gy·y²)/2 − (h/β)·x·(−pt)… to second order in all coordinates
///
/// It covers drift (0, 0, 0), quadrupole (0, k, −k), sector bend (h, h², 0) and combined-function
/// bend (h, k + h², −k). With Stumpff functions every limit between them is a regular case. Source:
/// F. C. Iselin, Part. Accel. 17, 143 (1985), section 4, where t and pt have the opposite sign. R₅₆
/// there cancels to 1/γ²; the form here does not.
public struct LinearMotion<S: ParticleScalar>: Motion {
  @usableFromInline let r11, r12, r21, r16, r26: S
  @usableFromInline let r33, r34, r43: S
  @usableFromInline let r51, r52, r56: S

  /// The motion through a slice of `length` L [m] with curvature `h` [1/m] and focusing strengths
  /// `gx`, `gy` [1/m²].
  @inlinable @inline(__always)
  public init(
    length L: S.Constant, curvature h: S.Constant, focusing g: (x: S.Constant, y: S.Constant),
    _ reference: ReferenceParticle<S.Constant>
  ) {
    let horizontal = Stumpff(g.x * L * L)
    let vertical = Stumpff(g.y * L * L)
    let hOverBeta = h / reference.beta
    let betaGamma = reference.betaGamma
    r11 = S(horizontal.c0)
    r12 = S(L * horizontal.c1)
    r21 = S(-(g.x * L * horizontal.c1))
    r16 = S(-(hOverBeta * L * L * horizontal.c2))
    r26 = S(-(hOverBeta * L * horizontal.c1))
    r33 = S(vertical.c0)
    r34 = S(L * vertical.c1)
    r43 = S(-(g.y * L * vertical.c1))
    r51 = S(hOverBeta * L * horizontal.c1)
    r52 = S(hOverBeta * L * L * horizontal.c2)
    r56 = S(
      L / (betaGamma * betaGamma) - hOverBeta * hOverBeta * L * L * L * horizontal.c3)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let x = z.x
    let px = z.px
    let y = z.y
    z.x = r11 * x + r12 * px + r16 * z.pt
    z.px = r21 * x + r11 * px + r26 * z.pt
    z.y = r33 * y + r34 * z.py
    z.py = r43 * y + r33 * z.py
    z.t = z.t + (r51 * x + r52 * px + r56 * z.pt)
    return S.Mask(repeating: true)
  }
}
