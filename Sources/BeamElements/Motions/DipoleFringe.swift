import AutoDiff
import BeamMaps

/// The fringe field of a bending magnet with a tilted face, beyond the first order.
///
/// C. Mitchell, K. Hwang, NAPAC 2025, equation (14), after K. Hwang, S. Y. Lee, Phys. Rev. Accel.
/// Beams 18, 122401 (2015). The coefficients C₂ … C₁₅ are numbered as there; those that the paper
/// divides by δ are multiplied by 1/δ here.
public struct DipoleFringe<S: ParticleScalar>: FringeField {
  /// C₃, C₁₀ and C₁₀ + C₁₁ of the displacement.
  @usableFromInline let c3, c10, c10And11: S
  /// Coefficients of V without 1/δ: C₁₃ of −x, C₁₄ − C₅ of x² − y², C₁₅/6 of x³ − 3xy².
  @usableFromInline let c13, linear, sextupole: S
  /// Coefficients of V with 1/δ: of x, x³, −y² (C₇), −y⁴ (C₁₂) and xy².
  @usableFromInline let dipole, cubic, c7, c12, mixed: S

  /// The field integrals of a face, pure numbers, and the length that three of them refer to.
  public struct Integrals<C: RealScalar>: Sendable {
    /// K₀ … K₆ of the paper.
    public var k0, k1, k2, k3, k4, k5, k6: C
    /// The length scale λ of K₄, K₅ and K₆ [m].
    public var scale: C

    /// Integrals that refer to the length `scale` [m].
    @inlinable
    public init(k0: C, k1: C, k2: C, k3: C, k4: C, k5: C, k6: C, scale: C) {
      (self.k0, self.k1, self.k2, self.k3) = (k0, k1, k2, k3)
      (self.k4, self.k5, self.k6, self.scale) = (k4, k5, k6, scale)
    }
  }

  /// A face at `angle` ψ [rad] of a magnet with `curvature` h [1/m] and full `gap` g [m].
  ///
  /// The octupole-like term C₁₂ ∝ K₃/g is left out for g = 0, where the hard edge makes it infinite.
  @inlinable
  public init(
    curvature h: S.Constant, angle: S.Constant, gap g: S.Constant,
    _ integrals: Integrals<S.Constant>, _ location: EdgeLocation
  ) {
    typealias C = S.Constant
    let (sine, cosine) = C.sincos(angle)
    let tangent: C = sine / cosine
    let secant: C = 1.0 / cosine
    let secantSquared: C = secant * secant
    let secantCubed: C = secantSquared * secant
    let side = location == .entry ? 1.0 : -1.0
    let hh: C = h * h
    let gh: C = g * h
    // h/(λ·cos³ψ), what K₄, K₅ and K₆ are multiplied by.
    let curved: C = h * secantCubed / integrals.scale
    let gapOrOne: C = .select(g <= .zero, .one, g)
    let octupole: C = hh * integrals.k3 * (secant - 2.0 * secantCubed) / (6.0 * gapOrOne)
    let focusing: C = 0.5 * integrals.k1 + (1.0 + sine * sine) * integrals.k2

    let c2: C = 0.5 * (gh * gh) * integrals.k0 * (sine * secantCubed)
    let c3: C = side * (g * gh * integrals.k0 * secantSquared)
    let c5: C = 0.5 * h * tangent
    let c7: C = 0.5 * (gh * h) * focusing * secantCubed
    let c8: C = hh * (tangent * tangent * tangent) / 12.0
    let c9: C = 0.25 * hh * tangent * secantSquared
    let c10: C = (0.5 * side) * (h * tangent * tangent)
    let c11: C = (0.5 * side) * h
    let c12: C = .select(g <= .zero, .zero, octupole)
    let c13: C = 0.5 * (sine * sine) * (g * g) * integrals.k4 * curved
    let c14: C = 0.5 * sine * g * integrals.k5 * curved
    let c15: C = integrals.k6 * curved
    self.c3 = S(c3)
    self.c10 = S(c10)
    c10And11 = S(c10 + c11)
    self.c13 = S(c13)
    linear = S(c14 - c5)
    sextupole = S(c15 / 6.0)
    dipole = S(c2 + c3 * c5)
    cubic = S(c10 * c5 + c8)
    self.c7 = S(c7)
    self.c12 = S(c12)
    mixed = S((c10 - c11) * c5 - c9)
  }

  @inlinable @inline(__always)
  public func displacement(_ x: S, _ y: S, _ inverseDelta: S) -> FringeDisplacement<S> {
    let a = inverseDelta * c10
    let b = inverseDelta * c10And11
    let (ax, ay, by) = (a * x, a * y, b * y)
    return FringeDisplacement(
      x: by * y - ax * x - inverseDelta * c3, y: 2.0 * (ax * y), xx: -2.0 * ax, xy: 2.0 * by,
      yx: 2.0 * ay, yy: 2.0 * ax)
  }

  @inlinable @inline(__always)
  public func kick(_ x: S, _ y: S, _ inverseDelta: S) -> FringeKick<S> {
    let (xx, yy) = (x * x, y * y)
    // The part of V with 1/δ, and its derivatives.
    let potential: S = x * (dipole + cubic * xx + mixed * yy) - yy * (c7 + c12 * yy)
    let slopeX: S = dipole + 3.0 * cubic * xx + mixed * yy
    let slopeY: S = 2.0 * y * (mixed * x - c7 - 2.0 * c12 * yy)
    // The derivatives of the other part.
    let staticX: S = 2.0 * linear * x + 3.0 * sextupole * (xx - yy) - c13
    let staticY: S = -2.0 * y * (linear + 3.0 * sextupole * x)
    return FringeKick(
      x: inverseDelta * slopeX + staticX, y: inverseDelta * slopeY + staticY,
      energyPart: inverseDelta * potential)
  }
}
