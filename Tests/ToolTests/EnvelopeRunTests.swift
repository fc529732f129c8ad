import Foundation
import Support
import Testing

/// The matched cell of protons, as an envelope.
private func cell(
  beam: String = "\"current\": 0.5",
  tracking: String = "\"method\": \"envelope\", \"space_charge\": {\"model\": \"2D\"}",
  quadrupole: String = "", output: String = ""
) -> String {
  """
  {
    "beam": {
      "species": "proton", "kinetic_energy": 6.7, \(beam),
      "distribution": {"kind": "gaussian", "twiss": {
        "beta_x": 0.737881, "alpha_x": 2.4685083, "emittance_x": 1e-6,
        "beta_y": 0.737881, "alpha_y": -2.4685083, "emittance_y": 1e-6, "beta_t": 0.5, "emittance_t": 1e-12}},
    },
    "lattice": {
      "elements": {
        "d": {"kind": "Drift", "model": "linear", "length": 0.0744},
        "q1": {"kind": "Quadrupole", "model": "linear", "length": 0.061, "k1": -103.12574100336\(quadrupole)},
        "q2": {"kind": "Quadrupole", "model": "linear", "length": 0.061, "k1": 103.12574100336},
        "m": {"kind": "Monitor"},
      },
      "lines": {"l": ["d", "q1", "d", "m", "d", "q2", "d"]}, "use": "l",
    },
    "tracking": {\(tracking), "slices": 25},
    "output": {"directory": "out"\(output)},
  }
  """
}

private func files(_ folder: TemporaryFolder) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/out").sorted()
}

@Suite("Envelopes and the reference particle with the tool")
struct EnvelopeRunTests {
  @Test func anEnvelopeLeavesMomentsAndCovariances() throws {
    let folder = try TemporaryFolder()
    try folder.write(cell(), to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    #expect(result.output.contains("sigma_x"))
    #expect(!result.output.contains("particles") && !result.output.contains("lost"))
    #expect(
      try files(folder) == ["covariance.csv", "moments.csv", "reference.csv", "run.json"])
    let moments = try ResultTable(folder.url.path + "/out/moments.csv")
    #expect(
      moments.rows.map { $0[1] } == ["start", "d#1", "q1", "d#2", "m", "d#3", "q2", "d#4"])
    for empty in ["min_x", "max_pt", "particles", "charge"] {
      #expect(moments.text(empty, row: -1) == "")
    }
    // The published match is good to 1e-3.
    #expect(abs(moments.number("sigma_x", row: -1) / 8.59e-4 - 1) < 1e-3)
    let covariance = try ResultTable(folder.url.path + "/out/covariance.csv")
    #expect(covariance.columns.count == 23)
    #expect(
      abs(covariance.number("x_x", row: -1).squareRoot() / moments.number("sigma_x", row: -1) - 1)
        < 1e-15)
  }

  @Test func theReferenceParticleFliesAlone() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      cell(beam: "\"charge\": 0", tracking: "\"method\": \"reference\""), to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("kinetic_energy") && !result.output.contains("sigma_x"))
    #expect(try files(folder) == ["reference.csv", "run.json"])
    let reference = try ResultTable(folder.url.path + "/out/reference.csv")
    #expect(reference.rows.count == 8)
    // A sum of some ten lengths that are no binary numbers, in units of 5.6e-17.
    #expect(abs(reference.number("z", row: -1) - 0.4196) < 1e-14)
  }

  /// It needs an energy and nothing else of a beam.
  @Test func theReferenceParticleNeedsNoDistribution() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      {"beam": {"species": "electron", "total_energy": 1000},
       "lattice": {"elements": {"b": {"kind": "Bend", "length": 1, "angle": 0.1}}, "lines": {"l": ["b"]}},
       "tracking": {"method": "reference"}, "output": {"moments": "none"}}
      """, to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    let reference = try ResultTable(folder.url.path + "/out/reference.csv")
    #expect(reference.rows.map { $0[1] } == ["start", "end"])
    // The recorded input is a run file again.
    try repeatRun(in: folder, comparing: ["reference.csv"])
  }

  @Test(arguments: ["\"current\": 0.5", "\"charge\": 1e-9, \"particles\": 10"])
  func theRecordOfARunRepeatsIt(_ beam: String) throws {
    let model = beam.contains("current") ? "2D" : "3D"
    let folder = try TemporaryFolder()
    try folder.write(
      cell(
        beam: beam,
        tracking:
          "\"method\": \"envelope\", \"space_charge\": {\"model\": \"\(model)\", \"slicing\": \"kick-first\"}",
        output: ", \"moments\": \"slice\""), to: "run.json")
    let result = try Tool.run(["run.json", "--quiet"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    try repeatRun(in: folder, comparing: ["moments.csv", "covariance.csv", "reference.csv"])
  }

  private func repeatRun(in folder: TemporaryFolder, comparing names: [String]) throws {
    let record = try Data(contentsOf: folder.url.appendingPathComponent("out/run.json"))
    let object = try #require(try JSONSerialization.jsonObject(with: record) as? [String: Any])
    let input = try JSONSerialization.data(withJSONObject: try #require(object["input"]))
    try input.write(to: folder.url.appendingPathComponent("again.json"))
    let result = try Tool.run(["again.json", "--output", "again", "--quiet"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    for name in names {
      let first = try Data(contentsOf: folder.url.appendingPathComponent("out/" + name))
      #expect(first == (try Data(contentsOf: folder.url.appendingPathComponent("again/" + name))))
    }
  }

  /// The envelope of a beam file is that of its particles; in a linear lattice it stays so, up to
  /// the sums' roundings.
  @Test func anEnvelopeOfABeamFileHasItsMoments() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      cell(beam: "\"charge\": 1e-12, \"particles\": 500", tracking: "\"method\": \"particles\""),
      to: "run.json")
    var result = try Tool.run(["run.json", "--quiet"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    let particles = try ResultTable(folder.url.path + "/out/moments.csv")
    try folder.write(
      """
      {"beam": {"species": "proton", "kinetic_energy": 6.7, "file": "out/particles.csv"},
       "lattice": {"elements": {"d": {"kind": "Drift", "length": 0}}, "lines": {"l": ["d"]}},
       "tracking": {"method": "envelope"}, "output": {"directory": "second"}}
      """, to: "second.json")
    result = try Tool.run(["second.json", "--quiet"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    let envelope = try ResultTable(folder.url.path + "/second/moments.csv")
    for name in ["sigma_x", "sigma_py", "mean_x", "emittance_x", "alpha_y", "charge"] {
      let expected = particles.number(name, row: -1)
      #expect(abs(envelope.number(name, row: 0) - expected) <= 1e-12 * abs(expected))
    }
  }

  @Test func anApertureIsSaidNotToActOnAnEnvelope() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      cell(quadrupole: ", \"aperture\": {\"x\": 1e-6, \"y\": 1e-6}"), to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("aperture") && result.errors.contains("\"q1\""))
  }

  @Test func aChargedBeamWithoutSizeFailsWithItsPlace() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      cell().replacingOccurrences(of: "\"emittance_x\": 1e-6", with: "\"emittance_x\": 0"),
      to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("d#1") && result.errors.contains("no size"))
    #expect(!FileManager.default.fileExists(atPath: folder.url.path + "/out/moments.csv"))
  }

  /// What the run file says, and what the message must contain.
  static let mistakes: [(String, String, [String])] = [
    (
      "\"charge\": 1e-9", "\"method\": \"envelope\", \"space_charge\": {\"model\": \"2D\"}",
      ["2D", "current"]
    ),
    (
      "\"current\": 1", "\"method\": \"envelope\", \"space_charge\": {\"model\": \"3D\"}",
      ["3D", "charge"]
    ),
    ("\"charge\": 1e-9, \"current\": 1", "\"method\": \"envelope\"", ["charge", "current"]),
    ("\"current\": 1, \"particles\": 5", "\"method\": \"particles\"", ["current", "charge"]),
    (
      "\"charge\": 1e-9, \"particles\": 5",
      "\"method\": \"particles\", \"space_charge\": {\"model\": \"3D\"}",
      ["space_charge", "needs \"cells\""]
    ),
    (
      "\"current\": 1",
      "\"method\": \"envelope\", \"space_charge\": {\"model\": \"2D\", \"cells\": [8, 8, 8]}",
      ["cells", "slicing"]
    ),
    (
      "\"current\": 1", "\"method\": \"envelope\", \"space_charge\": {\"model\": \"4D\"}",
      ["4D", "2D", "3D"]
    ),
    ("\"current\": -1", "\"method\": \"envelope\"", ["current", "-1"]),
    ("\"current\": 1", "\"method\": \"envelop\"", ["envelop", "did you mean \"envelope\"?"]),
    ("\"charge\": 0", "\"method\": \"particles\"", ["particles"]),
  ]

  @Test(arguments: 0..<10)
  func mistakesAreNamed(_ number: Int) throws {
    let (beam, tracking, words) = Self.mistakes[number]
    let folder = try TemporaryFolder()
    try folder.write(cell(beam: beam, tracking: tracking), to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 2, "\(beam) \(tracking)")
    for word in words { #expect(result.errors.contains(word), "\(word): \(result.errors)") }
    #expect(!FileManager.default.fileExists(atPath: folder.url.path + "/out"))
  }
}
