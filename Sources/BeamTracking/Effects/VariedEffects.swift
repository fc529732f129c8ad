import AutoDiff
import BeamMaps

/// The effects of a run, and those of elements, in which the values of an evaluation, with their
/// derivatives, replace some numbers.
package struct VariedEffects<C: SweepScalar>: Sendable {
  /// The effects with the plain values of the varied numbers.
  package private(set) var effects: [any CollectiveEffect]
  /// For each effect, the index of the element that it belongs to; nil for those of the run.
  package private(set) var callers: [Int?]
  /// For each effect, the numbers that replace its parameters.
  private var substitutions: [[ParameterSubstitution<C>]]
  /// For each effect, the indices of these numbers among the parameters of the evaluation:
  /// parameters of effects, or, for an effect of an element, of the beamline.
  package private(set) var own: [[Int]]
  /// The reason why one of the parameters cannot vary, if there is one.
  package private(set) var refusal: FixedEffectParameter?

  /// - Parameters:
  ///   - parameters: The numbers of `effects` that vary, with their `values`.
  ///   - line: The beamline; its elements may have effects.
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
      do throws(FixedEffectParameter) {
        guard
          let parameter = try element.effectParameter(
            substitution.parameter, substitution.entry, of: effect)
        else { continue }
        // The derivative of the effect is taken for the number with its errors.
        let errors = line.beamline.elements[index].built?.errors ?? []
        let site = BeamlineParameter.Site.own(
          parameter: substitution.parameter, entry: substitution.entry)
        if errors.contains(where: { $0.whole == .number(site) }) {
          throw FixedEffectParameter(
            kind: type(of: effect).kind,
            parameter: element.parameterNames[substitution.parameter],
            reason: "an error of the \(type(of: element).kind) is relative to it")
        }
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

  /// The description of the effects for the itinerary of a beamline.
  package func itineraries(along line: VariedBeamline<C>) -> [Itinerary.Effect] {
    let kicked = line.kicked
    return zip(effects, callers).map { effect, caller in
      guard let caller else { return Itinerary.Effect(effect, acts: kicked) }
      return Itinerary.Effect(effect, acts: kicked.indices.map { $0 == caller })
    }
  }

  /// The inputs of one of the effects in a passage.
  ///
  /// - Parameter charge: Charge of a particle of weight 1 [C].
  package func slice(
    of number: Int, _ passage: Passage, along line: VariedBeamline<C>,
    _ reference: ReferenceParticle<C>, charge: C
  ) -> EffectSlice<C> {
    var slice = line.effectSlice(passage, reference, charge: charge)
    slice.substitutions = substitutions[number]
    return slice
  }

  /// The energy gain of the reference particle by one of the effects in a passage.
  ///
  /// - Parameters:
  ///   - charge: Charge of a particle of weight 1 [C].
  ///   - number: The index of the gain among the numbers whose derivatives are computed.
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
  /// The index of the parameter of the element's effect that is the same number as this parameter
  /// of the element; nil if the effect does not depend on it.
  ///
  /// It is found by changing the value of the element's parameter.
  ///
  /// - Throws: ``FixedEffectParameter`` if the effect depends on it in any other form.
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
        reason: "it is a parameter of the \(Self.kind) that has the effect, and no variable "
          + "parameter of the effect has the same name and value")
    }
    return parameter
  }
}

extension CatalogEffect {
  /// Whether a parameter is a real number, or an entry of a list, with this value.
  fileprivate func has(_ value: Double, ofParameter number: Int, _ entry: Int?) -> Bool {
    switch (Self.parameters.parameters[number].storage, entry) {
    case (.real(let path, _), nil): self[keyPath: path] == value
    case (.vector(let path), let entry?):
      self[keyPath: path].indices.contains(entry) && self[keyPath: path][entry] == value
    default: false
    }
  }
}
