import AutoDiff
import BeamMaps
import ParameterTables

/// Uniform in the ball ζ̂·ζ̂ < 8 of all six coordinates: constant phase-space density with a sharp
/// edge.
public struct WaterbagDistribution: Distribution {
  public static let kind = "waterbag"
  public static let summary = "Uniform in a six-dimensional ellipsoid of phase space."
  public static let parameters = ParameterTable<Self>([])
  public static let uniformCount = 6

  public init() {}

  /// The squared radii of the three planes are `Spacings`; each plane has an independent angle.
  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    let s = Spacings.of(uniforms[0], uniforms[1], uniforms[2])
    let x = PlanePoint(radius: (8 * s.0).squareRoot(), turn: uniforms[3])
    let y = PlanePoint(radius: (8 * s.1).squareRoot(), turn: uniforms[4])
    let t = PlanePoint(radius: (8 * s.2).squareRoot(), turn: uniforms[5])
    return PhaseSpace(x: x.q, px: x.p, y: y.q, py: y.p, t: t.q, pt: t.p)
  }
}
