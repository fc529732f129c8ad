import BeamMaps
import ParameterTables

/// One number of one of a run's effects that may vary.
public struct EffectParameter: Hashable, Sendable {
  /// The index of the effect in the run's list.
  public var effect: Int
  /// The parameter's index in its kind's table.
  public var parameter: Int
  /// The index of the entry, where the parameter is a list.
  public var entry: Int?

  /// The parameter with these indices.
  public init(effect: Int, parameter: Int, entry: Int? = nil) {
    self.effect = effect
    self.parameter = parameter
    self.entry = entry
  }

  /// The parameter that run files call `name`, of an effect of kind `E` that has it.
  package init<E: CatalogEffect>(effect: Int, _ kind: E.Type, _ name: String, entry: Int?) {
    guard let number = E.parameterNames.firstIndex(of: name) else {
      fatalError("\(E.kind) has no parameter \(name)")
    }
    self.init(effect: effect, parameter: number, entry: entry)
  }
}

/// The error of varying a parameter of an effect that cannot vary.
public struct FixedEffectParameter: Error, Equatable, CustomStringConvertible {
  /// The effect's `CollectiveEffect.kind`.
  public let kind: String
  /// The parameter's name.
  public let parameter: String
  /// Why it cannot vary, and which parameters can.
  public let reason: String

  public var description: String {
    "the effect \(quoted(kind)): \(quoted(parameter)) cannot vary: \(reason)"
  }
}

extension [any CollectiveEffect] {
  /// The number called `name` of the effect with this index.
  ///
  /// - Throws: ``FixedEffectParameter`` if there is none, or if it cannot vary.
  public func parameter(
    named name: String, entry: Int? = nil, ofEffect index: Int
  ) throws(FixedEffectParameter) -> EffectParameter {
    let effect = self[index]
    guard let effect = effect as? any CatalogEffect,
      let number = type(of: effect).parameterNames.firstIndex(of: name)
    else { throw type(of: effect).refusal(of: name) }
    let parameter = EffectParameter(effect: index, parameter: number, entry: entry)
    try check(parameter)
    return parameter
  }

  /// The numbers of the effect with this index that can vary: its
  /// ``CatalogEffect/variableParameters``, with every entry of those that are lists.
  public func parameters(ofEffect index: Int) -> [EffectParameter] {
    guard let effect = self[index] as? any CatalogEffect else { return [] }
    return effect.variableSites.map {
      EffectParameter(effect: index, parameter: $0.parameter, entry: $0.entry)
    }
  }

  /// Checks that a number can vary.
  ///
  /// - Throws: ``FixedEffectParameter`` with the reason if it cannot.
  public func check(_ parameter: EffectParameter) throws(FixedEffectParameter) {
    guard let effect = self[parameter.effect] as? any CatalogEffect else {
      throw type(of: self[parameter.effect]).refusal(of: "parameter \(parameter.parameter)")
    }
    try effect.check(parameter.parameter, parameter.entry)
  }

  /// The name of a number, or of the list that contains it.
  package func name(of parameter: EffectParameter) -> String {
    guard let effect = self[parameter.effect] as? any CatalogEffect else { return "" }
    return type(of: effect).parameterNames[parameter.parameter]
  }

  /// Why the present value of a number is not allowed; nil if it is.
  package func obstacle(to parameter: EffectParameter) -> String? {
    guard let effect = self[parameter.effect] as? any CatalogEffect else { return nil }
    return effect.obstacle(toParameter: parameter.parameter) ?? effect.mistakes.first
  }

  /// The value of a number that can vary.
  public subscript(parameter: EffectParameter) -> Double {
    get {
      guard let effect = self[parameter.effect] as? any CatalogEffect else {
        fatalError("only an effect with a table has parameters")
      }
      return effect.value(ofParameter: parameter.parameter, parameter.entry)
    }
    set {
      guard let effect = self[parameter.effect] as? any CatalogEffect else {
        fatalError("only an effect with a table has parameters")
      }
      self[parameter.effect] =
        effect.setting(parameter: parameter.parameter, parameter.entry, to: newValue)
    }
  }
}

extension CollectiveEffect {
  /// The error of varying a parameter that the effect does not have.
  fileprivate static func refusal(of name: String) -> FixedEffectParameter {
    var reason = "the effect has no table of parameters"
    if let type = Self.self as? any CatalogEffect.Type {
      let names = type.variableParameters
      let hint = nearestName(to: name, among: names)
      reason =
        "the effect has no such parameter"
        + (names.isEmpty
          ? ", and none that can" : "; those that can: " + names.joined(separator: ", "))
        + (hint.map { "; did you mean \(quoted($0))?" } ?? "")
    }
    return FixedEffectParameter(kind: kind, parameter: name, reason: reason)
  }
}

extension CatalogEffect {
  package static var parameterNames: [String] { parameters.names }

  /// Every real parameter that may vary, and every entry of every list that may vary.
  fileprivate var variableSites: [(parameter: Int, entry: Int?)] {
    Self.parameters.parameters.enumerated().flatMap { i, parameter -> [(Int, Int?)] in
      guard Self.variableParameters.contains(parameter.name) else { return [] }
      switch parameter.storage {
      case .optional(let path, _, _) where self[keyPath: path] == nil: return []
      case .real, .optional: return [(i, nil)]
      case .vector(let path): return self[keyPath: path].indices.map { (i, $0) }
      case .integer, .chosen, .word, .rows, .flag, .objects: return []
      }
    }
  }

  /// - Throws: ``FixedEffectParameter`` if the number cannot vary.
  fileprivate func check(_ number: Int, _ entry: Int?) throws(FixedEffectParameter) {
    let parameter = Self.parameters.parameters[number]
    func refuse(_ reason: String) throws(FixedEffectParameter) {
      throw FixedEffectParameter(kind: Self.kind, parameter: parameter.name, reason: reason)
    }
    if let obstacle = parameter.obstacleToVarying { try refuse(obstacle) }
    let names = Self.variableParameters
    if !names.contains(parameter.name) {
      try refuse(
        "the effect has no derivatives with respect to it"
          + (names.isEmpty
            ? ", or to any other parameter"
            : "; it has derivatives with respect to: " + names.joined(separator: ", ")))
    }
    switch (parameter.storage, entry) {
    case (.vector(let path), _):
      let indices = self[keyPath: path].indices
      if !(entry.map(indices.contains) ?? false) {
        try refuse("it is a list of \(indices.count) numbers: name one of them")
      }
    case (_, .some): try refuse("it is not a list")
    default: break
    }
  }
}
