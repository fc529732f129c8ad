import AutoDiff
import BeamMaps

/// The fringe field of a bending magnet in the frame of its face, by the slopes of the particles: exact
/// but for the field's own form.
///
/// É. Forest, S. C. Leemann, F. Schmidt, KEK Preprint 2005-109. With x′ = px/pz, y′ = py/pz, K =
/// b·gap·fint and φ = x′/(1 + y′²) − K(1 + x′²(2 + y′²))/pz, the generating function is (b/2)Y²φ +
/// f₄Y⁴/δ, with Y behind the fringe. The last part, an octupole of strength f₄ = b²/(36·gap·fint), is
/// that of SAD and MAD-NG.
public struct ExactDipoleFringe<S: ParticleScalar>: Sendable {
  /// b [1/m], negative at the exit.
  @usableFromInline let curvature: S
  /// K
  @usableFromInline let gap: S
  /// f₄ [1/m³]
  @usableFromInline let octupole: S
  @usableFromInline let form: GapForm

  /// The fringe of a bending field.
  ///
  /// - Parameters:
  ///   - curvature: b [1/m], to which the field bends, with its sign reversed at the exit.
  ///   - gap: gap·fint [m].
  ///   - hasOctupole: Whether the octupole counts; it does not without a gap.
  ///   - form: How the gap enters.
  @inlinable
  public init(curvature: S.Constant, gap: S.Constant, hasOctupole: Bool, _ form: GapForm) {
    self.curvature = S(curvature)
    self.gap = S(curvature * gap)
    let isOpen = S.Constant.zero < gap
    let octupole =
      curvature * curvature / (36.0 * S.Constant.select(isOpen, gap, S.Constant.one))
    self.octupole = S(hasOctupole ? S.Constant.select(isOpen, octupole, .zero) : .zero)
    self.form = form
  }

  /// φ and its derivatives with respect to px, py and pt.
  @usableFromInline
  struct Angle {
    @usableFromInline var value, px, py, pt: S

    @inlinable @inline(__always)
    init(value: S, px: S, py: S, pt: S) {
      (self.value, self.px, self.py, self.pt) = (value, px, py, pt)
    }
  }

  @inlinable @inline(never)
  func angle(_ z: PhaseSpace<S>, py: S, _ kinematics: Kinematics<S>) -> (Angle, S.Mask) {
    let squared = 1.0 - (kinematics.momentumDeficit(z.pt) + (z.px * z.px + py * py))
    let inverse = 1.0 / S.sqrt(squared)
    let (x, y) = (z.px * inverse, py * inverse)
    let tau = kinematics.inverseBeta - z.pt
    let (xx, yy) = (x * x, y * y)
    // The derivatives of the slopes.
    let xPx = (1.0 + xx) * inverse
    let mixed = x * y * inverse
    let yPy = (1.0 + yy) * inverse
    let (xPt, yPt) = (x * tau * inverse * inverse, y * tau * inverse * inverse)
    // u = x′/(1 + y′²)
    let cosine = 1.0 / (1.0 + yy)
    let u = x * cosine
    let uy = -2.0 * u * y * cosine
    let (uPx, uPy, uPt) = (
      xPx * cosine + uy * mixed, mixed * cosine + uy * yPy, xPt * cosine + uy * yPt
    )
    // W = 1 + x′²(2 + y′²)
    let w = 1.0 + xx * (2.0 + yy)
    let (wx, wy) = (2.0 * x * (2.0 + yy), 2.0 * xx * y)
    let (wPx, wPy, wPt) = (
      wx * xPx + wy * mixed, wx * mixed + wy * yPy, wx * xPt + wy * yPt
    )
    let angle: Angle
    switch form {
    case .firstOrder:
      // ∂(1/pz) = (x′, y′)/pz² and τ/pz³
      let second = inverse * inverse
      angle = Angle(
        value: u - gap * (w * inverse), px: uPx - gap * (wPx * inverse + w * x * second),
        py: uPy - gap * (wPy * inverse + w * y * second),
        pt: uPt - gap * (wPt * inverse + w * tau * second * inverse))
    case .tangent:
      // ∂pz = −x′, −y′ and −τ/pz
      let pz = squared * inverse
      let (sine, cosine) = S.sincos(gap * (w * pz))
      let value = (u * cosine - sine) / (cosine + u * sine)
      let outer = 1.0 + value * value
      let inner = 1.0 / (1.0 + u * u)
      angle = Angle(
        value: value, px: outer * (uPx * inner - gap * (wPx * pz - w * x)),
        py: outer * (uPy * inner - gap * (wPy * pz - w * y)),
        pt: outer * (uPt * inner - gap * (wPt * pz - w * tau * inverse)))
    }
    return (angle, S.zero < squared)
  }

  /// Moves a particle in the frame of the face, `isBackward` from behind the fringe to before it: then
  /// py follows by Newton's method, whose third step leaves 1e-36 at slopes of 0.3.
  ///
  /// - Returns: False where the particle does not fly forward, and where the fringe folds the plane.
  @inlinable @inline(never)
  func move(_ z: inout PhaseSpace<S>, backward isBackward: Bool, _ kinematics: Kinematics<S>)
    -> S.Mask
  {
    let inverseDelta = 1.0 / S.sqrt(1.0 - kinematics.momentumDeficit(z.pt))
    let half = 0.5 * curvature
    if isBackward {
      let y = z.y
      let target = z.py + 4.0 * octupole * inverseDelta * (y * y * y)
      var py = z.py
      var isInside = S.Mask(repeating: true)
      for _ in 0..<3 {
        let (angle, isForward) = angle(z, py: py, kinematics)
        let rest = py - curvature * angle.value * y - target
        py = py - rest / (1.0 - curvature * angle.py * y)
        isInside = isInside .& isForward
      }
      let (angle, isForward) = angle(z, py: py, kinematics)
      let yy = y * y
      z.x = z.x - half * angle.px * yy
      z.y = y - half * angle.py * yy
      z.py = py
      z.t = z.t - delay(angle, yy, z, inverseDelta, kinematics)
      return isInside .& isForward .& (S.zero < 1.0 - curvature * angle.py * y)
    }
    let (angle, isForward) = angle(z, py: z.py, kinematics)
    let folding = 1.0 - 2.0 * curvature * angle.py * z.y
    let y = 2.0 * z.y / (1.0 + S.sqrt(folding))
    let yy = y * y
    z.x = z.x + half * angle.px * yy
    z.t = z.t + delay(angle, yy, z, inverseDelta, kinematics)
    z.py = z.py - curvature * angle.value * y - 4.0 * octupole * inverseDelta * (yy * y)
    z.y = y
    return isForward .& (S.zero < folding)
  }

  /// The derivative of the generating function with respect to pt.
  @inlinable @inline(__always)
  func delay(
    _ angle: Angle, _ yy: S, _ z: PhaseSpace<S>, _ inverseDelta: S, _ kinematics: Kinematics<S>
  ) -> S {
    0.5 * curvature * angle.pt * yy
      + octupole * (yy * yy) * (kinematics.inverseBeta - z.pt)
      * (inverseDelta * inverseDelta * inverseDelta)
  }
}
