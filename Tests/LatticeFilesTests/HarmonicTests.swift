import BeamDynamics
import Documents
import LatticeFiles
import Testing

/// Frequencies in rings, apertures of collimators, fields of maps: what run files may say of elements.
@Suite struct HarmonicTests {
  private func parse(_ elements: String, line: String) throws -> RunFile {
    let text = """
      {"beam": {"species": "proton", "kinetic_energy": 50, "particles": 10,
        "distribution": {"kind": "gaussian", "sigma": {"x": 1e-3}}},
       "lattice": {"elements": {\(elements)}, "lines": {"l": [\(line)]}, "use": "l"}}
      """
    return try RunFile.parse(Array(text.utf8), path: "run.json")
  }

  /// h·βc/C of the line as a ring.
  @Test func aHarmonicIsAMultipleOfTheRevolution() throws {
    let run = try parse(
      """
      "b": {"kind": "Bend", "length": 2, "angle": "pi/2"}, "d": {"kind": "Drift", "length": 3},
      "c": {"kind": "ShortRFCavity", "voltage": 1e4, "harmonic": 4, "phase": "-pi/2"}
      """, line: #""b", "d", "b", "d", "b", "d", "b", "d", "c""#)
    let cavity = try #require(run.beamline.elements[2].element as? ShortRFCavity)
    let reference = ReferenceParticle<Double>(species: .proton, kineticEnergy: 50)
    let expected = 4 * reference.beta * PhysicalConstants.speedOfLight / 20
    #expect((cavity.frequency / expected - 1).magnitude <= 1e-15)
  }

  @Test func aHarmonicNeedsALengthAndNoFrequency() {
    #expect(throws: InvalidInput.self) {
      try parse(
        #""c": {"kind": "ShortRFCavity", "voltage": 1e4, "harmonic": 4}"#, line: #""c""#)
    }
    #expect(throws: InvalidInput.self) {
      try parse(
        #""c": {"kind": "CrabCavity", "voltage": 1e4, "harmonic": 4, "frequency": 1e8}"#,
        line: #""c""#)
    }
  }

  /// A collimator's aperture is tested at its entrance, too, if nothing else is said.
  @Test func aCollimatorStopsParticlesEverywhere() throws {
    let run = try parse(
      #""c": {"kind": "Collimator", "length": 1, "aperture": {"x": 1e-3, "y": 1e-3}}"#,
      line: #""c""#)
    #expect(run.beamline.elements[0].placement.aperture?.position == .everywhere)
    // Outside at the entrance, inside at the exit.
    let reference = ReferenceParticle<Double>(species: .proton, kineticEnergy: 50)
    var bunch = Bunch<Double>(count: 1, reference: reference)
    bunch[0] = PhaseSpace(x: 1.5e-3, px: -1.5e-3, y: 0, py: 0, t: 0, pt: 0)
    let losses = try Tracker(run.beamline).track(&bunch)
    #expect(losses.count == 1)
  }

  /// What a field has of another program's notes is not used, and that is said.
  @Test func notesOfAFieldAreNotUsed() throws {
    func warnings(_ notes: String) throws -> [String] {
      let run = try parse(
        """
        "m": {"kind": "FieldMap", "length": 0.6, "autophase": true, "fields": [
          {"kind": "rf", "scale": 2, "frequency": 1e9, "cosine": [0.5, 0.5]\(notes)}]}
        """, line: #""m""#)
      return run.warnings.map(\.message).filter { $0.contains("autophase") }
    }
    #expect(try warnings("").isEmpty)
    #expect(try warnings(#", "phase_of_maximum_gain": 1.2"#).count == 1)
  }

  /// Numbers of fields are numbers of the run, by their index.
  @Test func aNumberOfAFieldHasAName() throws {
    let run = try parse(
      """
      "m": {"kind": "FieldMap", "length": 0.6, "fields": [
        {"kind": "rf", "scale": 2, "frequency": 1e9, "phase": 0.3, "cosine": [0.5, 0.5]},
        {"kind": "solenoid", "field": 0.1, "cosine": [0.5, 0.5]}]}
      """, line: #""m""#)
    let parameter = try run.beamline.parameter(named: "m.field[1]")
    #expect(run.beamline.name(of: parameter) == "m.field[1]")
    #expect(throws: UnknownParameter.self) { try run.beamline.parameter(named: "m.field[2]") }
    #expect(throws: UnknownParameter.self) { try run.beamline.parameter(named: "m.fields") }
  }

  @Test(arguments: [
    #""length": 0.6, "fields": [{"kind": "rf", "frequency": 1e9}]"#,
    #""length": 0.6, "fields": [{"kind": "rf", "scale": 1, "scales": 2}]"#,
    #""length": 0.6, "fields": {"kind": "rf", "scale": 1}"#,
    #""length": 0.6, "fields": [3]"#, #""length": 0.6, "scale": [1], "fields": []"#,
    #""length": 0.6"#,
    #""length": 0.6, "fields": [{"kind": "rf", "scale": 1, "table": [[0, 1], [1, 2]]}]"#,
  ])
  func mistakesInFieldsAreTold(_ members: String) {
    #expect(throws: InvalidInput.self) {
      try parse(#""m": {"kind": "FieldMap", \#(members)}"#, line: #""m""#)
    }
  }
}
