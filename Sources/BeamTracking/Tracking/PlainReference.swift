import AutoDiff
import BeamMaps

extension ReferenceParticle where C: SweepScalar {
  /// The reference particle without derivatives.
  @inlinable package var plain: ReferenceParticle<Double> { map { $0.plain } }
}
