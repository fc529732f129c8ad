import AutoDiff
import BeamMaps
import ParameterTables

/// Kurth's distribution in three dimensions: a uniform ball in x, y and t, and stationary in
/// isotropic focusing with space charge.
///
/// With r, p and L = r × p in units of √5, the density is ∝ (1 − r² − p² + L²)^(−1/2). R. Kurth,
/// Quart. Appl. Math. 36, 325 (1978).
public struct KurthDistribution6D: Distribution {
  public static let kind = "kurth6d"
  public static let summary = "Kurth's distribution in all planes: a uniform ball in x, y and t."
  public static let parameters = ParameterTable<Self>([])
  public static let uniformCount = 6

  public init() {}

  /// With p decomposed into pr along r and p⊥ perpendicular to it, 1 − r² − p² + L² = (1 − r²)(1 −
  /// p⊥²) − pr²: the position is uniform in the ball, p⊥ in the unit disc, and pr is the projection
  /// of a circle.
  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    let r = Double.cbrt(uniforms[0])
    let cosTheta = 2 * uniforms[1] - 1
    // √(1 − cos²θ) without cancellation at the poles.
    let sinTheta = 2 * (uniforms[1] * (1 - uniforms[1])).squareRoot()
    let (sinPhi, cosPhi) = Double.sincos(2 * .pi * uniforms[2])
    let across = PlanePoint(radius: uniforms[3].squareRoot(), turn: uniforms[4])
    let outward =
      ((1 - uniforms[3]) * (1 - r * r)).squareRoot() * Double.cos(.pi * uniforms[5])
    // The unit vectors of r, θ and φ.
    let inPlane = outward * sinTheta + across.q * cosTheta
    let size = 5.squareRoot()
    return PhaseSpace(
      x: size * r * sinTheta * cosPhi, px: size * (inPlane * cosPhi - across.p * sinPhi),
      y: size * r * sinTheta * sinPhi, py: size * (inPlane * sinPhi + across.p * cosPhi),
      t: size * r * cosTheta, pt: size * (outward * cosTheta - across.q * sinTheta))
  }
}
