import AutoDiff
import BeamDynamics
import Communication
import DataFiles
import Documents
import Sensitivity
import SystemLibrary

/// The record of a run: the input as it was understood, and what it was run on. Enough to repeat
/// it.
struct RunRecord {
  private let run: TrackingRun
  /// nil before the run.
  private let summary: TrackingRun.Summary?
  private let numbers: NumberWriter

  init(_ run: TrackingRun, _ summary: TrackingRun.Summary? = nil) {
    self.run = run
    self.summary = summary
    numbers = NumberWriter(run.file)
  }

  /// JSON. The member "input" is itself a run file.
  var text: String {
    let document: JSONText = [
      "program": "beamtrack",
      "version": .string(PackageVersion.current),
      "run_file": .string(run.file.path),
      "input": input,
      "hardware": [
        "system": .string(Host.operatingSystem),
        "processors": .integer(Host.activeProcessorCount),
        "threads": .integer(run.workers.count),
        "processes": .integer(run.workers.communicator.size),
        "hosts": .array(run.workers.communicator.distinctHosts.map { .string($0) }),
        "memory_bytes": .integer(Int(Host.physicalMemory)),
        "compiled_for": .string(InstructionSet.compiled),
        "processor": .string(InstructionSet.ofProcessor),
      ],
      "seconds": .object((summary?.seconds ?? []).map { ($0.phase, .number($0.seconds)) }),
      "particles": .integer(summary?.particles ?? 0),
      "lost": .integer(summary?.losses.count ?? 0),
      "warnings": .array((summary?.remarks ?? []).map { .string($0) }),
      "files": .object((summary?.files ?? []).map { ($0.name, describe($0)) }),
    ]
    return document.pretty + "\n"
  }

  private func describe(_ file: ResultFile) -> JSONText {
    var members: [(String, JSONText)] = [("what", .string(file.what))]
    if let place = file.place { members.append(("place", .string(place))) }
    if let slice = file.slice { members.append(("slice", .integer(slice))) }
    return .object(members)
  }

  /// The run as a run file.
  var input: JSONText {
    let output = run.file.output
    let outputText: JSONText = [
      "directory": .string(output.directory), "moments": .string(output.moments.rawValue),
      "every_turns": numbers.text(
        .integer(output.everyTurns), of: .setting("output.every_turns")),
      "covariance": .boolean(output.covariance), "particles": .boolean(output.particles),
      "format": .string(output.format.name),
      "mesh": .array(
        output.meshPlaces.map { .string(run.file.beamline.placeNames[$0]) }),
    ]
    let members: [(String, JSONText)] = [
      ("beam", beam), ("constants", constants), ("lattice", lattice), ("tracking", trackingText),
      ("output", outputText),
    ]
    return .object(
      members + ErrorWriter(file: run.file, numbers: numbers).members
        + DesignWriter(run.file).members)
  }

  private var trackingText: JSONText {
    let tracking = run.file.tracking
    var members: [(String, JSONText)] = [
      ("method", .string(tracking.method.rawValue)),
      ("slices", numbers.text(.integer(tracking.slices), of: .setting("tracking.slices"))),
      ("precision", .string(tracking.precision.rawValue)),
      ("turns", numbers.text(.integer(tracking.turns), of: .setting("tracking.turns"))),
    ]
    if let model = tracking.elementModel {
      members.insert(("model", .string(model.rawValue)), at: 1)
    }
    if let charge = tracking.spaceCharge {
      members.append(
        (
          "space_charge",
          ["model": .string(charge.model.rawValue), "slicing": .string(charge.slicing.rawValue)]
        ))
    }
    if let kick = tracking.particleSpaceCharge {
      members.append(("space_charge", .object(kick.members)))
    }
    if !tracking.effects.isEmpty {
      members.append(
        ("effects", .array(tracking.effects.enumerated().map { text(of: $1, number: $0) })))
    }
    if !tracking.ramps.isEmpty {
      members.append(
        ("ramps", .array(tracking.ramps.enumerated().map { $1.text(numbers, number: $0) })))
    }
    return .object(members)
  }

  private func text<E: CatalogEffect>(of effect: E, number: Int) -> JSONText {
    let members = E.parameters.members(of: effect, default: E()).map { name, value in
      (
        name,
        numbers.text(value) {
          .effect(
            EffectParameter(
              effect: run.file.tracking.effectOffset + number, E.self, name, entry: $0))
        }
      )
    }
    return .object([("kind", .string(E.kind))] + members)
  }

  private var constants: JSONText {
    let table = run.file.constants
    return .object(
      zip(table.constants, table.values).map { constant, value in
        (constant.name, constant.expression.map { .string($0.text) } ?? .number(value))
      })
  }

  private var beam: JSONText {
    let beam = run.file.beam
    var members: [(String, JSONText)] = [
      (
        "species",
        beam.species.name.map(JSONText.string)
          ?? [
            "mass": numbers.text(.number(beam.species.mass), of: .setting("beam.species.mass")),
            "charge": numbers.text(
              .number(beam.species.chargeNumber), of: .setting("beam.species.charge")),
          ]
      ),
      ("kinetic_energy", numbers.text(.number(beam.kineticEnergy), of: .beam(.kineticEnergy))),
    ]
    if let current = beam.current {
      members.append(("current", numbers.text(.number(current), of: .beam(.current))))
    }
    switch beam.source {
    case .particles, .moments: break
    case .file(let path, let charge):
      if let charge {
        members.append(("charge", numbers.text(.number(charge), of: .beam(.charge))))
      }
      members.append(("file", .string(FilePaths.absolute(path))))
    case .drawn(let initial):
      if beam.current == nil {
        members.append(("charge", numbers.text(.number(initial.charge), of: .beam(.charge))))
      }
      if initial.particles > 0 { members.append(("particles", .integer(initial.particles))) }
      members.append(("seed", .integer(Int(clamping: initial.seed))))
      members.append(("quiet_start", .boolean(initial.isQuiet)))
      members.append(("distribution", describe(initial)))
    }
    return .object(members)
  }

  /// A distribution by the numbers that its shape is made of, where they are known; otherwise by its
  /// covariance. One that brings its own sizes needs neither.
  private func describe(_ initial: InitialBeam) -> JSONText {
    let description = initial.shapeDescription ?? BeamShapeDescription(ofShape: initial.shape)
    var members = ShapeWriter(description, numbers).members
    if initial.distribution is any SizedDistribution { members.removeAll { $0.0 != "mean" } }
    let parameters = parameters(of: initial.distribution, in: "beam.distribution")
    return .object(parameters + components(of: initial.distribution) + members)
  }

  private func parameters<D: Distribution>(
    of distribution: D, in path: String
  ) -> [(String, JSONText)] {
    let members = D.parameters.members(of: distribution, default: D()).map { name, value in
      (name, numbers.text(value, of: .setting("\(path).\(name)")))
    }
    return [("kind", .string(D.kind))] + members
  }

  private func components(of distribution: any Distribution) -> [(String, JSONText)] {
    guard let mixture = distribution as? MixtureDistribution else { return [] }
    let texts = mixture.components.enumerated().map { number, component -> JSONText in
      let path = "beam.distribution.components[\(number)]"
      let weight = numbers.text(.number(component.weight), of: .setting(path + ".weight"))
      return .object(
        [("weight", weight)] + parameters(of: component.distribution, in: path)
          + ShapeWriter(component.shape, numbers, .settings(path: path)).members)
    }
    return [("components", .array(texts))]
  }

  private var lattice: JSONText {
    let beamline = run.file.beamline
    return [
      "elements": .object(
        beamline.elements.enumerated().map { index, item in
          (item.name, describe(item.element, item, index))
        }),
      "lines": .object([
        ("line", .array(beamline.order.map { .string(beamline.elements[$0].name) }))
      ]),
      "use": "line",
    ]
  }

  private func describe<E: Element>(
    _ element: E, _ item: BeamlineElement, _ index: Int
  ) -> JSONText {
    let expressed = numbers.parameters(ofElement: index, in: run.file.beamline)
    var members: [(String, JSONText)] = [("kind", .string(E.kind))]
    members += E.parameters.members(of: element, default: E(), and: expressed).map { name, value in
      (name, numbers.text(value) { number(E.self, index, name, entry: $0) })
    }
    members.append(("model", .string(element.model.rawValue)))
    members += BeamlineElement.parameters.members(
      of: item, default: BeamlineElement(element), and: expressed
    ).map { name, value in
      (name, numbers.text(value, of: number(E.self, index, name)))
    }
    members += Placement.parameters.members(
      of: item.placement, default: Placement(), and: expressed
    ).map { name, value in
      (name, numbers.text(value, of: number(E.self, index, name)))
    }
    if let aperture = item.placement.aperture {
      let path = "lattice.elements.\(item.name).aperture"
      var object = Aperture.parameters.members(of: Aperture(aperture.shape), default: Aperture())
        .map { name, value in
          (
            name,
            numbers.text(value) { .setting("\(path).\(name)" + ($0.map { "[\($0)]" } ?? "")) }
          )
        }
      if aperture.position != E.aperturePosition {
        object.append(("at", .string(aperture.position.word)))
      }
      if aperture.isFixed { object.append(("fixed", .boolean(true))) }
      members.append(("aperture", .object(object)))
    }
    return .object(members)
  }

  /// What the element's `name` is.
  private func number<E: Element>(
    _ kind: E.Type, _ index: Int, _ name: String, entry: Int? = nil
  ) -> RunNumber {
    BeamlineParameter(element: index, kind, name, entry: entry).map(RunNumber.element)
      ?? .setting("lattice.elements.\(run.file.beamline.elements[index].name).\(name)")
  }
}

extension ParameterTable {
  /// The parameters that say something: those that a file must give, those that are not at their
  /// default, one of each set of alternatives that needs one, and those among `others`.
  func members(
    of subject: Subject, default initial: Subject, and others: Set<String> = []
  ) -> [(String, JSONText)] {
    var needed = others.union(parameters.filter(\.isRequired).map(\.name))
    for choice in alternatives where choice.isRequired {
      let given = choice.names.first { name in
        others.contains(name) || self[name].map { !$0.storage.isEqual(subject, initial) } ?? false
      }
      needed.insert(given ?? choice.names[0])
    }
    if let variants, case .word(let path, _)? = self[variants.choice]?.storage {
      needed.formUnion(variants.names(with: subject[keyPath: path]))
    }
    return parameters.compactMap { parameter in
      // What is computed from other numbers is left to those.
      if case .real = parameter.storage, parameter.offset == nil { return nil }
      guard parameter.column == nil,
        needed.contains(parameter.name) || !parameter.storage.isEqual(subject, initial)
      else { return nil }
      return (parameter.name, parameter.storage.text(subject))
    }
  }
}

extension Parameter.Storage {
  func text(_ subject: Subject) -> JSONText {
    switch self {
    case .real(let path, _): .number(subject[keyPath: path])
    case .optional(let path, _, _): subject[keyPath: path].map { .number($0) } ?? .null
    case .vector(let path): .numbers(subject[keyPath: path])
    case .integer(let path, _, _): .integer(subject[keyPath: path])
    case .chosen(let path, _, _): subject[keyPath: path].map { .integer($0) } ?? .string("chosen")
    case .word(let path, _): .string(subject[keyPath: path])
    case .rows(let path, _): .array(subject[keyPath: path].map { .numbers($0) })
    case .flag(let path): .boolean(subject[keyPath: path])
    case .objects(let objects): Self.texts(of: objects, subject)
    }
  }

  private static func texts<List: ParameterObjects<Subject>>(
    of objects: List, _ subject: Subject
  ) -> JSONText {
    let initial = objects.make()
    return .array(
      subject[keyPath: objects.path].map { item in
        .object(
          objects.table.parameters.compactMap { parameter in
            parameter.isRequired || !parameter.storage.isEqual(item, initial)
              ? (parameter.name, parameter.storage.text(item)) : nil
          })
      })
  }
}
