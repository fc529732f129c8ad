import AutoDiff
import BeamMaps
import ParameterTables

extension Beamline {
  /// This beamline with the errors of some families, on top of those that it has.
  ///
  /// The numbers of ``elements`` stay those of the design, and so do names and places: a variable
  /// "q1.k1" moves all passages of q1, and their errors come on top of it. Tracking, envelopes, maps
  /// and their derivatives see the beamline with its errors.
  ///
  /// - Throws: ``MistakenErrors`` if a pattern names nothing, if an element that is named, or all
  ///   that a pattern stands for, do not have the number, or if an element cannot have the value that
  ///   it gets.
  public func withErrors(_ families: [ErrorFamily]) throws(MistakenErrors) -> Beamline {
    var line = self
    for family in families {
      let (errors, _) = try line.errors(of: family)
      line = line.adding(errors)
    }
    for family in families {
      if let mistake = line.mistake(family: family.name) { throw mistake }
    }
    return line
  }

  /// This beamline with more errors.
  ///
  /// Places have to be those of the beamline, and numbers those of the elements there.
  public func adding(_ more: [PlaceError]) -> Beamline {
    with(girders: girders, errors: errors + more)
  }

  /// This beamline without errors; girders stay displaced.
  public var withoutErrors: Beamline { with(girders: girders, errors: []) }

  /// The errors of a family, and what is doubtful about them: sentences for warnings.
  package func errors(
    of family: ErrorFamily
  ) throws(MistakenErrors) -> (errors: [PlaceError], remarks: [String]) {
    var errors: [PlaceError] = []
    var numbers: [Int: [ErroneousNumber]] = [:]
    var refused: [String] = []
    var remarks: [String] = []
    var occurrences: [Int: Int] = [:]
    let chosen = try places(of: family)
    errors += try girderErrors(of: family)
    for place in 0..<count {
      let index = order[place]
      occurrences[index, default: 0] += 1
      guard let isByName = chosen[place] else { continue }
      if numbers[index] == nil {
        do throws(UnknownParameter) {
          let own = try erroneousNumbers(of: family, ofElement: index)
          numbers[index] = own
          remarks += own.compactMap(\.remark)
        } catch {
          if isByName { throw MistakenErrors(family: family.name, reason: "\(error)") }
          numbers[index] = []
          refused.append("\(error)")
        }
      }
      for number in numbers[index] ?? [] {
        let draw = family.draw(
          of: number.name, element: elements[index].name, occurrence: occurrences[index] ?? 1)
        errors.append(
          PlaceError(
            atPlace: place, number.site, number.factor * draw, of: number.whole,
            family: family.name))
      }
    }
    if errors.isEmpty {
      throw MistakenErrors(
        family: family.name, reason: refused.first ?? "they have no multipole")
    }
    // Of many elements without the number, one tells why.
    if let first = refused.first {
      remarks.append(
        "some of the elements have no such errors: \(first)"
          + (refused.count > 1 ? " (and \(refused.count - 1) more)" : ""))
    }
    return (errors, remarks)
  }

  /// Why an element cannot have the values that the errors of a family lead to; nil if all can.
  package func mistake(family: String) -> MistakenErrors? {
    let built = asBuilt
    for error in errors where error.family == family && !error.isOfGirder {
      let item = built[place: error.place]
      let name = placeNames[error.place]
      let value = item.built?.builtNumber(error.site) ?? .nan
      var reason: String?
      if !value.isFinite {
        reason = "a number becomes \(value)"
      } else if case .own(let parameter, _) = error.site {
        reason = item.element.obstacle(toParameter: parameter).map {
          "\(quoted(item.element.parameterNames[parameter])) "
            + "becomes \(value), but \($0)"
        }
      }
      reason = reason ?? item.element.mistakes.first
      if let reason {
        return MistakenErrors(
          family: family,
          reason: "\(type(of: item.element).kind) \(quoted(name)) with its errors: \(reason)")
      }
    }
    return nil
  }

  /// The places that a family means, with whether they are called by their name.
  private func places(of family: ErrorFamily) throws(MistakenErrors) -> [Int: Bool] {
    var chosen: [Int: Bool] = [:]
    for text in family.elements {
      let pattern = NamePattern(text)
      var isFound = false
      for place in 0..<count {
        let item = self[place: place]
        let isNamed = pattern.matches(item.name) || pattern.matches(placeNames[place])
        guard isNamed || type(of: item.element).kind == text else { continue }
        isFound = true
        chosen[place] = (chosen[place] ?? false) || (isNamed && pattern.isName)
      }
      if girders.contains(where: { pattern.matches($0.name) }) { isFound = true }
      if !isFound {
        let names = Set(order.map { elements[$0].name } + girders.map(\.name)).sorted()
        let kinds = Set(order.map { type(of: elements[$0].element).kind }).sorted()
        let near = nearestName(to: text, among: names + kinds)
        throw MistakenErrors(
          family: family.name,
          reason:
            "\(quoted(text)) is no name, no pattern of names and no kind of the line's elements"
            + (near.map { "; did you mean \(quoted($0))?" } ?? ""))
      }
    }
    if family.elements.isEmpty {
      throw MistakenErrors(family: family.name, reason: "they name no elements")
    }
    return chosen
  }

  /// The errors of girders that a family names.
  private func girderErrors(of family: ErrorFamily) throws(MistakenErrors) -> [PlaceError] {
    var errors: [PlaceError] = []
    for text in family.elements {
      let pattern = NamePattern(text)
      for girder in girders where pattern.matches(girder.name) {
        guard case .parameter(let name) = family.subject,
          let degree = DegreeOfFreedom(rawValue: name)
        else {
          // A pattern of names of elements may be one of girders, too.
          if !pattern.isName { continue }
          throw MistakenErrors(
            family: family.name,
            reason: "girder \(quoted(girder.name)) has no such errors; it has: "
              + listed(DegreeOfFreedom.allCases.map(\.rawValue)))
        }
        for (number, range) in girder.occurrences.enumerated()
        where !errors.contains(where: { $0.place == range.lowerBound }) {
          let draw = family.draw(of: name, element: girder.name, occurrence: number + 1)
          errors.append(
            PlaceError(
              atPlace: range.lowerBound, .girder(degree), draw,
              of: family.isRelative ? .number(.girder(degree)) : nil, family: family.name))
        }
      }
    }
    return errors
  }
}

/// A number of an element that gets errors.
private struct ErroneousNumber {
  /// The name, for its random numbers.
  var name: String
  var site: BeamlineParameter.Site
  /// What a draw is multiplied by.
  var factor = 1.0
  var whole: PlaceError.Whole?
  /// What is doubtful.
  var remark: String?
}

extension Beamline {
  /// The numbers of an element that get the errors of a family.
  private func erroneousNumbers(
    of family: ErrorFamily, ofElement index: Int
  ) throws(UnknownParameter) -> [ErroneousNumber] {
    let item = elements[index]
    switch family.subject {
    case .parameter(let name):
      let (own, entry) = Self.entry(in: name)
      let parameter = try site(
        own, entry, ofElement: index, called: "\(item.name).\(name)", includesFixed: true)
      var number = ErroneousNumber(name: name, site: parameter.site)
      if family.isRelative {
        number.whole = .number(parameter.site)
        if self[parameter] == 0 {
          number.remark = "\(quoted("\(item.name).\(name)")) is 0, so that a relative error is, too"
        }
      }
      return [number]
    case .multipoles(let multipoles):
      var numbers: [ErroneousNumber] = []
      for (list, values) in [("normal", multipoles.normal), ("skew", multipoles.skew)] {
        for (n, value) in values.enumerated() where value != 0 {
          var number = ErroneousNumber(
            name: "\(list)[\(n)]", site: try listSite(list, n, ofElement: index), factor: value)
          if let reference = multipoles.reference {
            number.factor *= reference.factor(toMultipole: n)
            number.whole = try mainField(reference.order, ofElement: index)
          }
          numbers.append(number)
        }
      }
      return numbers
    }
  }

  /// Entry `n` of a list of multipoles, which the element may not have yet.
  private func listSite(
    _ list: String, _ n: Int, ofElement index: Int
  ) throws(UnknownParameter) -> BeamlineParameter.Site {
    let element = elements[index].element
    guard let parameter = element.listIndex(list) else {
      throw UnknownParameter(
        name: "\(elements[index].name).\(list)[\(n)]",
        reason: "\(type(of: element).kind) takes no multipoles; kinds with lists \"normal\" and "
          + "\"skew\" do, such as Multipole and Bend")
    }
    return .own(parameter: parameter, entry: n)
  }

  /// The main multipole, by its order.
  private func mainField(
    _ order: Int, ofElement index: Int
  ) throws(UnknownParameter) -> PlaceError.Whole {
    let item = elements[index]
    func fail(_ name: String, _ reason: String) -> UnknownParameter {
      UnknownParameter(name: "\(item.name).\(name)", reason: reason)
    }
    if order == 0, item.element.bendsOrbit {
      if item.element.curvatureDependsOnEnergy {
        throw fail(
          "field", "relative multipoles need a bend that is described by its angle or radius")
      }
      return .curvature
    }
    let names = item.element.parameterNames
    if order == 1, let k1 = names.firstIndex(of: "k1"),
      item.element.value(ofParameter: k1, nil) != 0
    {
      return .number(.own(parameter: k1, entry: nil))
    }
    guard let list = item.element.listIndex("normal") else {
      throw fail("normal[\(order)]", "\(type(of: item.element).kind) has no such multipole")
    }
    guard order < item.element.listCount(list), item.element.value(ofParameter: list, order) != 0
    else {
      throw fail(
        "normal[\(order)]",
        "it is 0: nothing is relative to it; give the \"order\" of the main field")
    }
    return .number(.own(parameter: list, entry: order))
  }
}

extension Element {
  /// The names of the parameters of its kind.
  var parameterNames: [String] { Self.parameterNames }

  /// The index of the parameter of this name, if it is a list that may vary.
  fileprivate func listIndex(_ name: String) -> Int? {
    let table = Self.parameters.parameters
    return table.firstIndex { parameter in
      guard parameter.name == name, parameter.offset != nil, parameter.rowLength == nil,
        case .vector = parameter.storage
      else { return false }
      return true
    }
  }

  /// The number of entries of a list.
  fileprivate func listCount(_ parameter: Int) -> Int {
    guard case .vector(let path) = Self.parameters.parameters[parameter].storage else { return 0 }
    return self[keyPath: path].count
  }

  /// Whether the angle of the design orbit depends on the energy of the reference particle.
  fileprivate var curvatureDependsOnEnergy: Bool {
    func angle(_ energy: Double) -> Double {
      bodyShape(
        [],
        ReferenceParticle<Double>(species: .electron, kineticEnergyOverMass: energy)
      ).angle
    }
    return angle(1) != angle(10)
  }
}
