import AutoDiff

/// The effects of a run, in which some numbers are those of an evaluation, with their derivatives.
package struct VariedEffects<C: SweepScalar>: Sendable {
  /// With the plain values of the varied numbers in their places.
  package private(set) var effects: [any CollectiveEffect]
  /// For each effect, numbers in the place of its parameters.
  private var substitutions: [[ParameterSubstitution<C>]]
  /// For each effect, which parameters of the evaluation these are.
  package private(set) var own: [[Int]]
  /// Why one of the parameters cannot vary.
  package private(set) var refusal: FixedEffectParameter?

  /// - Parameter values: One for each of `parameters`.
  package init(
    _ effects: [any CollectiveEffect], _ parameters: [EffectParameter] = [], _ values: [C] = []
  ) {
    precondition(parameters.count == values.count, "each parameter has one value")
    self.effects = effects
    substitutions = effects.map { _ in [] }
    own = effects.map { _ in [] }
    for (number, (parameter, value)) in zip(parameters, values).enumerated() {
      do {
        try effects.check(parameter)
      } catch {
        refusal = refusal ?? error
        continue
      }
      self.effects[parameter] = value.plain
      own[parameter.effect].append(number)
      substitutions[parameter.effect].append(
        ParameterSubstitution(
          parameter: parameter.parameter, entry: parameter.entry, value: value))
    }
  }

  /// How they follow the slices of a beamline.
  package func itineraries(along line: VariedBeamline<C>) -> [Itinerary.Effect] {
    let acts = line.kicked
    return effects.map { Itinerary.Effect($0, acts: acts) }
  }

  /// What one of the effects in a passage depends on.
  ///
  /// - Parameter charge: Of a particle of weight 1 [C].
  package func slice(
    of number: Int, _ passage: Passage, along line: VariedBeamline<C>,
    _ reference: ReferenceParticle<C>, charge: C
  ) -> EffectSlice<C> {
    var slice = line.effectSlice(passage, reference, charge: charge)
    slice.substitutions = substitutions[number]
    return slice
  }

  /// What one of the effects does to the reference particle in a passage.
  ///
  /// - Parameters:
  ///   - charge: Of a particle of weight 1 [C].
  ///   - number: Of the gain among the numbers whose derivatives are found.
  package func gain(
    of effect: Int, _ passage: Passage, along line: VariedBeamline<C>,
    _ reference: ReferenceParticle<C>, charge: C, number: Int = 0
  ) -> VariedGain<C> {
    VariedGain(
      effects[effect], passage,
      slice(of: effect, passage, along: line, reference, charge: charge), number: number)
  }
}

/// The gain of energy of the reference particle in a passage, as an element with one number that
/// varies.
package struct VariedGain<C: SweepScalar>: Sendable {
  package let element: EnergyGain
  package let values: VariedElement<C>
  private let effect: any CollectiveEffect
  private let passage: Passage
  private let slice: EffectSlice<C>

  fileprivate init(
    _ effect: any CollectiveEffect, _ passage: Passage, _ slice: EffectSlice<C>, number: Int
  ) {
    self.effect = effect
    self.passage = passage
    self.slice = slice
    let gain = effect.energyGain(slice)
    element = EnergyGain(gain: gain.plain, in: effect.frame)
    var values = VariedElement<C>(Placement())
    values.add(.own(parameter: 0, entry: nil), number: number, gain)
    self.values = values
  }

  /// What the particles' map depends on: plain numbers stand in the element itself.
  func inputs(_ reference: ReferenceParticle<C>) -> SliceInputs<C> {
    if C.self == Double.self { return SliceInputs(passage.slice, reference) }
    return values.inputs(passage.slice, reference) { value, _ in value }
  }

  /// The same without derivatives.
  package func plainInputs(_ reference: ReferenceParticle<C>) -> SliceInputs<Double> {
    values.inputs(passage.slice, reference.plain) { value, _ in value.plain }
  }

  /// The reference particle behind it.
  ///
  /// - Throws: ``StoppedBeam`` if none of its energy is left.
  package func referenceAfter(
    along line: VariedBeamline<C>
  ) throws(StoppedBeam) -> ReferenceParticle<C> {
    try line.referenceAfter(passage, element, inputs(slice.reference))
  }

  /// Takes the derivative to the gain back to what the effect depends on.
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
