import BeamMaps
import ParameterTables
import SystemLibrary

/// One number of one element of a beamline that may vary, such as a magnet's strength or
/// displacement, or of a girder.
public struct BeamlineParameter: Hashable, Sendable {
  /// The number within the element.
  public enum Site: Hashable, Sendable {
    /// A parameter of the element's kind, by its index in the kind's table; `entry` is the index in
    /// the list, where the parameter is a list.
    case own(parameter: Int, entry: Int?)
    /// An error of alignment [m] or [rad].
    case placed(DegreeOfFreedom)
    /// A displacement of a girder [m] or [rad].
    case girder(DegreeOfFreedom)
  }

  /// An index into the beamline's elements; of a number of a girder, into its girders.
  public var element: Int
  /// Which number of the element it is.
  public var site: Site

  /// The number at `site` of the element with index `element`.
  public init(element: Int, _ site: Site) {
    self.element = element
    self.site = site
  }

  /// Whether it is a number of a girder.
  package var isOfGirder: Bool { if case .girder = site { true } else { false } }

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
  /// The number called `name`, for example "q1.k1", "m1.normal[2]" or "q1.dx", or "g1.dx" of a girder.
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
      if let girder = girders.firstIndex(where: { $0.name == elementName }) {
        return try Self.ofGirder(
          girder, String(name[name.index(after: dot)...]), called: name)
      }
      let hint = nearestName(to: elementName, among: elements.map(\.name) + girders.map(\.name))
      throw UnknownParameter(
        name: name,
        reason: "there is no element \(quoted(elementName))"
          + (hint.map { "; did you mean \(quoted($0))?" } ?? ""))
    }
    let (parameterName, entry) = Self.entry(in: String(name[name.index(after: dot)...]))
    return try site(parameterName, entry, ofElement: index, called: name)
  }

  /// A number of an element, by the parameter's name.
  ///
  /// - Parameter includesFixed: Whether it may be one with respect to which there are no derivatives.
  func site(
    _ parameterName: String, _ entry: Int?, ofElement index: Int, called name: String,
    includesFixed: Bool = false
  ) throws(UnknownParameter) -> BeamlineParameter {
    let item = elements[index]
    if entry == nil, type(of: item.element).isPlaceable,
      let site = Self.placementSites.first(where: { $0.name == parameterName })?.site
    {
      return BeamlineParameter(element: index, site)
    }
    return try Self.own(
      parameterName, entry, of: item.element, at: index, called: name, includesFixed)
  }

  private static func ofGirder(
    _ index: Int, _ parameter: String, called name: String
  ) throws(UnknownParameter) -> BeamlineParameter {
    guard let degree = DegreeOfFreedom(rawValue: parameter) else {
      let names = DegreeOfFreedom.allCases.map(\.rawValue)
      let hint = nearestName(to: parameter, among: names)
      throw UnknownParameter(
        name: name,
        reason: "a girder has no parameter \(quoted(parameter)) that can vary; it has: "
          + names.joined(separator: ", ") + (hint.map { "; did you mean \(quoted($0))?" } ?? ""))
    }
    return BeamlineParameter(element: index, .girder(degree))
  }

  /// The six numbers of the girder with this index.
  public func parameters(ofGirder index: Int) -> [BeamlineParameter] {
    DegreeOfFreedom.allCases.map { BeamlineParameter(element: index, .girder($0)) }
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
    guard case .own(let number, _) = parameter.site else { return nil }
    func own<E: Element>(_ element: E) -> String? {
      E.parameters.parameters[number].obstacleToVarying
    }
    return own(elements[parameter.element].element)
  }

  /// The name of a number, in the form of ``parameter(named:)``.
  public func name(of parameter: BeamlineParameter) -> String {
    let owner =
      if case .girder = parameter.site {
        girders[parameter.element].name
      } else {
        elements[parameter.element].name
      }
    let own = "\(owner).\(parameterName(of: parameter))"
    if case .own(_, let entry?) = parameter.site { return own + "[\(entry)]" }
    return own
  }

  /// The name of a number, or of the list that contains it, without the element's name.
  package func parameterName(of parameter: BeamlineParameter) -> String {
    switch parameter.site {
    case .own(let number, _):
      type(of: elements[parameter.element].element).parameterNames[number]
    case .placed(let degree), .girder(let degree): degree.rawValue
    }
  }

  /// The present value of a number, by design: errors of places come on top of it.
  public subscript(parameter: BeamlineParameter) -> Double {
    get {
      switch parameter.site {
      case .own(let number, let entry):
        return elements[parameter.element].element.value(ofParameter: number, entry)
      case .placed(let degree):
        return elements[parameter.element].placement.displacement[degree]
      case .girder(let degree): return girders[parameter.element].displacement[degree]
      }
    }
    set {
      require(construction == nil, "numbers vary in the design")
      if case .girder(let degree) = parameter.site {
        var girder = girders[parameter.element]
        girder.displacement[degree] = newValue
        replaceGirder(parameter.element, with: girder)
        return
      }
      var item = elements[parameter.element]
      switch parameter.site {
      case .own(let number, let entry):
        item.element = item.element.setting(parameter: number, entry, to: newValue)
      case .placed(let degree): item.placement.displacement[degree] = newValue
      case .girder: break
      }
      replaceElement(parameter.element, with: item)
    }
  }

  fileprivate static let placementSites: [(name: String, site: BeamlineParameter.Site)] =
    DegreeOfFreedom.allCases.map { ($0.rawValue, .placed($0)) }

  /// Splits "normal[2]" into the name "normal" and the entry 2.
  static func entry(in name: String) -> (name: String, entry: Int?) {
    guard name.hasSuffix("]"), let bracket = name.lastIndex(of: "["),
      let entry = Int(name[name.index(after: bracket)...].dropLast())
    else { return (name, nil) }
    return (String(name[..<bracket]), entry)
  }

  private static func own<E: Element>(
    _ parameterName: String, _ entry: Int?, of element: E, at index: Int, called name: String,
    _ includesFixed: Bool
  ) throws(UnknownParameter) -> BeamlineParameter {
    let table = E.parameters
    func obstacle(_ parameter: Parameter<E>) -> String? {
      includesFixed && parameter.isFixed ? nil : parameter.obstacleToVarying
    }
    guard let number = table.parameters.firstIndex(where: { $0.name == parameterName }) else {
      let names =
        table.parameters.filter { obstacle($0) == nil }.map(\.name)
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
    if let obstacle = obstacle(table.parameters[number]) {
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
