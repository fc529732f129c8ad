import AutoDiff
import BeamMaps
import ParameterTables

/// Uniform on the shell x̂² + p̂x² + ŷ² + p̂y² = 4: every transverse projection is a uniform disc, so
/// that space charge is linear in x and y.
///
/// t̂ is uniform, p̂t normal. I. Kapchinskij, V. Vladimirskij, Proc. Int. Conf. on High Energy
/// Accelerators, CERN (1959), p. 274.
public struct KVDistribution: Distribution {
  public static let kind = "kv"
  public static let summary =
    "The Kapchinskij-Vladimirskij distribution: a shell in the transverse planes, uniform in t."
  public static let parameters = ParameterTable<Self>([])
  public static let uniformCount = 6

  public init() {}

  /// On the shell, (x̂, ŷ) is uniform in its disc. The position determines the magnitude of the
  /// momentum, but not its direction.
  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    let u = uniforms[0]
    let position = PlanePoint(radius: 2 * u.squareRoot(), turn: uniforms[1])
    let momentum = PlanePoint(radius: 2 * (1 - u).squareRoot(), turn: uniforms[2])
    let energy = PlanePoint.normal(uniforms[4], turn: uniforms[5])
    return PhaseSpace(
      x: position.q, px: momentum.q, y: position.p, py: momentum.p,
      t: .uniformOfUnitVariance(uniforms[3]), pt: energy.q)
  }
}
