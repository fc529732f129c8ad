import AutoDiff
import ParameterTables

/// A thing whose numbers have names in a table: an element, an effect. Numbers of an evaluation, which
/// may carry derivatives, can take the places of its own.
public protocol Parameterized: Sendable {
  /// Its numbers, as run files give them.
  static var parameters: ParameterTable<Self> { get }
}

/// A number in the place of a parameter of an element or of an effect.
public struct ParameterSubstitution<C: RealScalar>: Sendable {
  /// The parameter's number in its kind's table.
  public var parameter: Int
  /// The entry, where the parameter is a list.
  public var entry: Int?
  public var value: C

  @inlinable
  public init(parameter: Int, entry: Int? = nil, value: C) {
    self.parameter = parameter
    self.entry = entry
    self.value = value
  }

  /// The same place, another kind of number.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> ParameterSubstitution<T> {
    ParameterSubstitution<T>(parameter: parameter, entry: entry, value: transform(value))
  }
}

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

  @inlinable
  public init(
    _ slice: Slice, _ reference: ReferenceParticle<C>,
    substituting substitutions: [ParameterSubstitution<C>] = []
  ) {
    self.slice = slice
    self.reference = reference
    self.substitutions = substitutions
  }

  /// The same inputs as another kind of number.
  @inlinable
  public func map<T: RealScalar>(_ transform: (C) -> T) -> SliceInputs<T> {
    SliceInputs<T>(
      slice, reference.map(transform), substituting: substitutions.map { $0.map(transform) })
  }
}

extension Parameterized {
  /// The same thing with `substitutions` in the place of its parameters.
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

  /// Why a parameter, by its number in the table, cannot have the value that it has; nil if it can.
  @inlinable
  package func obstacle(toParameter number: Int) -> String? {
    guard case .real(let path, let range) = Self.parameters.parameters[number].storage,
      !range.contains(self[keyPath: path])
    else { return nil }
    return range.lowerBound == 0 ? "it must not be negative" : "it must lie within \(range)"
  }

  /// The value of a parameter that can vary, by its number in the table.
  package func value(ofParameter number: Int, _ entry: Int?) -> Double {
    switch (Self.parameters.parameters[number].storage, entry) {
    case (.real(let path, _), _): return self[keyPath: path]
    case (.vector(let path), let entry?): return self[keyPath: path][entry]
    default: preconditionFailure("only real numbers have a value to vary")
    }
  }

  /// The same thing with another value of a parameter.
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
  /// The transfer map with everything that `inputs` say.
  @inlinable
  public func map<S: ParticleScalar>(_ inputs: SliceInputs<S.Constant>) -> TransferMap<S> {
    map(lifted(inputs.substitutions), inputs.slice, inputs.reference)
  }
}
