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

extension Parameterized {
  /// The same element or effect with `substitutions` in the place of its parameters.
  @inlinable
  public func lifted<C: RealScalar>(
    _ substitutions: [ParameterSubstitution<C>]
  ) -> Lifted<Self, C> {
    if substitutions.isEmpty { return Lifted(self) }
    let places = Self.parameters.places
    return Lifted(
      self,
      replacing: substitutions.map { substitution in
        guard let place = places[substitution.parameter],
          place.isList == (substitution.entry != nil)
        else { Self.refuseToVary(substitution.parameter) }
        return Lifted.Replacement(
          offset: place.offset, index: substitution.entry, value: substitution.value)
      })
  }

  @usableFromInline
  static func refuseToVary(_ parameter: Int) -> Never {
    fatalError(
      "\(Self.self).\(parameters.names[parameter]) cannot vary: only a stored property that is a real number, or a "
        + "list of them, can be differentiated")
  }

  /// Why the present value of the parameter of this index is not allowed; nil if it is.
  @inlinable
  package func obstacle(toParameter number: Int) -> String? {
    let value: Double?
    let range: ClosedRange<Double>
    switch Self.parameters.parameters[number].storage {
    case .real(let path, let allowed): (value, range) = (self[keyPath: path], allowed)
    case .optional(let path, let allowed, _): (value, range) = (self[keyPath: path], allowed)
    default: return nil
    }
    guard let value, !range.contains(value) else { return nil }
    return range.lowerBound == 0 ? "it must not be negative" : "it must lie within \(range)"
  }

  /// The value of the parameter of this index, which must be a real number or an entry of a list.
  @usableFromInline
  package func value(ofParameter number: Int, _ entry: Int?) -> Double {
    switch (Self.parameters.parameters[number].storage, entry) {
    case (.real(let path, _), _): return self[keyPath: path]
    case (.optional(let path, _, _), _): return self[keyPath: path] ?? .nan
    case (.vector(let path), let entry?): return self[keyPath: path][entry]
    default: fatalError("only real numbers have a value to vary")
    }
  }

  /// A copy with another value of a parameter.
  package func setting(parameter number: Int, _ entry: Int?, to value: Double) -> Self {
    var copy = self
    switch (Self.parameters.parameters[number].storage, entry) {
    case (.real(let path, _), _): copy[keyPath: path] = value
    case (.optional(let path, _, _), _): copy[keyPath: path] = value
    case (.vector(let path), let entry?): copy[keyPath: path][entry] = value
    default: fatalError("only real numbers have a value to vary")
    }
    return copy
  }
}
