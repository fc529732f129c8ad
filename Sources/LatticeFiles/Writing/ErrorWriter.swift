import BeamDynamics
import Documents
import Sensitivity

/// Writes girders and families of errors as run files have them.
struct ErrorWriter {
  let file: RunFile
  let numbers: NumberWriter

  /// The members of a run file that say them; none where there are none.
  var members: [(String, JSONText)] {
    var members: [(String, JSONText)] = []
    let girders = file.beamline.girders
    if !girders.isEmpty {
      members.append(
        ("girders", .object(girders.enumerated().map { ($1.name, describe($1, number: $0)) })))
    }
    if !file.errors.isEmpty {
      members.append(
        ("errors", .array(file.errors.enumerated().map { describe($1, number: $0) })))
    }
    return members
  }

  private func describe(_ girder: Girder, number: Int) -> JSONText {
    let places = girder.occurrences.joined().map { JSONText.string(file.beamline.placeNames[$0]) }
    let expressed = numbers.parameters(ofGirder: number, in: file.beamline)
    let initial = Girder(girder.name, under: 0..<0)
    return .object(
      [("elements", .array(places))]
        + Girder.parameters.members(of: girder, default: initial, and: expressed).map {
          name, value in
          guard let degree = DegreeOfFreedom(rawValue: name) else { return (name, value) }
          return (
            name,
            numbers.text(
              value, of: .element(BeamlineParameter(element: number, .girder(degree))))
          )
        })
  }

  private func describe(_ family: ErrorFamily, number: Int) -> JSONText {
    let path = "errors[\(number)]"
    func text(_ value: Double, _ key: String) -> JSONText {
      numbers.text(.number(value), of: .setting("\(path).\(key)"))
    }
    var members: [(String, JSONText)] = [
      ("name", .string(family.name)), ("elements", .array(family.elements.map { .string($0) })),
    ]
    switch family.subject {
    case .parameter(let name):
      members += [("parameter", .string(name)), ("relative", .boolean(family.isRelative))]
    case .multipoles(let multipoles):
      members.append(("multipoles", describe(multipoles, path: path + ".multipoles")))
    }
    switch family.distribution {
    case .fixed(let value): members.append(("value", text(value, "value")))
    case .uniform(let limit): members.append(("uniform", text(limit, "uniform")))
    case .gaussian(let sigma, let cut):
      members.append(("gaussian", text(sigma, "gaussian")))
      if let cut { members.append(("cut", text(cut, "cut"))) }
    }
    members.append(("seed", .integer(Int(clamping: family.seed))))
    return .object(members)
  }

  private func describe(_ multipoles: MultipoleErrors, path: String) -> JSONText {
    func list(_ name: String, _ values: [Double]) -> (String, JSONText) {
      (
        name,
        numbers.text(.numbers(values)) {
          .setting("\(path).\(name)" + ($0.map { "[\($0)]" } ?? ""))
        }
      )
    }
    var members = [list("normal", multipoles.normal), list("skew", multipoles.skew)]
    if let reference = multipoles.reference {
      members += [
        ("radius", numbers.text(.number(reference.radius), of: .setting(path + ".radius"))),
        ("order", numbers.text(.integer(reference.order), of: .setting(path + ".order"))),
      ]
    }
    return .object(members)
  }
}
