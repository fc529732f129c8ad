import AutoDiff
import BeamMaps
import ParameterTables

/// Kurth's distribution in two dimensions: round, uniform in x and y, and stationary in a round
/// channel with space charge.
///
/// With r, p and L = x·py − y·px in units of 2, the density is ∝ (1 − r² − p² + L²)^(−1/2). t̂ is
/// uniform, p̂t normal. R. Kurth, Quart. Appl. Math. 36, 325 (1978).
public struct KurthDistribution4D: Distribution {
  public static let kind = "kurth4d"
  public static let summary = "Kurth's distribution in the transverse planes, uniform in t."
  public static let parameters = ParameterTable<Self>([])
  public static let uniformCount = 7

  public init() {}

  /// In polar coordinates 1 − r² − p² + L² = (1 − r²)(1 − pφ²) − pr²: the position is uniform in the
  /// disc, pφ in [−1, 1], and pr is the projection of a circle.
  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    let u = uniforms[0]
    let r = u.squareRoot()
    let (sine, cosine) = Double.sincos(2 * .pi * uniforms[1])
    let around = 2 * uniforms[2] - 1
    let outward = ((1 - around * around) * (1 - u)).squareRoot() * Double.cos(.pi * uniforms[3])
    let energy = PlanePoint.normal(uniforms[5], turn: uniforms[6])
    return PhaseSpace(
      x: 2 * r * cosine, px: 2 * (outward * cosine - around * sine),
      y: 2 * r * sine, py: 2 * (outward * sine + around * cosine),
      t: .uniformOfUnitVariance(uniforms[4]), pt: energy.q)
  }
}
