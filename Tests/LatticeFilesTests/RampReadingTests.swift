import BeamDynamics
import Documents
import LatticeFiles
import Testing

/// Numbers of run files that vary from turn to turn.
@Suite struct RampReadingTests {
  private func parse(
    _ ramps: String, tracking: String = "", members: String = ""
  ) throws -> RunFile {
    let text = """
      {"constants": {"k0": 2, "k1": "2 * k0", "e": 100},
       "beam": {"species": "proton", "kinetic_energy": "e", "particles": 5,
                "distribution": {"kind": "gaussian", "sigma": {"x": 1e-3, "y": 1e-3}}},
       "lattice": {"elements": {
           "d": {"kind": "Drift", "length": 1}, "q": {"kind": "Quadrupole", "length": 0.2, "k1": "k1"},
           "r": {"kind": "Quadrupole", "length": 0.2, "k1": "-k1", "slices": 2},
           "c": {"kind": "ShortRFCavity", "voltage": 0, "frequency": 1e8}},
         "lines": {"l": ["d", "q", "d", "r", "c"]}},
       "tracking": {"turns": 20\(tracking),
      "ramps": \(ramps)}\(members)}
      """
    return try RunFile.parse(Array(text.utf8), path: "run.json")
  }

  @Test func aRampIsAnExpressionOfTheTurnOrATable() throws {
    let run = try parse(
      """
      [{"name": "c.voltage", "expression": "1e3 * e * (1 + turn / 10)"},
       {"name": "constants.k0", "turns": [1, 11], "values": [2, "k1"]}, {"name": "q.dx", "expression": "1e-6 * turn"}]
      """)
    let names = run.tracking.ramps.map { ramp in
      ramp.ramps.map { run.beamline.name(of: $0.parameter) }
    }
    #expect(names == [["c.voltage"], ["q.k1", "r.k1"], ["q.dx"]])
    #expect(run.tracking.ramps[0].ramps[0].value(10) == 2e5)
    // All that is an expression of the constant, by way of another one too.
    #expect(run.tracking.ramps[1].ramps.map { $0.value(6) } == [6, -6])
    #expect(run.trackingOptions.ramps.count == 4)
  }

  /// Mistakes with their places: the ramps stand in the tenth line.
  @Test(arguments: [
    ("{}", "10:10: \"ramps\": expected a list"),
    (
      "[{\"name\": \"c.volt\", \"expression\": \"turn\"}]",
      "10:20: ramp of \"c.volt\": ShortRFCavity has no parameter \"volt\""
    ),
    (
      "[{\"name\": \"c.voltage\", \"expression\": \"1 + tirn\"}]",
      "10:52: ramp 1, \"expression\":"
    ),
    (
      "[{\"name\": \"c.voltage\", \"expression\": \"1 / (turn - 1)\"}]",
      "has no finite value in turn 1"
    ),
    ("[{\"name\": \"c.voltage\"}]", "10:11: ramp 1 needs \"expression\""),
    ("[{\"name\": \"c.voltage\", \"expresion\": \"turn\"}]", "has no key \"expresion\""),
    (
      "[{\"name\": \"c.voltage\", \"turns\": [1, 2], \"values\": [1]}]",
      "found 2 turns and 1 values"
    ),
    ("[{\"name\": \"c.voltage\", \"turns\": [2, 2], \"values\": [1, 2]}]", "numbers that rise"),
    (
      "[{\"name\": \"c.voltage\", \"turns\": [2], \"values\": [1], \"expression\": \"1\"}]",
      "expected one of them"
    ),
    (
      "[{\"name\": \"q.k1\", \"expression\": \"1\"}, {\"name\": \"q.k1\", \"expression\": \"2\"}]",
      "10:57: ramp of \"q.k1\": there are two of them"
    ),
    ("[{\"name\": \"k0\", \"expression\": \"1\"}]", "a constant is ramped as \"constants.k0\""),
    ("[{\"name\": \"constants.k1\", \"expression\": \"1\"}]", "cannot be varied by itself"),
    (
      "[{\"name\": \"constants.e\", \"expression\": \"1\"}]",
      "is an expression of it, and the beam is made once"
    ),
    (
      "[{\"name\": \"constants.k0\", \"expression\": \"k1 * turn\"}]",
      "10:51: the constant \"k1\" is ramped itself"
    ),
    ("[{\"name\": \"beam.sigma_x\", \"expression\": \"1\"}]", "the beam is made once"),
    ("[{\"name\": \"q.slices\", \"expression\": \"1\"}]", "10:20: ramp of \"q.slices\""),
  ])
  func aMistakeIsNamedWhereItStands(_ ramps: String, _ message: String) throws {
    let error = #expect(throws: InvalidInput.self) { try parse(ramps) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func onlyParticlesFollowRamps() throws {
    for method in ["envelope", "reference"] {
      let error = #expect(throws: InvalidInput.self) {
        try parse(
          "[{\"name\": \"c.voltage\", \"expression\": \"turn\"}]",
          tracking: ", \"method\": \"\(method)\"")
      }
      #expect(error?.description.contains("those of a run of particles") == true)
    }
  }

  @Test func aGradientThroughRampsIsRefused() throws {
    let run = try parse(
      "[{\"name\": \"c.voltage\", \"expression\": \"turn\"}]",
      members: """
        , "variables": ["d.length"],
        "objective": {"terms": [{"at": "end", "quantity": "sigma_x"}]}
        """)
    let error = #expect(throws: InvalidInput.self) { try run.makeDesign() }
    #expect(error?.description.contains("ramps have no derivatives") == true)
  }
}
