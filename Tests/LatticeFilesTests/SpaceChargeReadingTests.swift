import BeamDynamics
import CollectiveEffects
import Documents
import Foundation
import Testing

@testable import LatticeFiles

@Suite struct SpaceChargeReadingTests {
  private func text(_ beam: String, _ spaceCharge: String) -> String {
    """
    {"beam": {"species": "proton", "kinetic_energy": 250, \(beam), "particles": 10,
              "distribution": {"kind": "kv", "sigma": {"x": 1e-3, "px": 0, "y": 1e-3, "py": 0, "t": 1, "pt": 0}}},
     "lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}},
     "tracking": {"space_charge": \(spaceCharge)}}
    """
  }

  private func read(_ beam: String, _ spaceCharge: String) throws -> RunFile {
    try RunFile.parse([UInt8](text(beam, spaceCharge).utf8), path: "run.json")
  }

  private func messages(_ beam: String, _ spaceCharge: String) -> String {
    do {
      _ = try read(beam, spaceCharge)
      return ""
    } catch {
      return "\(error)"
    }
  }

  /// What passes in a second is the particles' charge.
  @Test func aContinuousBeamOfParticlesHasACurrent() throws {
    let plane = "{\"model\": \"2D\", \"cells\": [8, 10]}"
    let run = try read("\"current\": 0.15", plane)
    #expect(run.beam.current == 0.15)
    #expect(run.beam.charge == nil)
    let bunch = try run.makeBunch(workers: .one)
    let charge = (0..<10).reduce(0) { $0 + bunch.weight(of: $1) }
    #expect(abs(charge * PhysicalConstants.elementaryCharge / 0.15 - 1) < 1e-14)
    #expect(messages("\"charge\": 1e-9", plane).contains("needs the beam's \"current\""))
    for model in ["\"gaussian\"}", "\"3D\", \"cells\": [8, 8, 8]}"] {
      let message = messages("\"current\": 0.15", "{\"model\": " + model)
      #expect(message.contains("a beam of particles has a \"charge\", not a \"current\""))
    }
  }

  /// The members that a record holds are read back as the same.
  @Test(arguments: [
    ("\"current\": 1", "{\"model\": \"2D\", \"cells\": [8, 10], \"growth\": 1.1}"),
    ("\"charge\": 1e-9", "{\"model\": \"gaussian\", \"slicing\": \"kick-first\"}"),
    (
      "\"charge\": 1e-9",
      "{\"model\": \"2.5D\", \"cells\": [8, 10], \"bins\": 30, \"pipe_radius\": 0.02}"
    ),
    ("\"charge\": 1e-9", "{\"model\": \"3D\", \"cells\": [8, 10, 12], \"shape\": \"cubic\"}"),
  ]) func whatIsRecordedIsReadAgain(beam: String, spaceCharge: String) throws {
    let description = try #require(try read(beam, spaceCharge).tracking.particleSpaceCharge)
    let members = JSONText.object(description.members).line
    let again = try #require(try read(beam, members).tracking.particleSpaceCharge)
    #expect(JSONText.object(again.members).line == members)
    #expect(again.options.bins == description.options.bins)
    #expect(again.options.pipeRadius == description.options.pipeRadius)
    for key in ["bins", "pipe_radius", "shape", "cells"] where !spaceCharge.contains(key) {
      #expect(key == "shape" || !members.contains("\"\(key)\""))
    }
  }

  @Test func optionsOfOtherModelsAreUnknown() {
    let beam = "\"charge\": 1e-9"
    #expect(
      messages(beam, "{\"model\": \"gaussian\", \"cells\": [8, 8, 8]}").contains("no key \"cells\"")
    )
    #expect(
      messages(beam, "{\"model\": \"3D\", \"cells\": [8, 8, 8], \"bins\": 8}")
        .contains("no key \"bins\""))
    let message = messages(beam, "{\"model\": \"2.5D\", \"cells\": [8, 8], \"slice\": 8}")
    #expect(message.contains("pipe_radius") && message.contains("no key \"slice\""), "\(message)")
  }
}
