import BeamMaps
import ParameterTables

/// One number of one element of a beamline that may vary, such as a magnet's strength or
/// displacement.
public struct BeamlineParameter: Hashable, Sendable {
  /// The number within the element.
  public enum Site: Hashable, Sendable {
    /// A parameter of the element's kind, by its index in the kind's table; `entry` is the index in
    /// the list, where the parameter is a list.
    case own(parameter: Int, entry: Int?)
    /// An error of alignment [m] or [rad].
    case placed(DegreeOfFreedom)
  }

  /// An index into the beamline's elements.
  public var element: Int
  /// Which number of the element it is.
  public var site: Site

  /// The number at `site` of the element with index `element`.
  public init(element: Int, _ site: Site) {
    self.element = element
    self.site = site
  }

  /// The parameter that run files call `name`, of an element of kind `E`; nil if `name` is neither
  /// a parameter nor a misalignment.
  package init?<E: Element>(element: Int, _ kind: E.Type, _ name: String, entry: Int?) {
    self.element = element
    if let number = E.parameterNames.firstIndex(of: name) {
      site = .own(parameter: number, entry: entry)
    } else if E.isPlaceable,
      let placed = Beamline.placementSites.first(where: { $0.name == name })?.site
    {
      site = placed
    } else {
      return nil
    }
  }
}

/// The error of a name that stands for no number of the beamline, or of the run.
public struct UnknownParameter: Error, Equatable, CustomStringConvertible {
  /// The name as given.
  public let name: String
  /// Why there is no such number, and what names there are.
  public let reason: String

  /// The error for `name`.
  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }

  public var description: String { "\(quoted(name)): \(reason)" }
}

extension Beamline {
  /// The number called `name`, for example "q1.k1", "m1.normal[2]" or "q1.dx".
  ///
  /// - Throws: ``UnknownParameter`` if there is none; the message lists the element's names and the
  ///   nearest one.
  public func parameter(named name: String) throws(UnknownParameter) -> BeamlineParameter {
    // Names of elements may contain dots: the parameter's name follows the last one.
    guard let dot = name.lastIndex(of: ".") else {
      throw UnknownParameter(name: name, reason: "expected an element and its parameter: \"q1.k1\"")
    }
    let elementName = String(name[..<dot])
    guard let index = elements.firstIndex(where: { $0.name == elementName }) else {
      let hint = nearestName(to: elementName, among: elements.map(\.name))
      throw UnknownParameter(
        name: name,
        reason: "there is no element \(quoted(elementName))"
          + (hint.map { "; did you mean \(quoted($0))?" } ?? ""))
    }
    let item = elements[index]
    let (parameterName, entry) = Self.entry(in: String(name[name.index(after: dot)...]))
    if entry == nil, type(of: item.element).isPlaceable,
      let site = Self.placementSites.first(where: { $0.name == parameterName })?.site
    {
      return BeamlineParameter(element: index, site)
    }
    return try Self.own(parameterName, entry, of: item.element, at: index, called: name)
  }

  /// The numbers of the element with this index that can vary: every real parameter, every entry of
  /// every list, and the misalignments.
  public func parameters(ofElement index: Int) -> [BeamlineParameter] {
    func own<E: Element>(_ element: E) -> [BeamlineParameter] {
      E.parameters.parameters.enumerated().flatMap { i, parameter -> [BeamlineParameter] in
        if parameter.obstacleToVarying != nil { return [] }
        switch parameter.storage {
        case .optional(let path, _, _) where element[keyPath: path] == nil: return []
        case .real, .optional:
          return [BeamlineParameter(element: index, .own(parameter: i, entry: nil))]
        case .vector(let path):
          return element[keyPath: path].indices.map {
            BeamlineParameter(element: index, .own(parameter: i, entry: $0))
          }
        case .integer, .chosen, .word, .rows, .flag, .objects: return []
        }
      }
    }
    let element = elements[index].element
    let places = type(of: element).isPlaceable ? Self.placementSites : []
    return own(element) + places.map { BeamlineParameter(element: index, $0.site) }
  }

  /// Why a parameter cannot vary, such as a whole number; nil if it can.
  package func obstacle(toVarying parameter: BeamlineParameter) -> String? {
    func own<E: Element>(_ element: E) -> String? {
      guard case .own(let number, _) = parameter.site else { return nil }
      return E.parameters.parameters[number].obstacleToVarying
    }
    return own(elements[parameter.element].element)
  }

  /// The name of a number, in the form of ``parameter(named:)``.
  public func name(of parameter: BeamlineParameter) -> String {
    let own = "\(elements[parameter.element].name).\(parameterName(of: parameter))"
    if case .own(_, let entry?) = parameter.site { return own + "[\(entry)]" }
    return own
  }

  /// The name of a number, or of the list that contains it, without the element's name.
  package func parameterName(of parameter: BeamlineParameter) -> String {
    switch parameter.site {
    case .own(let number, _):
      type(of: elements[parameter.element].element).parameterNames[number]
    case .placed(let degree): degree.rawValue
    }
  }

  /// The present value of a number.
  public subscript(parameter: BeamlineParameter) -> Double {
    get {
      let item = elements[parameter.element]
      switch parameter.site {
      case .own(let number, let entry): return item.element.value(ofParameter: number, entry)
      case .placed(let degree): return item.placement.displacement[degree]
      }
    }
    set {
      var item = elements[parameter.element]
      switch parameter.site {
      case .own(let number, let entry):
        item.element = item.element.setting(parameter: number, entry, to: newValue)
      case .placed(let degree): item.placement.displacement[degree] = newValue
      }
      replaceElement(parameter.element, with: item)
    }
  }

  fileprivate static let placementSites: [(name: String, site: BeamlineParameter.Site)] =
    DegreeOfFreedom.allCases.map { ($0.rawValue, .placed($0)) }

  /// Splits "normal[2]" into the name "normal" and the entry 2.
  private static func entry(in name: String) -> (name: String, entry: Int?) {
    guard name.hasSuffix("]"), let bracket = name.lastIndex(of: "["),
      let entry = Int(name[name.index(after: bracket)...].dropLast())
    else { return (name, nil) }
    return (String(name[..<bracket]), entry)
  }

  private static func own<E: Element>(
    _ parameterName: String, _ entry: Int?, of element: E, at index: Int, called name: String
  ) throws(UnknownParameter) -> BeamlineParameter {
    let table = E.parameters
    guard let number = table.parameters.firstIndex(where: { $0.name == parameterName }) else {
      let names =
        table.parameters.filter { $0.obstacleToVarying == nil }.map(\.name)
        + (E.isPlaceable ? placementSites.map(\.name) : [])
      let hint = nearestName(to: parameterName, among: names)
      throw UnknownParameter(
        name: name,
        reason: "\(E.kind) has no parameter \(quoted(parameterName)) that can vary; it has: "
          + names.joined(separator: ", ") + (hint.map { "; did you mean \(quoted($0))?" } ?? ""))
    }
    if case .real = table.parameters[number].storage, table.parameters[number].offset == nil {
      throw UnknownParameter(
        name: name,
        reason: "\(E.kind) computes \(quoted(parameterName)) from other numbers: only stored ones "
          + "can vary")
    }
    if let obstacle = table.parameters[number].obstacleToVarying {
      throw UnknownParameter(
        name: name, reason: "\(quoted(parameterName)) cannot vary: \(obstacle)")
    }
    let chosen = table.alternatives.filter { $0.names.contains(parameterName) && $0.isRequired }
    for choice in chosen {
      let given = choice.names.first { name in
        table[name].map { !$0.storage.isEqual(element, E()) } ?? false
      }
      if let given, given != parameterName {
        throw UnknownParameter(
          name: name, reason: "the element is described by \(quoted(given)); vary that")
      }
    }
    switch (table.parameters[number].storage, entry) {
    case (.optional(let path, _, _), nil) where element[keyPath: path] == nil:
      throw UnknownParameter(
        name: name, reason: "the element has no \(quoted(parameterName)) that could vary")
    case (.real, nil), (.optional, nil):
      return BeamlineParameter(element: index, .own(parameter: number, entry: nil))
    case (.vector(let path), let entry?) where element[keyPath: path].indices.contains(entry):
      return BeamlineParameter(element: index, .own(parameter: number, entry: entry))
    case (.vector(let path), _):
      throw UnknownParameter(
        name: name,
        reason: "\(quoted(parameterName)) is a list of \(element[keyPath: path].count) numbers: "
          + "name one of them, from \(quoted(parameterName + "[0]"))")
    case (.real, _), (.optional, _):
      throw UnknownParameter(name: name, reason: "\(quoted(parameterName)) is not a list")
    case (.integer, _), (.chosen, _), (.word, _), (.rows, _), (.flag, _), (.objects, _):
      preconditionFailure("refused above")
    }
  }
}

extension Element {
  package static var parameterNames: [String] { parameters.names }
}
