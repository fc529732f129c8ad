import BeamDynamics
import Documents
import LatticeFiles
import Testing

private func parse(_ text: String) throws -> RunFile {
  try RunFile.parse(Array(text.utf8), path: "run.json")
}

private func lattice(_ elements: String, _ lines: String, tracking: String = "{}") -> String {
  """
  {"beam": {"species": "proton", "kinetic_energy": 6.7, "particles": 5,
            "distribution": {"kind": "gaussian", "sigma": {"x": 1}}},
   "lattice": {"elements": {\(elements)}, "lines": {\(lines)}, "use": "l"}, "tracking": \(tracking)}
  """
}

@Suite("Run files")
struct RunFileTests {
  @Test func linesAreRepeatedReversedAndNested() throws {
    let run = try parse(
      lattice(
        """
        "a": {"kind": "Drift", "length": 1}, "b": {"kind": "Drift", "length": 2},
        "c": {"kind": "Drift", "length": 3}
        """,
        """
        "cell": ["a", "b"], "two": [{"repeat": 2, "line": "cell"}, "c"],
        "l": ["two", {"reverse": "two"}, {"repeat": 0, "line": "a"}]
        """))
    let names = (0..<run.beamline.count).map { run.beamline[place: $0].name }.joined()
    #expect(names == "ababccbaba")
    #expect(run.beamline.placeNames[4] == "c#1")
    #expect(run.beamline.elements.count == 3)
  }

  @Test func anElementWithoutModelTakesTheRunsOrTheNextMoreAccurate() throws {
    let run = try parse(
      lattice(
        """
        "d": {"kind": "Drift", "length": 1}, "b": {"kind": "Bend", "length": 1, "angle": 0.1},
        "m": {"kind": "Sextupole", "length": 1, "k2": 1}, "k": {"kind": "Kicker"},
        "q": {"kind": "Quadrupole", "length": 1, "model": "linear"}
        """, "\"l\": [\"d\", \"b\", \"m\", \"k\", \"q\"]", tracking: "{\"model\": \"chromatic\"}"))
    let models = run.beamline.elements.map { $0.element.model }
    #expect(models == [.chromatic, .exact, .exact, .thin, .linear])
  }

  @Test func theThreeWaysToGiveAnEnergyAgree() throws {
    func energy(_ text: String) throws -> Double {
      try parse(
        """
        {"beam": {"species": "proton", \(text), "particles": 5,
                  "distribution": {"kind": "gaussian", "sigma": {"x": 1}}},
         "lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}}}
        """
      ).beam.kineticEnergy
    }
    let mass = Species.proton.mass
    let kinetic = 6.7
    let momentum = (kinetic * (kinetic + 2 * mass)).squareRoot()
    // The total energy carries 938 MeV of rest energy: its rounding is 1e-13 of the kinetic energy
    // and less than 2e-14.
    #expect(abs(try energy("\"total_energy\": \(kinetic + mass)") / kinetic - 1) < 5e-14)
    #expect(abs(try energy("\"momentum\": \(momentum)") / kinetic - 1) < 1e-15 * 8)
    #expect(try energy("\"kinetic_energy\": 6.7") == 6.7)
  }

  @Test func aLineThatExplodesIsRefused() throws {
    let lines = (1...40).map { "\"l\($0)\": [\"l\($0 - 1)\", \"l\($0 - 1)\"]" }.joined(
      separator: ",")
    let text = """
      {"lattice": {"elements": {"d": {"kind": "Drift", "length": 1}},
       "lines": {"l0": ["d"], \(lines)}, "use": "l40"}}
      """
    #expect(throws: InvalidInput.self) { try parse(text) }
  }

  @Test func aNegativeDriftIsAWarningAndANegativeMagnetAMistake() throws {
    let run = try parse(lattice("\"d\": {\"kind\": \"Drift\", \"length\": -1}", "\"l\": [\"d\"]"))
    #expect(run.warnings.count == 1)
    #expect(throws: InvalidInput.self) {
      try parse(lattice("\"q\": {\"kind\": \"Quadrupole\", \"length\": -1}", "\"l\": [\"q\"]"))
    }
  }

  @Test func everyExampleOfACatalogKindIsReadFromItsOwnDefaults() throws {
    for kind in ElementCatalog.standard.kinds { try readBack(kind) }
  }

  private func readBack<E: Element>(_ type: E.Type) throws {
    // Required parameters and one of each set of alternatives, at plausible values.
    var members: [String] = ["\"kind\": \"\(E.kind)\""]
    var choices = E.parameters.alternatives.filter(\.isRequired).map { $0.names[0] }
    if let variants = E.parameters.variants,
      case .word(let path, _)? = E.parameters[variants.choice]?.storage
    {
      choices += variants.names(with: E()[keyPath: path])
    }
    for parameter in E.parameters.parameters
    where parameter.isRequired || choices.contains(parameter.name) {
      let value =
        switch parameter.specification.form {
        case .word(let choices): "\"\(choices[0])\""
        case .matrix(let side): "\((0..<side * side).map { $0 % (side + 1) == 0 ? 1 : 0 })"
        case .objects: "[]"
        case .flag: "true"
        default: "0.25"
        }
      members.append("\"\(parameter.name)\": \(value)")
    }
    let run = try parse(
      lattice("\"e\": {\(members.joined(separator: ", "))}", "\"l\": [\"e\"]"))
    let element = run.beamline.elements[0].element
    #expect(element is E)
    if E.parameters["length"]?.isRequired == true, E.orbitLength.isStored || element.isCollective {
      #expect(element.kickLength == 0.25)
    }
  }
}
