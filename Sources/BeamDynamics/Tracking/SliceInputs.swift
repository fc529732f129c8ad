import AutoDiff

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

extension Element {
  /// The transfer map with everything that `inputs` say.
  @inlinable
  public func map<S: ParticleScalar>(_ inputs: SliceInputs<S.Constant>) -> TransferMap<S> {
    map(lifted(inputs.substitutions), inputs.slice, inputs.reference)
  }
}
