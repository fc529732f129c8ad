import AutoDiff
import Documents

/// What the map of a slice depends on besides the particle: which slice, the reference particle,
/// and numbers in the place of some of the element's parameters.
///
/// With plain numbers it says how to track. With dual numbers, the tangents of the reference particle
/// and of the substitutions say what is being differentiated.
public struct SliceInputs<C: RealScalar>: Sendable {
  public var slice: Slice
  /// At the slice's beginning or end, as the one who asks needs it.
  public var reference: ReferenceParticle<C>
  public var substitutions: [ParameterSubstitution<C>]

  public init(
    _ slice: Slice, _ reference: ReferenceParticle<C>,
    substituting substitutions: [ParameterSubstitution<C>] = []
  ) {
    self.slice = slice
    self.reference = reference
    self.substitutions = substitutions
  }

  /// The same inputs as another kind of number.
  public func map<T: RealScalar>(_ transform: (C) -> T) -> SliceInputs<T> {
    SliceInputs<T>(
      slice, reference.map(transform), substituting: substitutions.map { $0.map(transform) })
  }
}

/// A number in the place of a parameter of an element.
public struct ParameterSubstitution<C: RealScalar>: Sendable {
  /// The parameter's number in its kind's table.
  public var parameter: Int
  /// The entry, where the parameter is a list.
  public var entry: Int?
  public var value: C

  public init(parameter: Int, entry: Int? = nil, value: C) {
    self.parameter = parameter
    self.entry = entry
    self.value = value
  }

  /// The same place, another kind of number.
  public func map<T: RealScalar>(_ transform: (C) -> T) -> ParameterSubstitution<T> {
    ParameterSubstitution<T>(parameter: parameter, entry: entry, value: transform(value))
  }
}

extension Element {
  /// This element with `substitutions` in the place of its parameters.
  @inlinable
  public func lifted<C: RealScalar>(
    _ substitutions: [ParameterSubstitution<C>]
  ) -> Lifted<Self, C> {
    if substitutions.isEmpty { return Lifted(self) }
    let table = Self.parameters.parameters
    return Lifted(
      self,
      replacing: substitutions.map { substitution in
        let parameter = table[substitution.parameter]
        switch (parameter.storage, substitution.entry, parameter.offset) {
        case (.real, nil, let offset?), (.vector, .some, let offset?):
          return Lifted.Replacement(
            offset: offset, index: substitution.entry, value: substitution.value)
        default:
          preconditionFailure(
            "a real number takes the place of a real parameter, or of a list's entry")
        }
      })
  }

  /// The transfer map with everything that `inputs` say.
  @inlinable
  public func map<S: ParticleScalar>(_ inputs: SliceInputs<S.Constant>) -> TransferMap<S> {
    map(lifted(inputs.substitutions), inputs.slice, inputs.reference)
  }
}
