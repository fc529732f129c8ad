import AutoDiff
import BeamMaps

/// The effects of a run, and those that elements call for, in which some numbers are those of an
/// evaluation, with their derivatives.
package struct VariedEffects<C: SweepScalar>: Sendable {
  /// With the plain values of the varied numbers in their places.
  package private(set) var effects: [any CollectiveEffect]
  /// For each effect, the element that calls for it; nil for those of the run.
  package private(set) var callers: [Int?]
  /// For each effect, numbers in the place of its parameters.
  private var substitutions: [[ParameterSubstitution<C>]]
  /// For each effect, which numbers of the evaluation these are: parameters of effects, or, where an
  /// element calls for it, of the beamline.
  package private(set) var own: [[Int]]
  /// Why one of the parameters cannot vary.
  package private(set) var refusal: FixedEffectParameter?

  /// - Parameters:
  ///   - parameters: Numbers of `effects` that vary, with their `values`.
  ///   - line: Whose elements may call for effects.
  package init(
    _ effects: [any CollectiveEffect], along line: VariedBeamline<C>,
    _ parameters: [EffectParameter] = [], _ values: [C] = []
  ) {
    precondition(parameters.count == values.count, "each parameter has one value")
    self.effects = effects
    substitutions = effects.map { _ in [] }
    own = effects.map { _ in [] }
    callers = effects.map { _ in nil }
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
    for index in line.beamline.elements.indices { addEffect(ofElement: index, line) }
  }

  private mutating func addEffect(ofElement index: Int, _ line: VariedBeamline<C>) {
    let element = line.beamline.elements[index].element
    guard let effect = element.effect else { return }
    var numbers: [Int] = []
    var substitutions: [ParameterSubstitution<C>] = []
    let varied = line.elements[index]
    for (number, substitution) in zip(varied.own, varied.substitutions) {
      do {
        guard
          let parameter = try element.effectParameter(
            substitution.parameter, substitution.entry, of: effect)
        else { continue }
        numbers.append(number)
        substitutions.append(
          ParameterSubstitution(
            parameter: parameter, entry: substitution.entry, value: substitution.value))
      } catch {
        refusal = refusal ?? error
      }
    }
    effects.append(effect)
    callers.append(index)
    own.append(numbers)
    self.substitutions.append(substitutions)
  }

  /// How they follow the slices of a beamline.
  package func itineraries(along line: VariedBeamline<C>) -> [Itinerary.Effect] {
    let kicked = line.kicked
    return zip(effects, callers).map { effect, caller in
      guard let caller else { return Itinerary.Effect(effect, acts: kicked) }
      return Itinerary.Effect(effect, acts: kicked.indices.map { $0 == caller })
    }
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

extension Element {
  /// Which parameter of its effect a number of the element is; nil if the effect does not depend on
  /// it.
  ///
  /// It is found by another value of the number.
  ///
  /// - Throws: ``FixedEffectParameter`` if the effect depends on it in another way.
  fileprivate func effectParameter<Effect: CatalogEffect>(
    _ number: Int, _ entry: Int?, of effect: Effect
  ) throws(FixedEffectParameter) -> Int? {
    let name = Self.parameters.names[number]
    let value = value(ofParameter: number, entry)
    let step = 1e-3 * max(value.magnitude, 1)
    let other = setting(parameter: number, entry, to: value + step).effect as? Effect
    let table = Effect.parameters.parameters
    let changed = other.map { other in
      table.indices.filter { !table[$0].storage.isEqual(effect, other) }
    }
    if changed == [] { return nil }
    guard let parameter = changed?.first, changed?.count == 1, table[parameter].name == name,
      Effect.variableParameters.contains(name), effect.has(value, ofParameter: parameter, entry)
    else {
      throw FixedEffectParameter(
        kind: Effect.kind, parameter: name,
        reason: "it is a number of the \(Self.kind) that calls for the effect, and no number of "
          + "the effect that has the same name and value and may vary")
    }
    return parameter
  }
}

extension CatalogEffect {
  /// Whether a parameter is a real number, or the entry of a list, of this value.
  fileprivate func has(_ value: Double, ofParameter number: Int, _ entry: Int?) -> Bool {
    switch (Self.parameters.parameters[number].storage, entry) {
    case (.real(let path, _), nil): self[keyPath: path] == value
    case (.vector(let path), let entry?):
      self[keyPath: path].indices.contains(entry) && self[keyPath: path][entry] == value
    default: false
    }
  }
}
