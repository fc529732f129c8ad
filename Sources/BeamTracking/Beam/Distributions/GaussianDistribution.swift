import AutoDiff
import BeamMaps
import ParameterTables
import SystemLibrary

/// A normal distribution in all six coordinates, optionally cut at an ellipse in each plane.
public struct GaussianDistribution: Distribution {
  /// The cut of the density in each plane: at q̂² + p̂² = cut² of the normal distribution; 0 for no
  /// cut.
  ///
  /// The remaining particles are scaled to unit covariance, so that the edge is at cut/√s, with the
  /// variance s within the cut (``varianceWithinCut``).
  public var cut = 0.0

  public static let kind = "gaussian"
  public static let summary =
    "Normal in all coordinates, optionally cut at an ellipse in each plane."
  public static let parameters = ParameterTable<Self>([
    .real(
      "cut", \.cut, in: .nonNegative,
      "Cut in each plane, in standard deviations before the cut; 0 for none.")
  ])
  public static let uniformCount = 6

  public init() {}

  /// A distribution with this cut, in standard deviations before the cut.
  public init(cut: Double) {
    require(cut >= 0 && cut.isFinite, "a cut is at a finite number of standard deviations")
    self.cut = cut
  }

  /// The variance of q̂ within q̂² + p̂² < cut²: s = 1 − f/(eᶠ − 1) with f = cut²/2; 1 for no cut.
  public var varianceWithinCut: Double {
    guard cut > 0 else { return 1 }
    let f = 0.5 * cut * cut
    guard f < 700 else { return 1 }  // eᶠ would overflow
    guard f < 0.1 else { return 1 - f / .expMinusOne(f) }
    // Bernoulli's series, where the difference would cancel: the next term is below 10⁻¹³ of the
    // first.
    let f2 = f * f
    return f * (0.5 - f * (1.0 / 12 - f2 * (1.0 / 720 - f2 / 30240)))
  }

  /// Three pairs by the method of Box and Muller (Ann. Math. Stat. 29 (1958) 610), one for each
  /// plane, in lanes.
  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    typealias Planes = Lanes<DoubleX4>
    let u = Planes(vector: SIMD4(uniforms[0], uniforms[2], uniforms[4], 0.5))
    let turn = Planes(vector: SIMD4(uniforms[1], uniforms[3], uniforms[5], 0.5))
    let radius = Planes.sqrt(-2.0 * squaredRadiusExponent(u))
    let (sine, cosine) = Planes.sincos(2 * .pi * turn)
    let (q, p) = (radius * cosine, radius * sine)
    return PhaseSpace(x: q[0], px: p[0], y: q[1], py: p[1], t: q[2], pt: p[2])
  }

  /// −r²/2, which is exponentially distributed up to the cut.
  @inline(__always)
  private func squaredRadiusExponent(_ u: Lanes<DoubleX4>) -> Lanes<DoubleX4> {
    guard cut > 0 else { return .log(u) }
    // 1 − e^(−cut²/2) is the probability of being within the cut. For a small cut, 1 −
    // u·probability is close to 1; therefore log(1 + x) is used.
    let probability = -Double.expMinusOne(-0.5 * cut * cut)
    return .log(onePlus: -probability * u) / varianceWithinCut
  }
}
