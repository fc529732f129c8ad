import AutoDiff
import BeamMaps
import ParameterTables

/// A uniformly charged ellipsoid of x, y and t, with normal momenta: its space charge is linear in
/// all three coordinates.
///
/// (x̂, ŷ, t̂) is uniform in the ball of radius √5; p̂x, p̂y and p̂t are normal. Laser pulses that are
/// shaped for it make such bunches: O. J. Luiten et al., Phys. Rev. Lett. 93, 094802 (2004).
public struct EllipsoidDistribution: Distribution {
  public static let kind = "ellipsoid"
  public static let summary = "Uniform in an ellipsoid of x, y and t, normal in all momenta."
  public static let parameters = ParameterTable<Self>([])
  public static let uniformCount = 7

  public init() {}

  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    let r = 5.squareRoot() * Double.cbrt(uniforms[0])
    let cosine = 2 * uniforms[1] - 1
    // r·√(1 − cos²θ) without cancellation at the poles.
    let across = PlanePoint(
      radius: r * 2 * (uniforms[1] * (1 - uniforms[1])).squareRoot(), turn: uniforms[2])
    let momentum = PlanePoint.normal(uniforms[3], turn: uniforms[4])
    let energy = PlanePoint.normal(uniforms[5], turn: uniforms[6])
    return PhaseSpace(
      x: across.q, px: momentum.q, y: across.p, py: momentum.p, t: r * cosine, pt: energy.q)
  }
}
