import AutoDiff
import BeamTracking

/// The reference particle before and after each passage of one section.
struct SectionReferences<C: SweepScalar>: Sendable {
  struct Step: Sendable {
    let passage: Passage
    let before: ReferenceParticle<C>
    let after: ReferenceParticle<C>
  }

  private(set) var steps: [Step] = []
  /// The effect directly before the section, if particles' energies are tested after it.
  let energyChange: Whereabouts?

  /// From one mark to the next.
  ///
  /// - Parameter charge: Charge of a particle of weight 1 [C].
  /// - Throws: `StoppedBeam`; the forward pass has already thrown it in this case.
  init(
    _ line: VariedBeamline<C>, _ effects: VariedEffects<C>, charge: C,
    from start: SectionBuilder<C, Double>.Mark, to end: Int
  ) throws(StoppedBeam) {
    var cursor = start.cursor
    var reference = start.reference
    energyChange = start.energyChange
    while cursor.passage < end, let passage = cursor.next() {
      let before = reference
      switch passage.kind {
      case .slice: reference = try line.referenceAfter(passage, before)
      case .gain(let number):
        reference = try effects.gain(of: number, passage, along: line, before, charge: charge)
          .referenceAfter(along: line)
      case .effect, .frame: break
      }
      steps.append(Step(passage: passage, before: before, after: reference))
    }
  }
}

extension ReferenceActivity {
  /// Records a passage.
  mutating func pass<C: SweepScalar>(_ step: SectionReferences<C>.Step, of line: VariedBeamline<C>)
  {
    let element = step.passage.element
    if case .gain = step.passage.kind { passGain() }
    guard case .slice = step.passage.kind else { return }
    if varying.isEmpty && line.elements[element].own.isEmpty { return }
    pass(
      line.beamline.elements[element].element,
      line.plainInputs(of: element, step.passage.slice, step.before))
  }
}

extension VariedBeamline where C: SweepScalar {
  /// The inputs of a slice, without derivatives.
  func plainInputs(
    of element: Int, _ slice: Slice, _ reference: ReferenceParticle<C>
  ) -> SliceInputs<Double> {
    elements[element].inputs(slice, reference.plain) { value, _ in value.plain }
  }
}
