import BeamDynamics
import Documents
import Foundation
import LatticeFiles
import Sensitivity
import Support
import Testing

private let beam = """
  "beam": {"species": "electron", "kinetic_energy": 5, "charge": 1e-11, "particles": 50,
    "distribution": {"kind": "gaussian", "twiss": {"beta_x": "b", "emittance_x": 1e-6, "beta_y": 2,
      "emittance_y": 1e-6, "beta_t": 1, "emittance_t": 1e-9}, "dispersion": {"x": 0.1}}}
  """
private let lattice = """
  "constants": {"kq": 3, "b": 2, "half": "kq / 2", "n": 2, "idle": 1},
  "lattice": {"elements": {
    "d": {"kind": "Drift", "length": 0.5, "slices": "n"},
    "q1": {"kind": "Quadrupole", "length": 0.2, "k1": "kq"},
    "q2": {"kind": "Quadrupole", "length": 0.2, "k1": "-half"},
    "q3": {"kind": "Quadrupole", "length": 0.2, "k1": 3}},
   "lines": {"l": ["d", "q1", "d", "q2", "q3"]}}
  """

private func text(variables: String, terms: String, more: String = "") -> String {
  """
  {\(beam), \(lattice),
  "variables": [\(variables)],
  "objective": {"terms": [\(terms)]}\(more)}
  """
}

private func parse(_ text: String, path: String = "run.json") throws -> RunFile {
  try RunFile.parse(Array(text.utf8), path: path)
}

private func messages(_ text: String) -> [String] {
  refusals { _ = try parse(text) }
}

private let anyTerm = "{\"at\": \"end\", \"quantity\": \"beta_x\", \"target\": 1}"

@Suite("Designs in run files")
struct DesignReadingTests {
  @Test func variablesHaveBoundsScalesGroupsAndSharedPlaces() throws {
    let run = try parse(
      text(
        variables: """
          "q1.k1", {"name": "beam.beta_x", "min": 1, "max": 5, "scale": 0.5, "group": "beam"},
          {"name": "length", "of": ["q2.length", "q3.length"]},
          {"group": "steerers", "names": ["q1.dx", "q1.dy"], "min": -1e-3, "max": 1e-3},
          {"name": "q3.k1", "value": 4}
          """, terms: anyTerm))
    let variables = try #require(run.variables)
    #expect(
      variables.names == ["q1.k1", "beam.beta_x", "length", "q1.dx", "q1.dy", "q3.k1"])
    #expect(variables.start == [3, 2, 0.2, 0, 0, 4])
    #expect(variables.variables.map(\.scale) == [3, 0.5, 0.2, 1e-3, 1e-3, 4])
    #expect(variables.variables.map(\.group) == [nil, "beam", nil, "steerers", "steerers", nil])
    #expect(variables.variables[1].minimum == 1 && variables.variables[1].maximum == 5)
    #expect(variables.numbers.count == 7)
  }

  @Test func aConstantReachesAllThatFollowsItUnlessThatIsAVariableItself() throws {
    let run = try parse(text(variables: "\"constants.kq\", \"q2.k1\"", terms: anyTerm))
    let variables = try #require(run.variables)
    // q2.k1 = −kq/2 has become a variable of its own.
    #expect(variables.numbers.count == 2)
    #expect(Set(variables.numbers(of: [5, -7])) == [5, -7])
    let moved = try run.setting([5, -7])
    #expect(moved.constants.values[0] == 5 && moved.constants.values[2] == 2.5)
    #expect((moved.beamline.elements[1].element as? Quadrupole)?.k1 == 5)
    #expect((moved.beamline.elements[2].element as? Quadrupole)?.k1 == -7)
  }

  /// Each mistake with its place, what is there, and the nearest name.
  @Test(arguments: [
    ("\"q1.k2\"", "\"q1.k2\": Quadrupole has no parameter \"k2\""),
    ("\"q11.k1\"", "there is no element \"q11\"; did you mean \"q1\"?"),
    ("\"kq\"", "a constant is varied as \"constants.kq\""),
    ("\"constants.half\"", "is an expression of \"kq\""),
    ("\"constants.kp\"", "there is no constant \"kp\""),
    (
      "\"constants.n\"",
      "\"lattice.elements.d.slices\" is an expression of it and cannot vary: it is a setting"
    ),
    ("\"beam.betax\"", "did you mean \"beam.beta_x\"?"),
    ("\"beam.current\"", "the beam is not described by \"current\""),
    ("\"q1.k1\", \"q1.k1\"", "there are two variables \"q1.k1\""),
    ("\"q1.k1\", {\"name\": \"a\", \"of\": [\"q1.k1\"]}", "is varied by \"q1.k1\" already"),
    ("\"beam.momentum\", \"beam.kinetic_energy\"", "is varied by \"beam.momentum\" already"),
    ("{\"name\": \"a\", \"of\": [\"q1.k1\", \"q2.k1\"]}", "have different values"),
    ("{\"name\": \"q1.k1\", \"max\": 1}", "outside its bounds"),
    ("{\"name\": \"q1.k1\", \"min\": 9, \"max\": 1}", "\"min\" is above \"max\""),
    ("{\"name\": \"q1.k1\", \"mni\": 1}", "did you mean \"min\"?"),
    ("{\"group\": \"g\"}", "a variable needs a \"name\""),
    ("\"beam.particles[50].x\"", "the beam has particles 0 to 49"),
    ("\"beam.particles[5].q\"", "expected a particle and one of"),
    ("7", "expected an object for a variable"),
    ("", "\"variables\" names none"),
  ])
  func aWrongVariableIsNamed(_ variables: String, _ expected: String) {
    let found = messages(text(variables: variables, terms: anyTerm))
    #expect(found.contains { $0.hasPrefix("run.json:") && $0.contains(expected) }, "\(found)")
  }

  @Test(arguments: [
    ("{\"at\": \"ende\", \"quantity\": \"beta_x\"}", "did you mean \"end\"?"),
    ("{\"at\": \"d\", \"quantity\": \"beta_x\"}", "name one of \"d#1\" to \"d#2\""),
    ("{\"quantity\": \"betax\"}", "did you mean \"beta_x\"?"),
    ("{\"quantity\": \"max_y\"}", "the coordinate of a single particle"),
    ("{\"quantity\": \"particles\"}", "is a whole number"),
    ("{\"at\": \"end\"}", "needs \"quantity\""),
    ("{\"quantity\": \"beta_x\", \"wieght\": 1}", "did you mean \"weight\"?"),
    ("{\"quantity\": \"smoothed_loss\"}", "needs \"aperture\""),
    (
      "{\"at\": \"apertures\", \"quantity\": \"smoothed_loss\"}", "the line has no \"apertures\""
    ),
    ("{\"at\": \"apertures\", \"quantity\": \"beta_x\"}", "no place \"apertures\""),
    (
      "{\"quantity\": \"smoothed_loss\", \"aperture\": {\"x\": 0, \"y\": 1}}",
      "a soft edge needs \"x\" and \"y\" above 0"
    ),
    (
      "{\"quantity\": \"smoothed_loss\", \"aperture\": {\"x\": \"kq\", \"y\": 1}}",
      "must not follow the variable constant"
    ),
    (
      "{\"quantity\": \"smoothed_loss\", \"aperture\": {\"shape\": \"racetrack\", \"x\": 1, \"y\": 1}}",
      "it needs \"rx\""
    ),
    ("{\"quantity\": \"density\", \"image\": \"none.npy\"}", "needs \"axes\""),
    ("{\"quantity\": \"beta_x\", \"target\": \"kq\"}", "must not follow the variable constant"),
    ("", "\"terms\" is empty"),
  ])
  func aWrongTermIsNamed(_ terms: String, _ expected: String) {
    let found = messages(text(variables: "\"constants.kq\"", terms: terms))
    #expect(found.contains { $0.hasPrefix("run.json:") && $0.contains(expected) }, "\(found)")
  }

  @Test(arguments: [
    (", \"optimizer\": {\"method\": \"newtn\"}", "expected one of newton-cg"),
    (", \"optimizer\": {\"max_evaluation\": 5}", "did you mean \"max_evaluations\"?"),
    (", \"optimizer\": {\"tolerance\": -1}", "from 0 to 1"),
    (", \"tracking\": {\"method\": \"reference\"}", "the method \"reference\" tracks none"),
  ])
  func aWrongOptimizerOrMethodIsNamed(_ more: String, _ expected: String) {
    let found = messages(text(variables: "\"q1.k1\"", terms: anyTerm, more: more))
    #expect(found.contains { $0.hasPrefix("run.json:") && $0.contains(expected) }, "\(found)")
  }

  @Test func aMethodForSumsOfSquaresNeedsOne() {
    let found = messages(
      text(
        variables: "\"q1.k1\"", terms: "{\"quantity\": \"beta_x\"}",
        more: ", \"optimizer\": {\"method\": \"levenberg-marquardt\"}"))
    #expect(found.contains { $0.contains("needs a sum of squares") })
  }

  @Test func aVariableThatReachesNothingIsAWarning() throws {
    let run = try parse(text(variables: "\"q1.k1\", \"constants.idle\"", terms: anyTerm))
    #expect(run.warnings.contains { $0.message.contains("nothing in the run depends on") })
  }

  @Test func constantsDriveBeamAndLatticeWithTheRightDerivatives() throws {
    let run = try parse(
      text(
        variables: "\"constants.kq\", \"constants.b\"",
        terms: anyTerm + ", {\"at\": \"q2\", \"quantity\": \"sigma_y\", \"weight\": 1e3}"))
    let design = try #require(try run.makeDesign(workers: .one))
    let start = design.variables.start
    let gradient = try design.valueAndGradient(at: start).gradient
    #expect(gradient.allSatisfy { $0 != 0 })
    #expect(try design.check(gradient, at: start).agrees)
  }

  @Test func everyParticleMayVary() throws {
    let run = try parse(
      text(variables: "{\"names\": [\"beam.particles[*].x\"], \"scale\": 1e-3}", terms: anyTerm))
    #expect(run.variables?.count == 50)
    #expect(run.variables?.names.last == "beam.particles[49].x")
    let design = try #require(try run.makeDesign(workers: .one))
    let gradient = try design.valueAndGradient(at: design.variables.start).gradient
    #expect(try design.check(gradient, at: design.variables.start).agrees)
  }

  @Test func anImageIsReadFromATableOrAnArray() throws {
    let folder = try TemporaryFolder()
    try folder.write("density\n1\n2\n3\n", to: "image.csv")
    let term = """
      {"at": "end", "quantity": "density", "kernel": "linear", "image": "image.csv",
       "axes": [{"coordinate": "x", "min": -1e-2, "max": 1e-2, "cells": 3}]}
      """
    let run = try parse(
      text(variables: "\"q1.k1\"", terms: term), path: folder.url.path + "/run.json")
    guard case .density(let image)? = run.objective?.terms[0].subject else {
      Issue.record("no density was read")
      return
    }
    let fractions: [Double] = [1.0 / 6, 1.0 / 3, 0.5]
    #expect(image.fractions == fractions)
    let wrong = messages(
      text(
        variables: "\"q1.k1\"",
        terms: term.replacingOccurrences(of: "image.csv", with: "\(folder.url.path)/image.csv")
          .replacingOccurrences(of: "\"cells\": 3", with: "\"cells\": 4")))
    #expect(wrong.contains { $0.contains("the screen has 4 cells, the image 3") })
  }

  /// No file is made of a beam that cannot be: description and shape would differ.
  @Test func settingABeamThatCannotBeIsAnError() throws {
    let file = try parse(
      text(
        variables: "\"beam.emittance_x\"",
        terms: "{\"at\": \"end\", \"quantity\": \"sigma_x\"}"))
    #expect(try file.setting([2e-6]).beam.drawn?.shapeDescription?["emittance_x"] == 2e-6)
    #expect {
      try file.setting([-1e-6])
    } throws: { error in
      (error as? InvalidBeamShape)?.parameter == "emittance_x"
    }
  }

  /// Steps are enough for all strengths that a variable may have, also where it starts at 0.
  @Test func stepsAreChosenForTheWholeRangeOfAVariable() throws {
    func splitting(_ k1: Double, _ variables: String = "") throws -> Splitting? {
      let file = try parse(
        """
        {\(beam), "constants": {"b": 2}, "tracking": {"model": "exact"}, \(variables)
        "lattice": {"elements": {"q": {"kind": "Quadrupole", "length": 0.2, "k1": \(k1)}},
          "lines": {"l": ["q"]}}}
        """)
      return (file.beamline[place: 0].element as? Quadrupole)?.splitting
    }
    let (strong, weak) = (try splitting(-20), try splitting(0))
    #expect(strong != weak)
    let ranged = "\"variables\": [{\"name\": \"q.k1\", \"min\": -20, \"max\": 5}],"
    #expect(try splitting(0, ranged) == strong)
    // Without a range, those of the start are kept.
    #expect(try splitting(0, "\"variables\": [\"q.k1\"],") == weak)
  }
}
