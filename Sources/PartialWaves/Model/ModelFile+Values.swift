import Documents

extension ModelFile {
  /// The same model with the values that parameters of the same name have in another set.
  /// Parameters stay free, fixed or bound as they are.
  ///
  /// - Parameters:
  ///   - others: The set whose values are taken.
  ///   - includingFixed: Whether parameters that are fixed here take the other's values too.
  /// - Throws: ``ParameterSet/CircularBinding``, which cannot occur here: bindings do not change.
  public func taking(valuesOf others: ParameterSet, includingFixed: Bool) throws -> Self {
    let known = others.byName
    var copy = self
    copy.parameters = try ParameterSet(
      parameters.parameters.map { parameter in
        guard parameter.binding == nil, includingFixed || !parameter.isFixed,
          let other = known[parameter.name]
        else { return parameter }
        var moved = parameter
        moved.value = other.value
        return moved
      })
    copy.setFixedCurves()
    return copy
  }

  /// The differences from the parameters of an earlier fit, in words: parameters that were fixed,
  /// freed or bound since, that have other fixed values, that are new or gone. Values of free
  /// parameters do not count.
  public func changes(since fitted: ParameterSet) -> [String] {
    let (now, then) = (parameters.byName, fitted.byName)
    var changes: [String] = []
    for parameter in parameters.parameters {
      guard let before = then[parameter.name] else {
        changes.append("\(quoted(parameter.name)) is new")
        continue
      }
      let (status, old) = (parameters.status(of: parameter), fitted.status(of: before))
      if status != old { changes.append("\(quoted(parameter.name)) is \(status) and was \(old)") }
    }
    for parameter in fitted.parameters where now[parameter.name] == nil {
      changes.append("\(quoted(parameter.name)) is gone")
    }
    return changes
  }
}

extension ParameterSet {
  fileprivate var byName: [String: FitParameter] {
    Dictionary(zip(parameters.map(\.name), parameters), uniquingKeysWith: { a, _ in a })
  }

  fileprivate func status(of parameter: FitParameter) -> String {
    if let binding = parameter.binding {
      let offset = binding.offset == 0 ? "" : " with \(binding.offset) added"
      return "bound to \(quoted(parameters[binding.target].name))\(offset)"
    }
    return parameter.isFixed ? "fixed at \(parameter.value)" : "free"
  }
}
