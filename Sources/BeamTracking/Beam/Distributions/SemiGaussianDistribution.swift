import AutoDiff
import BeamMaps
import ParameterTables

/// Uniform in a cylinder of x, y and t, with normal momenta, as from a hot cathode.
public struct SemiGaussianDistribution: Distribution {
  public static let kind = "semigaussian"
  public static let summary = "Uniform in a cylinder of x, y and t, normal in all momenta."
  public static let parameters = ParameterTable<Self>([])
  public static let uniformCount = 7

  public init() {}

  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    let position = PlanePoint.ofUniformDisc(uniforms[0], turn: uniforms[1])
    let momentum = PlanePoint.normal(uniforms[3], turn: uniforms[4])
    let energy = PlanePoint.normal(uniforms[5], turn: uniforms[6])
    return PhaseSpace(
      x: position.q, px: momentum.q, y: position.p, py: momentum.p,
      t: .uniformOfUnitVariance(uniforms[2]), pt: energy.q)
  }
}
