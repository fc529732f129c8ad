import AutoDiff
import ParameterTables

/// A type whose parameters have names in a table: an element or an effect. During an evaluation,
/// numbers that may carry derivatives can replace its parameters.
public protocol Parameterized: Sendable {
  /// The table of its parameters, as run files give them.
  static var parameters: ParameterTable<Self> { get }
}

/// A number that replaces a parameter of an element or of an effect.
public struct ParameterSubstitution<C: RealScalar>: Sendable {
  /// The parameter's index in its kind's table.
  public var parameter: Int
  /// The index of the entry, where the parameter is a list.
  public var entry: Int?
  /// The number.
  public var value: C

  /// Replaces the parameter of this index, or one entry of a list, by `value`.
  @inlinable
  public init(parameter: Int, entry: Int? = nil, value: C) {
    self.parameter = parameter
    self.entry = entry
    self.value = value
  }

  /// The same substitution with its value transformed.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> ParameterSubstitution<T> {
    ParameterSubstitution<T>(parameter: parameter, entry: entry, value: transform(value))
  }
}

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

extension Parameterized {
  /// The same element or effect with `substitutions` in the place of its parameters.
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
            "\(Self.self).\(parameter.name) cannot vary: only a stored property that is a real "
              + "number, or a list of them, can be differentiated")
        }
      })
  }

  /// Why the present value of the parameter of this index is not allowed; nil if it is.
  @inlinable
  package func obstacle(toParameter number: Int) -> String? {
    guard case .real(let path, let range) = Self.parameters.parameters[number].storage,
      !range.contains(self[keyPath: path])
    else { return nil }
    return range.lowerBound == 0 ? "it must not be negative" : "it must lie within \(range)"
  }

  /// The value of the parameter of this index, which must be a real number or an entry of a list.
  package func value(ofParameter number: Int, _ entry: Int?) -> Double {
    switch (Self.parameters.parameters[number].storage, entry) {
    case (.real(let path, _), _): return self[keyPath: path]
    case (.vector(let path), let entry?): return self[keyPath: path][entry]
    default: preconditionFailure("only real numbers have a value to vary")
    }
  }

  /// A copy with another value of a parameter.
  package func setting(parameter number: Int, _ entry: Int?, to value: Double) -> Self {
    var copy = self
    switch (Self.parameters.parameters[number].storage, entry) {
    case (.real(let path, _), _): copy[keyPath: path] = value
    case (.vector(let path), let entry?): copy[keyPath: path][entry] = value
    default: preconditionFailure("only real numbers have a value to vary")
    }
    return copy
  }
}

extension Element {
  /// The transfer map for all `inputs`.
  @inlinable
  public func map<S: ParticleScalar>(_ inputs: SliceInputs<S.Constant>) -> TransferMap<S> {
    map(lifted(inputs.substitutions), inputs.slice, inputs.reference)
  }
}
