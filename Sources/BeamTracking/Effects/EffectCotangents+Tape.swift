import AutoDiff
import BeamMaps

extension EffectCotangents where C: SweepScalar {
  /// The cotangents that a tape has found for a slice that was recorded on it.
  @inlinable
  package init(of slice: EffectSlice<C.Recorded>, on tape: Tape) {
    func cotangent(_ number: C.Recorded) -> C { C.cotangent(of: number, on: tape) }
    self.init(
      length: cotangent(slice.length),
      kineticEnergyOverMass: cotangent(slice.reference.kineticEnergyOverMass),
      charge: cotangent(slice.charge),
      parameters: slice.substitutions.map { cotangent($0.value) })
    curvature = cotangent(slice.curvature)
    s = cotangent(slice.reference.s)
    t = cotangent(slice.reference.t)
  }
}
