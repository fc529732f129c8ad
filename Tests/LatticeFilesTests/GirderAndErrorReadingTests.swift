import BeamDynamics
import Documents
import Foundation
import LatticeFiles
import Sensitivity
import Support
import Testing

private let start = """
  "constants": {"up": 1e-3, "w": 1e-3, "k": 3},
  "beam": {"species": "electron", "kinetic_energy": 99.489, "charge": 1e-11, "particles": 50,
    "distribution": {"kind": "gaussian", "twiss": {"beta_x": 2, "emittance_x": 1e-8, "beta_y": 2,
      "emittance_y": 1e-8, "beta_t": 1, "emittance_t": 1e-9}}},
  "lattice": {"elements": {
    "d": {"kind": "Drift", "length": 0.5},
    "q1": {"kind": "Quadrupole", "length": 0.2, "k1": "k"},
    "b1": {"kind": "Bend", "length": 0.4, "angle": 0.1},
    "q2": {"kind": "Quadrupole", "length": 0.2, "k1": -3},
    "m": {"kind": "Multipole", "length": 0.1, "normal": [0, 2]},
    "c": {"kind": "ShortRFCavity", "voltage": 1e5, "frequency": 1e9},
    "bpm": {"kind": "Monitor"}},
   "lines": {"cell": ["q1", "d", "b1", "d", "q2"], "l": ["d", {"repeat": 2, "line": "cell"}, "m", "c", "bpm"]},
   "use": "l"}
  """

private func text(girders: String? = nil, errors: String? = nil, more: String = "") -> String {
  "{" + start + (girders.map { ", \"girders\": \($0)" } ?? "")
    + (errors.map { ", \"errors\": \($0)" } ?? "") + more + "}"
}

private func parse(_ text: String, path: String = "run.json") throws -> RunFile {
  try RunFile.parse(Array(text.utf8), path: path)
}

private func messages(_ text: String) -> [String] {
  refusals { _ = try parse(text) }
}

@Suite("Girders and errors in run files")
struct GirderAndErrorReadingTests {
  @Test func girdersCarryPlacesAndWhatIsBetweenThem() throws {
    let run = try parse(
      text(
        girders: """
          {"g1": {"elements": ["q1#1", "b1#1", "q2#1"], "dx": "up", "yaw": 2e-3, "pivot": "entrance"},
           "g2": {"elements": ["q2#2", "q1#2", "b1#2"], "dy": -1e-3}}
          """))
    let girders = run.beamline.girders
    #expect(girders.map(\.name) == ["g1", "g2"])
    #expect(girders.map(\.occurrences) == [[1..<6], [6..<11]])
    #expect(girders[0].dx == 1e-3 && girders[0].yaw == 2e-3 && girders[0].pivot == .entrance)
    #expect(girders[1].dy == -1e-3 && girders[1].pivot == .center)
  }

  @Test(arguments: [
    ("[]", "expected an object for \"girders\", found an array"),
    ("{\"g\": {}}", "girder \"g\" needs \"elements\""),
    ("{\"g\": {\"elements\": []}}", "expected names of places, found none"),
    ("{\"g\": {\"elements\": [1]}}", "expected a name, found"),
    ("{\"g\": {\"elements\": [\"q1\"]}}", "name one of \"q1#1\" to \"q1#2\""),
    (
      "{\"g\": {\"elements\": [\"n\"]}}", "there is no place \"n\": expected an element of the line"
    ),
    ("{\"g\": {\"elements\": [\"m\", \"m\"]}}", "\"m\" stands on it twice"),
    (
      "{\"g\": {\"elements\": [\"q1#1\", \"q2#1\"]}}",
      "\"b1#1\" stands between \"q1#1\" and \"q2#1\"; name it too"
    ),
    ("{\"g\": {\"elements\": [\"m\"], \"dxx\": 1}}", "did you mean \"dx\"?"),
    ("{\"g\": {\"elements\": [\"m\"], \"pivot\": \"exit\"}}", "expected one of center, entrance"),
    (
      "{\"g\": {\"elements\": [\"m\"]}, \"h\": {\"elements\": [\"m\", \"c\"]}}",
      "girder \"h\": \"m\" stands on girder \"g\" already"
    ),
    ("{\"q1\": {\"elements\": [\"m\"]}}", "girder \"q1\": an element has this name already"),
  ])
  func aWrongGirderIsNamed(_ girders: String, _ expected: String) {
    let found = messages(text(girders: girders))
    #expect(found.contains { $0.hasPrefix("run.json:") && $0.contains(expected) }, "\(found)")
  }

  @Test func familiesOfErrorsAreRead() throws {
    let run = try parse(
      text(
        errors: """
          [{"elements": "q*", "parameter": "dx", "gaussian": 1e-4, "cut": 3, "seed": 7},
           {"name": "supplies", "elements": ["Quadrupole"], "parameter": "k1", "relative": true, "uniform": 1e-3},
           {"elements": "m", "multipoles": {"normal": [0, 0, 1e-4], "skew": [1e-5], "radius": 0.02, "order": 1}},
           {"elements": "c", "parameter": "voltage", "relative": true, "gaussian": 0.01},
           {"elements": "c", "parameter": "phase", "value": "up"},
           {"elements": "bpm", "parameter": "offset_x", "gaussian": 1e-4}]
          """))
    #expect(run.errors.map(\.name) == ["1", "supplies", "3", "4", "5", "6"])
    #expect(run.errors[0].distribution == .gaussian(1e-4, cut: 3) && run.errors[0].seed == 7)
    #expect(run.errors[1].isRelative && run.errors[1].distribution == .uniform(limit: 1e-3))
    #expect(run.errors[4].distribution == .fixed(1e-3))
    #expect(run.warnings.isEmpty)
    let table = ErrorTable(run.beamline)
    #expect(table.rows.count == 4 + 4 + 2 + 1 + 1 + 1)
    let voltage = try #require(table.rows.first { $0.parameter == "voltage" })
    #expect(voltage.place == "c" && voltage.nominal == 1e5 && voltage.value != 1e5)
    // The elements themselves stay those of the design.
    #expect((run.beamline["q1"]?.element as? Quadrupole)?.k1 == 3)
  }

  @Test(arguments: [
    ("{}", "\"errors\": expected a list of families of errors, found"),
    ("[7]", "expected an object for family 1 of errors"),
    ("[{\"parameter\": \"dx\", \"value\": 1}]", "family 1 of errors needs \"elements\""),
    (
      "[{\"elements\": 3, \"parameter\": \"dx\", \"value\": 1}]",
      "expected a pattern of names, or a list of patterns, found"
    ),
    ("[{\"elements\": [], \"parameter\": \"dx\", \"value\": 1}]", "\"elements\" is empty"),
    (
      "[{\"elements\": \"q*\", \"value\": 1}]", "needs exactly one of \"parameter\", \"multipoles\""
    ),
    (
      "[{\"elements\": \"q*\", \"parameter\": \"dx\"}]",
      "needs exactly one of \"gaussian\", \"uniform\", \"value\""
    ),
    (
      "[{\"elements\": \"q*\", \"parameter\": \"dx\", \"value\": 1, \"uniform\": 1}]",
      "has \"uniform\" and \"value\"; expected exactly one of them"
    ),
    (
      "[{\"elements\": \"q*\", \"parameter\": \"dx\", \"uniform\": 1, \"cut\": 3}]",
      "only \"gaussian\" has a \"cut\""
    ),
    (
      "[{\"elements\": \"q*\", \"parameter\": \"dx\", \"gaussian\": 1, \"cut\": 0}]",
      "of at least 0.1"
    ),
    ("[{\"elements\": \"q*\", \"parameter\": \"dx\", \"gaussian\": -1}]", "of at least 0"),
    (
      "[{\"elements\": \"q*\", \"parameter\": \"dx\", \"value\": 1, \"sead\": 1}]",
      "did you mean \"seed\"?"
    ),
    (
      "[{\"elements\": \"x*\", \"parameter\": \"dx\", \"value\": 1}]",
      "errors \"1\": \"x*\" is no name, no pattern of names and no kind of the line's elements"
    ),
    (
      "[{\"elements\": \"Quadrupol\", \"parameter\": \"dx\", \"value\": 1}]",
      "did you mean \"Quadrupole\"?"
    ),
    (
      "[{\"elements\": \"q1\", \"parameter\": \"k2\", \"value\": 1}]",
      "\"q1.k2\": Quadrupole has no parameter \"k2\" that can vary"
    ),
    (
      "[{\"elements\": \"q*\", \"parameter\": \"length\", \"value\": -1}]",
      "Quadrupole \"q1#1\" with its errors: \"length\" becomes -0.8, but it must not be negative"
    ),
    (
      "[{\"elements\": \"d\", \"multipoles\": {\"normal\": [1]}}]",
      "Drift takes no multipoles"
    ),
    ("[{\"elements\": \"m\", \"multipoles\": {}}]", "it needs \"normal\", \"skew\", or both"),
    (
      "[{\"elements\": \"m\", \"multipoles\": {\"normal\": [0, 1], \"radius\": 1}}]",
      "\"radius\" needs \"order\""
    ),
    (
      "[{\"elements\": \"m\", \"multipoles\": {\"normal\": [0, 1], \"order\": 1}}]",
      "\"order\" needs \"radius\""
    ),
    (
      "[{\"elements\": \"m\", \"multipoles\": {\"normal\": [0, 1]}, \"relative\": true}]",
      "leave out \"relative\""
    ),
    (
      "[{\"elements\": \"m\", \"multipoles\": {\"normal\": [0, 1], \"radius\": 1, \"order\": 2}}]",
      "\"m.normal[2]\": it is 0: nothing is relative to it"
    ),
    (
      """
      [{"name": "a", "elements": "m", "parameter": "dx", "value": 1},
       {"name": "a", "elements": "m", "parameter": "dy", "value": 1}]
      """, "there are two families of errors \"a\""
    ),
  ])
  func aWrongFamilyIsNamed(_ errors: String, _ expected: String) {
    let found = messages(text(errors: errors))
    #expect(found.contains { $0.hasPrefix("run.json:") && $0.contains(expected) }, "\(found)")
  }

  /// What is right but perhaps not meant is a warning.
  @Test func elementsWithoutTheNumberAreWarnedOf() throws {
    let run = try parse(
      text(
        errors: """
          [{"elements": "*", "parameter": "k1", "value": 0.1},
           {"elements": "q1", "parameter": "dx", "relative": true, "value": 0.1}]
          """))
    let warnings = run.warnings.map(\.description)
    #expect(warnings.contains { $0.contains("some of the elements have no such errors: \"d.k1\"") })
    #expect(warnings.contains { $0.contains("\"q1.dx\" is 0, so that a relative error is, too") })
  }

  private let design = """
    , "variables": ["g1.dx", "g1.yaw", "q1.k1", "constants.up", "q2.dx"],
    "objective": {"terms": [{"quantity": "mean_x", "target": 0}, {"quantity": "sigma_y", "target": 0},
      {"quantity": "mean_py", "target": 0}]}
    """
  private let girders = """
    {"g1": {"elements": ["q1#1", "b1#1", "q2#1"], "dx": 2e-3, "dy": "up", "tilt": 1e-3}}
    """
  private let errors = """
    [{"elements": ["q*", "b?"], "parameter": "dx", "gaussian": 1e-4, "cut": 3, "seed": 7},
     {"elements": "Quadrupole", "parameter": "k1", "relative": true, "uniform": 1e-2},
     {"elements": "g?", "parameter": "pitch", "gaussian": "w / 10"},
     {"elements": "m", "multipoles": {"normal": [0, 0, 1e-2], "radius": 0.02, "order": 1}, "gaussian": 1}]
    """

  /// Variables of girders, and of what has errors, by either method: gradients are differences.
  @Test(arguments: ["particles", "envelope"])
  func gradientsSeeTheMachineWithItsErrors(_ method: String) throws {
    let folder = try TemporaryFolder()
    let file = try parse(
      text(
        girders: girders, errors: errors,
        more: design + ", \"tracking\": {\"method\": \"\(method)\"}"),
      path: folder.path + "/run.json")
    var run = GradientRun(file)
    run.isChecked = true
    let summary = try run()
    #expect(summary.check?.agrees == true)
    #expect(summary.gradient.allSatisfy { $0 != 0 })
    #expect(FileManager.default.fileExists(atPath: folder.path + "/out/errors.csv"))
    // Without the errors it is another machine.
    let other = try parse(text(girders: girders, more: design), path: "run.json")
    let perfect = try #require(try other.makeDesign()).valueAndGradient(
      at: other.variables?.start ?? [])
    #expect(perfect.value != summary.objective)
  }

  /// `errors.csv` says what each place got: a line whose elements have these values is the machine.
  @Test func theFileOfErrorsIsTheMachine() throws {
    let folder = try TemporaryFolder()
    let file = try parse(
      text(girders: girders, errors: errors), path: folder.path + "/run.json")
    let summary = try TrackingRun(file)()
    #expect(summary.files.contains { $0.name == "errors.csv" })
    let table = try ResultTable(folder.path + "/out/errors.csv")
    #expect(
      table.columns
        == ["place", "occurrence", "s", "family", "parameter", "nominal", "error", "value"])
    var line = file.beamline.withoutErrors
    var items = (0..<line.count).map { place in
      var item = line[place: place]
      item.name = line.placeNames[place]
      return item
    }
    var pitch = 0.0
    for row in 0..<table.rows.count {
      let (place, parameter) = (table.text("place", row: row), table.text("parameter", row: row))
      let value = table.number("value", row: row)
      guard place != "g1" else {
        pitch = value
        continue
      }
      let index = try line.place(named: place)
      if parameter == "normal[2]", var m = items[index].element as? Multipole {
        m.normal.append(value)
        items[index].element = m
        continue
      }
      var all = Beamline(items)
      all[try all.parameter(named: "\(place).\(parameter)")] = value
      items[index] = all[place: index]
    }
    line = try Beamline(items).mounted(on: try #require(file.beamline.girders.first))
    line[girder: "g1"]?.pitch = pitch
    var (a, b) = (try file.makeBunch(), try file.makeBunch())
    try Tracker(file.beamline).track(&a)
    try Tracker(line).track(&b)
    for i in 0..<a.count { #expect(a[i] == b[i]) }
    #expect(pitch != 0)
  }

  /// The record of a run is a run file: the same machine, bit for bit, with expressions as written.
  @Test func theRecordOfARunIsTheSameMachine() throws {
    let folder = try TemporaryFolder()
    let file = try parse(
      text(girders: girders, errors: errors, more: design), path: folder.path + "/run.json")
    _ = try TrackingRun(file)()
    let record = try String(contentsOfFile: folder.path + "/out/run.json", encoding: .utf8)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(record.utf8)) as? [String: Any])
    let input = try #require(object["input"] as? [String: Any])
    let again = try RunFile.parse(
      Array(try JSONSerialization.data(withJSONObject: input)), path: "again.json")
    #expect(again.errors == file.errors)
    #expect(again.beamline.errors == file.beamline.errors)
    #expect(again.beamline.girders == file.beamline.girders)
    #expect(record.contains("\"dy\": \"up\"") && record.contains("\"gaussian\": \"w / 10\""))
    #expect(again.variables?.names == file.variables?.names)
    var (a, b) = (try file.makeBunch(), try again.makeBunch())
    try Tracker(file.beamline).track(&a)
    try Tracker(again.beamline).track(&b)
    for i in 0..<a.count { #expect(a[i] == b[i]) }
  }

  /// A varied constant moves girders that follow it; a width of errors cannot follow.
  @Test func constantsMoveGirdersAndNotErrors() throws {
    let found = messages(
      text(
        girders: girders,
        errors: "[{\"elements\": \"q1\", \"parameter\": \"dx\", \"gaussian\": \"up\"}]",
        more: ", \"variables\": [\"constants.up\"]"))
    #expect(
      found.contains {
        $0.contains("\"errors[0].gaussian\" is an expression of it and cannot vary")
      }, "\(found)")
    let run = try parse(text(girders: girders, more: ", \"variables\": [\"constants.up\"]"))
    #expect(try run.setting([5e-3]).beamline[girder: "g1"]?.dy == 5e-3)
  }
}
