import AutoDiff
import BeamMaps

/// The energy gain of the reference particle in a passage, as an element with one number that
/// varies.
package struct VariedGain<C: SweepScalar>: Sendable {
  package let element: EnergyGain
  package let values: VariedElement<C>
  private let effect: any CollectiveEffect
  private let passage: Passage
  private let slice: EffectSlice<C>

  init(
    _ effect: any CollectiveEffect, _ passage: Passage, _ slice: EffectSlice<C>, number: Int
  ) {
    self.effect = effect
    self.passage = passage
    self.slice = slice
    let gain = effect.energyGain(slice)
    element = EnergyGain(gain: gain.plain, in: effect.frame)
    var values = VariedElement<C>(BeamlineElement("", element))
    values.add(.own(parameter: 0, entry: nil), number: number, gain)
    self.values = values
  }

  /// The inputs of the particles' map; plain numbers are in the element itself.
  func inputs(_ reference: ReferenceParticle<C>) -> SliceInputs<C> {
    if C.self == Double.self { return SliceInputs(passage.slice, reference) }
    return values.inputs(passage.slice, reference) { value, _ in value }
  }

  /// The same inputs without derivatives.
  package func plainInputs(_ reference: ReferenceParticle<C>) -> SliceInputs<Double> {
    values.inputs(passage.slice, reference.plain) { value, _ in value.plain }
  }

  /// The reference particle after the gain.
  ///
  /// - Throws: ``StoppedBeam`` if it has no kinetic energy left.
  package func referenceAfter(
    along line: VariedBeamline<C>
  ) throws(StoppedBeam) -> ReferenceParticle<C> {
    try line.referenceAfter(passage, element, inputs(slice.reference))
  }

  /// Propagates the derivative with respect to the gain to the inputs of the effect.
  package func pullBack(_ cotangent: C) -> EffectCotangents<C> {
    let tape = Tape()
    return tape.record {
      let inputs = slice.map { C.record($0, on: tape) }
      let gain = effect.energyGain(inputs)
      tape.runBackward { seeds in C.seed(cotangent, to: gain, &seeds) }
      return EffectCotangents(of: inputs, on: tape)
    }
  }
}
