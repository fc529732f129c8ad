import AutoDiff
import BeamMaps
import ParameterTables

/// A current that falls linearly from the head of the bunch to its tail, as needed for plasma
/// accelerators, with a transverse waterbag.
///
/// t̂ has the density (2√2 − t̂)/9 on [−√2, 2√2]; (x̂, p̂x, ŷ, p̂y) is uniform in the ball of radius √6;
/// p̂t is normal.
public struct TriangleDistribution: Distribution {
  public static let kind = "triangle"
  public static let summary =
    "A current that falls linearly from head to tail, with a transverse waterbag."
  public static let parameters = ParameterTable<Self>([])
  public static let uniformCount = 7

  public init() {}

  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    let s = Spacings.of(uniforms[1], uniforms[2])
    let x = PlanePoint(radius: (6 * s.0).squareRoot(), turn: uniforms[3])
    let y = PlanePoint(radius: (6 * s.1).squareRoot(), turn: uniforms[4])
    let energy = PlanePoint.normal(uniforms[5], turn: uniforms[6])
    // The distance from the tail is 3√2·√u.
    let t = 2.squareRoot() * (2 - 3 * uniforms[0].squareRoot())
    return PhaseSpace(x: x.q, px: x.p, y: y.q, py: y.p, t: t, pt: energy.q)
  }
}
