import BeamMaps
import ParameterTables

/// One number of one element of a beamline: the strength of a magnet, its displacement.
public struct BeamlineParameter: Hashable, Sendable {
  /// Which number of the element.
  public enum Site: Hashable, Sendable {
    /// A parameter of the element's kind, by its number in the kind's table; `entry` where it is a
    /// list.
    case own(parameter: Int, entry: Int?)
    /// An error of placement.
    case dx, dy, tilt
  }

  /// An index into the beamline's elements.
  public var element: Int
  public var site: Site

  public init(element: Int, _ site: Site) {
    self.element = element
    self.site = site
  }

  /// What `name` is called in a run file, of an element of kind `E`; nil where it is neither a
  /// parameter nor an error of placement.
  package init?<E: Element>(element: Int, _ kind: E.Type, _ name: String, entry: Int?) {
    self.element = element
    if let number = E.parameterNames.firstIndex(of: name) {
      site = .own(parameter: number, entry: entry)
    } else if let placed = Beamline.placementSites.first(where: { $0.name == name })?.site {
      site = placed
    } else {
      return nil
    }
  }
}

/// A name that stands for no number of the beamline, or of the run.
public struct UnknownParameter: Error, Equatable, CustomStringConvertible {
  public let name: String
  /// What is wrong with it, and what would be right.
  public let reason: String

  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }

  public var description: String { "\(quoted(name)): \(reason)" }
}

extension Beamline {
  /// The number called `name`: "q1.k1", "m1.normal[2]", "q1.dx".
  ///
  /// - Throws: ``UnknownParameter``, which says what the element has and the nearest name.
  public func parameter(named name: String) throws(UnknownParameter) -> BeamlineParameter {
    // Names of elements may contain dots: the parameter stands behind the last.
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
    if entry == nil, let site = Self.placementSites.first(where: { $0.name == parameterName })?.site
    {
      return BeamlineParameter(element: index, site)
    }
    return try Self.own(parameterName, entry, of: item.element, at: index, called: name)
  }

  /// The numbers of element `index` that can be varied: every real parameter, every entry of every
  /// list, and its placement.
  public func parameters(ofElement index: Int) -> [BeamlineParameter] {
    func own<E: Element>(_ element: E) -> [BeamlineParameter] {
      E.parameters.parameters.enumerated().flatMap { i, parameter -> [BeamlineParameter] in
        switch parameter.storage {
        case .real: [BeamlineParameter(element: index, .own(parameter: i, entry: nil))]
        case .vector(let path):
          element[keyPath: path].indices.map {
            BeamlineParameter(element: index, .own(parameter: i, entry: $0))
          }
        case .integer, .chosen: []
        }
      }
    }
    return own(elements[index].element)
      + Self.placementSites.map { BeamlineParameter(element: index, $0.site) }
  }

  /// Whether a number counts something, so that it cannot vary.
  package func isWhole(_ parameter: BeamlineParameter) -> Bool {
    func own<E: Element>(_ element: E) -> Bool {
      guard case .own(let number, _) = parameter.site else { return false }
      return E.parameters.parameters[number].storage.isWhole
    }
    return own(elements[parameter.element].element)
  }

  /// The name of a number, as ``parameter(named:)`` understands it.
  public func name(of parameter: BeamlineParameter) -> String {
    let own = "\(elements[parameter.element].name).\(parameterName(of: parameter))"
    if case .own(_, let entry?) = parameter.site { return own + "[\(entry)]" }
    return own
  }

  /// The name of a number, or of the list that it is in, without that of the element.
  package func parameterName(of parameter: BeamlineParameter) -> String {
    switch parameter.site {
    case .own(let number, _):
      type(of: elements[parameter.element].element).parameterNames[number]
    case .dx: "dx"
    case .dy: "dy"
    case .tilt: "tilt"
    }
  }

  /// The present value of a number.
  public subscript(parameter: BeamlineParameter) -> Double {
    get {
      let item = elements[parameter.element]
      switch parameter.site {
      case .own(let number, let entry): return item.element.value(ofParameter: number, entry)
      case .dx: return item.placement.dx
      case .dy: return item.placement.dy
      case .tilt: return item.placement.tilt
      }
    }
    set {
      var item = elements[parameter.element]
      switch parameter.site {
      case .own(let number, let entry):
        item.element = item.element.setting(parameter: number, entry, to: newValue)
      case .dx: item.placement.dx = newValue
      case .dy: item.placement.dy = newValue
      case .tilt: item.placement.tilt = newValue
      }
      replaceElement(parameter.element, with: item)
    }
  }

  fileprivate static let placementSites: [(name: String, site: BeamlineParameter.Site)] = [
    ("dx", .dx), ("dy", .dy), ("tilt", .tilt),
  ]

  /// "normal[2]" is entry 2 of "normal".
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
        table.parameters.filter { !$0.storage.isWhole }.map(\.name) + placementSites.map(\.name)
      let hint = nearestName(to: parameterName, among: names)
      throw UnknownParameter(
        name: name,
        reason: "\(E.kind) has no parameter \(quoted(parameterName)) that can vary; it has: "
          + names.joined(separator: ", ") + (hint.map { "; did you mean \(quoted($0))?" } ?? ""))
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
    case (.real, nil):
      return BeamlineParameter(element: index, .own(parameter: number, entry: nil))
    case (.vector(let path), let entry?) where element[keyPath: path].indices.contains(entry):
      return BeamlineParameter(element: index, .own(parameter: number, entry: entry))
    case (.vector(let path), _):
      throw UnknownParameter(
        name: name,
        reason: "\(quoted(parameterName)) is a list of \(element[keyPath: path].count) numbers: "
          + "name one of them, from \(quoted(parameterName + "[0]"))")
    case (.real, _):
      throw UnknownParameter(name: name, reason: "\(quoted(parameterName)) is not a list")
    case (.integer, _), (.chosen, _):
      throw UnknownParameter(
        name: name, reason: "\(quoted(parameterName)) is a whole number and cannot vary")
    }
  }
}

extension Element {
  package static var parameterNames: [String] { parameters.names }
}
