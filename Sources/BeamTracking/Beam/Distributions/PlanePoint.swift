import AutoDiff
import BeamMaps

/// A point of a plane, made from uniform numbers.
struct PlanePoint {
  let q: Double
  let p: Double

  /// The point with these coordinates.
  init(q: Double, p: Double) {
    self.q = q
    self.p = p
  }

  /// The point at `radius` from the origin, at an angle of `turn` full turns from the first axis.
  init(radius: Double, turn: Double) {
    let (sine, cosine) = Double.sincos(2 * .pi * turn)
    q = radius * cosine
    p = radius * sine
  }

  /// Two independent normal numbers, from two uniform ones: G. Box, M. Muller, Ann. Math. Stat. 29,
  /// 610 (1958).
  static func normal(_ u: Double, turn: Double) -> PlanePoint {
    PlanePoint(radius: (-2 * Double.log(u)).squareRoot(), turn: turn)
  }

  /// A point uniform in the disc of radius 2, where both coordinates have the variance 1.
  static func ofUniformDisc(_ u: Double, turn: Double) -> PlanePoint {
    PlanePoint(radius: 2 * u.squareRoot(), turn: turn)
  }
}

extension Double {
  /// A number of variance 1, uniform between −√3 and √3, from one uniform between 0 and 1.
  static func uniformOfUnitVariance(_ u: Double) -> Double { 3.squareRoot() * (2 * u - 1) }
}

/// The gaps before the first, between the first and the second, … of sorted uniform numbers; the
/// gap after the last is left out.
///
/// They are uniform on the simplex Σsₖ ≤ 1. So are the squared distances from the axes, |(qₖ,
/// pₖ)|²/R², of a point that is uniform in a ball of radius R in as many planes. No particle is
/// rejected, and no logarithm is needed. L. Devroye, Non-Uniform Random Variate Generation (1986),
/// chapter V.
enum Spacings {
  static func of(_ a: Double, _ b: Double) -> (Double, Double) {
    let (low, high) = (min(a, b), max(a, b))
    return (low, high - low)
  }

  static func of(_ a: Double, _ b: Double, _ c: Double) -> (Double, Double, Double) {
    let low = min(a, b, c)
    let high = max(a, b, c)
    let middle = max(min(a, b), min(max(a, b), c))
    return (low, middle - low, high - middle)
  }
}
