import AutoDiff

/// The inputs of a slice's map besides the particle: the slice, the reference particle, and the
/// numbers that replace some of the element's parameters.
///
/// Plain numbers are for tracking. With dual numbers, the tangents of the reference particle and of
/// the substitutions define the direction of differentiation.
public struct SliceInputs<C: RealScalar>: Sendable {
  /// The slice.
  public var slice: Slice
  /// The reference particle at the slice's beginning or end, as the called function requires.
  public var reference: ReferenceParticle<C>
  /// Values that replace some of the element's parameters.
  public var substitutions: [ParameterSubstitution<C>]

  /// These inputs.
  @inlinable
  public init(
    _ slice: Slice, _ reference: ReferenceParticle<C>,
    substituting substitutions: [ParameterSubstitution<C>] = []
  ) {
    self.slice = slice
    self.reference = reference
    self.substitutions = substitutions
  }

  /// The same inputs with each number transformed.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> SliceInputs<T> {
    SliceInputs<T>(
      slice, reference.map(transform), substituting: substitutions.map { $0.map(transform) })
  }
}

extension Element {
  /// The transfer map for all `inputs`.
  @inlinable
  public func map<S: ParticleScalar>(_ inputs: SliceInputs<S.Constant>) -> TransferMap<S> {
    map(lifted(inputs.substitutions), inputs.slice, inputs.reference)
  }
}
