import BeamDynamics
import Documents
import Foundation

/// The record of a run: the input as it was understood, and what it was run on. Enough to repeat
/// it.
struct RunRecord {
  private let run: TrackingRun
  private let summary: TrackingRun.Summary

  init(_ run: TrackingRun, _ summary: TrackingRun.Summary) {
    self.run = run
    self.summary = summary
  }

  /// JSON. The member "input" is itself a run file.
  var text: String {
    let host = ProcessInfo.processInfo
    let document: JSONText = [
      "program": "beamtrack",
      "version": .string(PackageVersion.current),
      "run_file": .string(run.file.path),
      "input": input,
      "hardware": [
        "system": .string(host.operatingSystemVersionString),
        "processors": .integer(host.activeProcessorCount),
        "threads": .integer(run.workers.count),
        "memory_bytes": .integer(Int(host.physicalMemory)),
      ],
      "seconds": .object(summary.seconds.map { ($0.phase, .number($0.seconds)) }),
      "particles": .integer(summary.particles),
      "lost": .integer(summary.losses.count),
    ]
    return document.pretty + "\n"
  }

  private var input: JSONText {
    let tracking = run.file.tracking
    let output = run.file.output
    return [
      "beam": beam,
      "lattice": lattice,
      "tracking": [
        "method": "particles", "model": .string(tracking.model.rawValue),
        "slices": .integer(tracking.slices),
        "precision": .string(tracking.precision.rawValue), "turns": .integer(tracking.turns),
      ],
      "output": [
        "directory": .string(output.directory), "moments": .string(output.moments.rawValue),
        "covariance": .boolean(output.covariance), "particles": .boolean(output.particles),
        "format": .string(output.format.rawValue),
      ],
    ]
  }

  private var beam: JSONText {
    let beam = run.file.beam
    var members: [(String, JSONText)] = [
      (
        "species",
        beam.species.name.map(JSONText.string)
          ?? ["mass": .number(beam.species.mass), "charge": .number(beam.species.chargeNumber)]
      ),
      ("kinetic_energy", .number(beam.kineticEnergy)),
    ]
    switch beam.source {
    case .file(let path, let charge):
      if let charge { members.append(("charge", .number(charge))) }
      members.append(("file", .string(URL(fileURLWithPath: path).path)))
    case .drawn(let initial):
      members.append(("charge", .number(initial.charge)))
      members.append(("particles", .integer(initial.particles)))
      members.append(("seed", .integer(Int(clamping: initial.seed))))
      members.append(("quiet_start", .boolean(initial.isQuiet)))
      members.append(
        ("distribution", beam.writtenDistribution.map { JSONText($0) } ?? Self.describe(initial)))
    }
    return .object(members)
  }

  /// A distribution that was not read from a file, by its covariance.
  private static func describe(_ initial: InitialBeam) -> JSONText {
    let covariance = initial.shape.covariance
    let mean = PhaseSpace<Double>.names.enumerated().map { i, name in
      (name, JSONText.number(initial.shape.mean[i]))
    }
    return .object(
      parameters(of: initial.distribution) + [
        (
          "covariance",
          .array((0..<6).map { i in .numbers((0..<6).map { j in covariance[i, j] }) })
        ),
        ("mean", .object(mean)),
      ])
  }

  private static func parameters<D: Distribution>(of distribution: D) -> [(String, JSONText)] {
    [("kind", .string(D.kind))] + D.parameters.members(of: distribution, default: D())
  }

  private var lattice: JSONText {
    let beamline = run.file.beamline
    return [
      "elements": .object(
        beamline.elements.map { item in (item.name, Self.describe(item.element, item)) }),
      "lines": .object([
        ("line", .array(beamline.order.map { .string(beamline.elements[$0].name) }))
      ]),
      "use": "line",
    ]
  }

  private static func describe<E: Element>(
    _ element: E, _ item: BeamlineElement
  ) -> JSONText {
    var members: [(String, JSONText)] = [("kind", .string(E.kind))]
    members += E.parameters.members(of: element, default: E())
    members.append(("model", .string(element.model.rawValue)))
    members += Placement.parameters.members(of: item.placement, default: Placement())
    if let aperture = item.placement.aperture {
      members.append(("aperture", ["x": .number(aperture.x), "y": .number(aperture.y)]))
    }
    return .object(members)
  }
}

extension ParameterTable {
  /// The parameters that say something: those that a file must give, those that are not at their
  /// default, and one of each set of alternatives that needs one.
  func members(of subject: Subject, default standard: Subject) -> [(String, JSONText)] {
    var needed = Set(parameters.filter(\.isRequired).map(\.name))
    for choice in alternatives where choice.isRequired {
      let given = choice.names.first { name in
        self[name].map { !$0.storage.isEqual(subject, standard) } ?? false
      }
      needed.insert(given ?? choice.names[0])
    }
    return parameters.compactMap { parameter in
      guard needed.contains(parameter.name) || !parameter.storage.isEqual(subject, standard)
      else { return nil }
      return (parameter.name, parameter.storage.text(subject))
    }
  }
}

extension Parameter.Storage {
  func text(_ subject: Subject) -> JSONText {
    switch self {
    case .real(let path, _): .number(subject[keyPath: path])
    case .vector(let path): .numbers(subject[keyPath: path])
    case .integer(let path, _, _): .integer(subject[keyPath: path])
    }
  }
}
