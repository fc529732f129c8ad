import AutoDiff
import BeamDynamics
import Documents
import Foundation
import LatticeFiles
import Sensitivity
import Support
import Testing

@Suite("Constants in run files")
struct ConstantsTests {
  private static let text = """
    {"constants": {"kq": 103.5, "f": "kq * 0.5", "n": 3, "b": "beta / 2", "beta": 0.25, "unused": 7},
     "beam": {"species": "electron", "kinetic_energy": "100 * electron_mass", "charge": "n * 1e-12",
      "particles": "10 ^ n", "seed": "n", "distribution": {"kind": "gaussian", "cut": "n + 1",
       "twiss": {"beta_x": "b", "emittance_x": 1e-9, "beta_y": "beta", "alpha_y": "-b",
        "emittance_y": "1e-9", "beta_t": 1, "emittance_t": 1e-9},
       "mean": {"x": "b * 1e-6"}, "dispersion": {"px": "b*1e-3"}}},
     "lattice": {"elements": {
       "d": {"kind": "Drift", "length": 0.1},
       "q": {"kind": "Quadrupole", "length": "f / 1e3", "k1": "-kq", "slices": "n + 1",
             "dx": "1e-6*n", "aperture": {"x": "b", "y": 1}},
       "m": {"kind": "ThinMultipole", "normal": [0, "kq / 1e3", 0.25, "-b"]}},
      "lines": {"cell": ["d", "q", "m"], "all": [{"repeat": "n", "line": "cell"}]}, "use": "all"},
     "tracking": {"turns": "n - 1", "slices": "2"}}
    """

  private func parse(_ text: String) throws -> RunFile {
    try RunFile.parse(Array(text.utf8), path: "run.json")
  }

  private func names(of bindings: [Binding], in run: RunFile) -> [String] {
    bindings.map { DesignRun(run.beamline, run.beam).name(of: $0.number) }
  }

  private func messages(_ text: String) -> [String] {
    refusals { _ = try parse(text) }
  }

  @Test func expressionsStandInAnyNumbersPlace() throws {
    let run = try parse(Self.text)
    #expect(run.constants.constants.map(\.name) == ["kq", "f", "n", "b", "beta", "unused"])
    #expect(run.constants.values == [103.5, 51.75, 3, 0.125, 0.25, 7])
    #expect(run.beam.kineticEnergy == 100 * Species.electron.mass)
    guard case .drawn(let beam) = run.beam.source else {
      Issue.record("the beam is not drawn")
      return
    }
    #expect(beam.charge == 3e-12 && beam.particles == 1000 && beam.seed == 3)
    #expect(beam.shape.mean.x == 0.125e-6)
    let q = run.beamline.elements[1]
    #expect((q.element as? Quadrupole)?.k1 == -103.5 && q.element.length == 51.75 / 1e3)
    #expect(q.slices == 4 && q.placement.dx == 3e-6)
    #expect(q.placement.aperture?.shape == ApertureShape.ellipse(x: 0.125, y: 1))
    let m = run.beamline.elements[2].element as? ThinMultipole
    #expect(m?.normal == [0, 103.5 / 1e3, 0.25, -0.125])
    #expect(run.beamline.count == 9)
    #expect(run.tracking.turns == 2 && run.tracking.slices == 2)
  }

  @Test func whatAnExpressionGivesIsKnownAfterwards() throws {
    let run = try parse(Self.text)
    let texts = Dictionary(
      zip(names(of: run.bindings, in: run), run.bindings.map(\.expression.text)),
      uniquingKeysWith: { a, _ in a })
    let expected = [
      "beam.kinetic_energy": "100 * electron_mass", "beam.charge": "n * 1e-12",
      "beam.particles": "10 ^ n", "beam.seed": "n", "beam.distribution.cut": "n + 1",
      "beam.beta_x": "b", "beam.beta_y": "beta", "beam.alpha_y": "-b",
      "beam.emittance_y": "1e-9", "beam.mean_x": "b * 1e-6", "beam.dispersion_px": "b*1e-3",
      "q.length": "f / 1e3", "q.k1": "-kq", "lattice.elements.q.slices": "n + 1",
      "q.dx": "1e-6*n", "lattice.elements.q.aperture.x": "b", "m.normal[1]": "kq / 1e3",
      "m.normal[3]": "-b", "lattice.lines.all": "n", "tracking.turns": "n - 1",
      "tracking.slices": "2",
    ]
    #expect(texts == expected)
    #expect(run.bindings.count == expected.count)
    let settings = run.bindings.filter { if case .setting = $0.number { true } else { false } }
    #expect(
      Set(names(of: settings, in: run)) == [
        "beam.particles", "beam.seed", "beam.distribution.cut", "lattice.elements.q.slices",
        "lattice.elements.q.aperture.x", "lattice.lines.all", "tracking.turns", "tracking.slices",
      ])
  }

  @Test func theOtherWaysToGiveABeamAreKnownToo() throws {
    let run = try parse(
      """
      {"constants": {"s": 1e-3, "m": 938.25},
       "beam": {"species": {"mass": "m", "charge": "-1"}, "momentum": "m / 4", "particles": 5,
        "distribution": {"kind": "gaussian", "sigma": {"x": "s", "px": "2*s", "correlation_x": "s"}}},
       "lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}}}
      """)
    #expect(
      names(of: run.bindings, in: run) == [
        "beam.species.mass", "beam.species.charge", "beam.sigma_x", "beam.sigma_px",
        "beam.correlation_x", "beam.momentum",
      ])
    #expect(run.beam.species.mass == 938.25 && run.beam.species.chargeNumber == -1)

    let covariance = (0..<6).map { i in
      "[" + (0..<6).map { $0 == i ? "\"s^2\"" : "0" }.joined(separator: ",") + "]"
    }
    let second = try parse(
      """
      {"constants": {"s": 1e-3},
       "beam": {"species": "proton", "kinetic_energy": 1, "particles": 5, "distribution":
         {"kind": "gaussian", "covariance": [\(covariance.joined(separator: ","))]}},
       "lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}}}
      """)
    let variances = ["x_x", "px_px", "y_y", "py_py", "t_t", "pt_pt"]
    #expect(names(of: second.bindings, in: second) == variances.map { "beam.covariance_\($0)" })
  }

  /// Varying a constant and differentiating to it are one mechanism: duals over the same tables.
  @Test func numbersFollowTheirConstantsWithDerivatives() throws {
    let run = try parse(Self.text)
    let kq = try run.constants.independentPlace(of: "kq")
    let constants = run.constants.values(replacing: [kq: Dual<1, Double>(103.5, variable: 0)])
    let derivatives = Dictionary(
      zip(
        names(of: run.bindings, in: run),
        run.bindings.map { $0.value(constants: constants).tangent[0] }),
      uniquingKeysWith: { a, _ in a })
    #expect(derivatives["q.length"] == 0.5 / 1e3)
    #expect(derivatives["q.k1"] == -1)
    #expect(derivatives["m.normal[1]"] == 1 / 1e3)
    #expect(derivatives["beam.beta_x"] == 0)
    #expect(throws: ConstantMistake.self) { try run.constants.independentPlace(of: "f") }
  }

  @Test func mistakesStandAtTheirCharacter() {
    let found = messages(
      """
      {"constants": {"kq": "2 * (3", "a": "c", "c": "a", "r": 2},
       "beam": {"species": "electron", "kinetic_energy": "r - 3", "particles": "r / 4",
        "distribution": {"kind": "gaussian", "sigma": {"x": "1/(r-2)"}, "mean": {"x": "\\u0072 * kqq"}}},
       "lattice": {"elements": {"q": {"kind": "Quadrupole", "length": "kq", "k1": "a", "dy": "r r"},
         "m": {"kind": "ThinMultipole", "normal": [0, "sine(r)", "s"]}},
        "lines": {"l": [{"repeat": "-r", "line": "q"}, "m"]}}, "tracking": {"slices": "r^^2"}}
      """)
    #expect(
      found == [
        "run.json:1:27: constant \"kq\": this \"(\" is not closed",
        "run.json:1:48: constant \"a\" depends on itself: \"a\" → \"c\" → \"a\"",
        "run.json:2:52: \"beam\", \"kinetic_energy\": expected a number above 0, "
          + "found \"r - 3\", which is -1",
        "run.json:2:74: \"beam\", \"particles\": expected an integer from 1 to 10000000000, "
          + "found \"r / 4\", which is 0.5",
        "run.json:3:57: \"sigma\", \"x\": the expression \"1/(r-2)\" has no finite value",
        "run.json:3:91: \"mean\", \"x\": there is no constant \"kqq\"; there are: kq, a, c, r, pi, "
          + "speed_of_light, elementary_charge, vacuum_permittivity, electron_mass, proton_mass, "
          + "muon_mass; did you mean \"kq\"?",
        "run.json:4:91: Quadrupole \"q\", \"dy\": expected an operator, found \"r\"; "
          + "a product is written with \"*\"",
        "run.json:5:50: ThinMultipole \"m\", \"normal\": there is no function \"sine\"; there are: "
          + "sqrt, cbrt, exp, expm1, log, log1p, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, "
          + "asinh, abs, atan2, hypot, pow, min, max; did you mean \"sin\"?",
        "run.json:5:61: ThinMultipole \"m\", \"normal\": there is no constant \"s\"; there are: "
          + "kq, a, c, r, pi, speed_of_light, elementary_charge, vacuum_permittivity, "
          + "electron_mass, proton_mass, muon_mass",
        "run.json:6:30: an entry of line \"l\", \"repeat\": expected an integer from 0 to 10000000, "
          + "found \"-r\", which is -2",
        "run.json:6:84: \"tracking\", \"slices\": expected a number, a name or \"(\", found \"^\"",
      ])
  }

  @Test func constantsAreAnObject() {
    let found = messages(
      """
      {"constants": [1], "lattice": {"elements": {"d": {"kind": "Drift", "length": "pi"}}, "lines": {"l": ["d"]}}}
      """)
    #expect(found.contains("run.json:1:15: expected an object for \"constants\", found an array"))
  }

  @Test func wordsAreNoExpressions() {
    // Where a word is asked for, a constant of that name changes nothing.
    let found = messages(
      """
      {"constants": {"exact": 1}, "lattice": {"elements": {"d": {"kind": "Drift", "length": "exact",
        "model": "exact"}}, "lines": {"l": ["d"]}}}
      """)
    #expect(found.isEmpty)
  }

  /// The member `input` of run.json, run again, gives the same files.
  @Test func theRecordOfARunRepeatsItToTheBit() throws {
    let folder = try TemporaryFolder()
    let files = ["moments.csv", "particles.csv", "reference.csv", "lost.csv"]
    var run = TrackingRun(try parse(Self.text), workers: .one)
    run.directory = folder.file("first")
    _ = try run()

    var diagnostics = Diagnostics(file: "run.json")
    let record = try #require(JSON.parse(try folder.text("first/run.json"), &diagnostics))
    var reader = try #require(ObjectReader(record, describedAs: "the record", &diagnostics))
    let input = reader.node("input")
    let text = JSONText(try #require(input)).pretty
    for expression in ["kq * 0.5", "-kq", "f / 1e3", "kq / 1e3", "100 * electron_mass", "1e-6*n"] {
      #expect(text.contains("\"\(expression)\""), "\(expression) is not in the record")
    }
    let again = try parse(text)
    #expect(again.constants.values == run.file.constants.values)
    var second = TrackingRun(again, workers: .one)
    second.directory = folder.file("second")
    _ = try second()
    for file in files {
      #expect(try folder.text("first/\(file)") == folder.text("second/\(file)"), "\(file)")
    }
  }

  @Test func whatWasChangedAfterReadingIsRecordedByItsValue() throws {
    let folder = try TemporaryFolder()
    var file = try parse(Self.text)
    file.beam.kineticEnergy = 64
    var run = TrackingRun(file, workers: .one)
    run.directory = folder.path
    _ = try run()
    let record = try folder.text("run.json")
    #expect(record.contains("\"kinetic_energy\": 64.0"))
    #expect(!record.contains("100 * electron_mass"))
  }
}
