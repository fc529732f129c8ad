import BeamDynamics
import DataFiles
import Documents
import Sensitivity

/// Writes variables, objective and optimizer as run files have them.
struct DesignWriter {
  private let file: RunFile
  private let run: DesignRun

  init(_ file: RunFile) {
    self.file = file
    run = file.namedRun
  }

  /// The members of a run file that say the design; none where there is none.
  var members: [(String, JSONText)] {
    var members: [(String, JSONText)] = []
    if let variables = file.variables {
      members.append(("variables", .array(variables.variables.map(describe))))
    }
    if let objective = file.objective {
      members.append(
        ("objective", .object([("terms", .array(objective.terms.map(describe)))])))
    }
    if file.variables != nil || file.objective != nil {
      members.append(
        (
          "optimizer",
          [
            "method": .string(file.optimizer.method),
            "tolerance": .number(file.optimizer.tolerance),
            "max_evaluations": .integer(file.optimizer.evaluations),
          ]
        ))
    }
    if let scan = file.scan { members.append(("scan", describe(scan))) }
    return members
  }

  private func describe(_ scan: ScanDescription) -> JSONText {
    func byName(_ values: [JSONText]) -> (String, JSONText) {
      ("variables", .object(Array(zip(scan.variables.names, values))))
    }
    var members: [(String, JSONText)] = []
    switch scan.settings {
    case .grid(let values):
      members += [("kind", "grid"), byName(values.map { ["values": .numbers($0)] })]
    case .list(let values):
      members += [("kind", "list"), byName(values.map { ["values": .numbers($0)] })]
    case .points(let set, let ranges, let count, let seed):
      let texts = ranges.map { range -> JSONText in
        switch range {
        case .numbers(let from, let to): ["from": .number(from), "to": .number(to)]
        case .whole(let from, let to): ["from": .integer(from), "to": .integer(to)]
        }
      }
      members += [
        ("kind", .string(set.rawValue)), byName(texts), ("count", .integer(count)),
        ("seed", .integer(Int(clamping: seed))),
      ]
    }
    members += [
      ("objective", .boolean(scan.hasObjective)), ("gradient", .boolean(scan.hasGradient)),
    ]
    return .object(members)
  }

  private func describe(_ variable: DesignVariable) -> JSONText {
    var members: [(String, JSONText)] = [("name", .string(variable.name))]
    switch variable.meaning {
    case .constant(let place):
      let name = "constants." + file.constants.constants[place].name
      if name != variable.name { members.append(("of", .array([.string(name)]))) }
    case .numbers(let numbers):
      let places = numbers.map { run.name(of: $0) }
      if places != [variable.name] { members.append(("of", .array(places.map { .string($0) }))) }
      members.append(("value", .number(variable.value)))
    }
    if variable.minimum > -.infinity { members.append(("min", .number(variable.minimum))) }
    if variable.maximum < .infinity { members.append(("max", .number(variable.maximum))) }
    members.append(("scale", .number(variable.scale)))
    if let group = variable.group { members.append(("group", .string(group))) }
    return .object(members)
  }

  private func describe(_ term: ObjectiveTerm) -> JSONText {
    var members: [(String, JSONText)] = [
      ("at", .string(term.placeName)), ("quantity", .string(term.name)),
    ]
    switch term.subject {
    case .quantity: break
    case .smoothedLoss(let loss):
      let plate = Aperture.parameters.members(of: Aperture(loss.shape), default: Aperture())
      members.append(("aperture", .object(plate)))
      members.append(("width", .number(loss.width)))
    case .smoothedLossAtAperture(let loss): members.append(("width", .number(loss.loss.width)))
    case .smoothedLossAtApertures(let losses):
      if let loss = losses.first { members.append(("width", .number(loss.loss.width))) }
    case .density(let image): members += describe(image)
    }
    if let target = term.target { members.append(("target", .number(target))) }
    members.append(("weight", .number(term.weight)))
    return .object(members)
  }

  private func describe(_ image: ScreenImage) -> [(String, JSONText)] {
    var members: [(String, JSONText)] = [
      (
        "axes",
        .array(
          image.screen.axes.map { axis in
            [
              "coordinate": .string(PhaseSpace<Double>.names[axis.coordinate]),
              "min": .number(axis.minimum), "max": .number(axis.maximum),
              "cells": .integer(axis.cells),
            ]
          })
      )
    ]
    switch image.screen.kernel {
    case .linear: members.append(("kernel", "linear"))
    case .gaussian(let width):
      members += [("kernel", "gaussian"), ("kernel_width", .number(width))]
    }
    members.append(("comparison", .string(image.comparison.rawValue)))
    if let source = image.source {
      members.append(("image", .string(FilePaths.absolute(source))))
    }
    return members
  }
}
