import AutoDiff
import BeamMaps

/// What chromatic motion in linear focusing has in common, whatever the planes: with
///
///     H = −δ + (px² + py²)/(2δ) + (gx·x² + gy·y²)/2 − pt/β
///
/// each plane is a linear oscillator of strength g/δ, and the time of flight needs ∫p² ds of both.
public struct ChromaticFocusing<S: ParticleScalar>: Sendable {
  @usableFromInline let kinematics: Kinematics<S>
  @usableFromInline let length: S

  /// Focusing over `length` [m].
  @inlinable @inline(__always)
  init(length: S.Constant, _ reference: ReferenceParticle<S.Constant>) {
    kinematics = Kinematics(reference)
    self.length = S(length)
  }

  /// The values that depend on the energy alone.
  public struct Stage: Sendable {
    /// 1/δ
    @usableFromInline let inverseDelta: S
    /// The delay on the axis, L·w/(βδ(a + δ)).
    @usableFromInline let delay: S
    /// The factor L·a/(4βδ³) of (2/L)·∫(px² + py²) ds.
    @usableFromInline let curvature: S
    /// False for a particle without momentum: δ² ≤ 0.
    @usableFromInline let isInside: S.Mask

    @inlinable @inline(__always)
    init(inverseDelta: S, delay: S, curvature: S, isInside: S.Mask) {
      self.inverseDelta = inverseDelta
      self.delay = delay
      self.curvature = curvature
      self.isInside = isInside
    }
  }

  /// The values that depend on pt.
  @inlinable @inline(__always)
  func prepare(_ pt: S) -> Stage {
    let deficit = kinematics.momentumDeficit(pt)
    let squared = 1.0 - deficit
    let delta = S.sqrt(squared)
    let a = kinematics.energyRatio(pt)
    let sum = a + delta
    // One division serves both 1/δ and 1/(δ(a + δ)).
    let inverse = 1.0 / (delta * sum)
    let inverseDelta = inverse * sum
    let scale = length * kinematics.inverseBeta
    return Stage(
      inverseDelta: inverseDelta,
      delay: scale * kinematics.slip(momentumDeficit: deficit) * inverse,
      curvature: (0.25 * scale) * a * (inverseDelta * inverseDelta * inverseDelta),
      isInside: S.zero < squared)
  }

  /// Moves the particle, where the Stumpff functions of each plane are those at gL²/δ and
  /// `strength` is gL.
  @inlinable @inline(__always)
  func move(
    _ z: inout PhaseSpace<S>, _ stage: Stage, x: (stumpff: Stumpff<S>, strength: S),
    y: (stumpff: Stumpff<S>, strength: S)
  ) -> S.Mask {
    let lengthOverDelta = length * stage.inverseDelta
    let pathX = Self.pass(
      &z.x, &z.px, x.stumpff, strength: x.strength, lengthOverDelta: lengthOverDelta)
    let pathY = Self.pass(
      &z.y, &z.py, y.stumpff, strength: y.strength, lengthOverDelta: lengthOverDelta)
    z.t = z.t + (stage.delay + stage.curvature * (pathX + pathY))
    return stage.isInside
  }

  /// One plane: q ← C q + S p/δ, p ← C p − g S q.
  ///
  /// - Returns: (2/L)·∫p² ds = p²(1 + c₀c₁) − 2u·p·c₁² + u²(c₃ + c₁c₂), u = gL·q.
  @inlinable @inline(__always)
  static func pass(
    _ q: inout S, _ p: inout S, _ stumpff: Stumpff<S>, strength: S, lengthOverDelta: S
  ) -> S {
    let (q0, p0) = (q, p)
    let u = strength * q0
    let c1 = stumpff.c1
    q = stumpff.c0 * q0 + lengthOverDelta * c1 * p0
    p = stumpff.c0 * p0 - u * c1
    let ofSlope: S = p0 * p0 * (1.0 + stumpff.c0 * c1)
    let ofBoth: S = 2.0 * (u * p0) * (c1 * c1)
    let ofOffset: S = u * u * (stumpff.c3 + c1 * stumpff.c2)
    return ofSlope - ofBoth + ofOffset
  }
}
