import AutoDiff
import BeamMaps
import LinearAlgebra
import ParameterTables

/// All particles at one point of phase space: on the axis, or at the mean.
public struct EmptyDistribution: SizedDistribution {
  public static let kind = "empty"
  public static let summary =
    "All particles at one point of phase space, on the axis or at the mean."
  public static let parameters = ParameterTable<Self>([])
  public static let uniformCount = 0
  public static let followsBeam = false

  public init() {}

  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> { .zero }

  public func sized(
    for reference: ReferenceParticle<Double>, charge: Double
  ) throws(InvalidBeamShape) -> (distribution: any Distribution, shape: BeamShape<Double>) {
    (self, try BeamShape(covariance: .zero))
  }
}
