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
    return effects.map { Itinerary.Effect($0.slicing, in: $0.frame, acts: acts) }
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
}
