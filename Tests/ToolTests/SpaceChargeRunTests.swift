import Foundation
import Support
import Testing

@Suite("Space charge of particles with the tool")
struct SpaceChargeRunTests {
  private func run(
    _ charge: String, beam: String = "\"charge\": 1e-10, \"particles\": 400",
    variables: String = ""
  ) -> String {
    """
    {
      "beam": {"species": "proton", "kinetic_energy": 3, \(beam),
        "distribution": {"kind": "gaussian", "sigma":
          {"x": 1e-3, "px": 1e-3, "y": 1e-3, "py": 1e-3, "t": 1e-2, "pt": 1e-3}}},
      "lattice": {"elements": {
          "d": {"kind": "Drift", "length": 0.2},
          "q": {"kind": "Quadrupole", "length": 0.1, "k1": 4, "slices": 2}},
        "lines": {"all": ["d", "q", "d"]}},
      "tracking": {"space_charge": \(charge)},
      \(variables)
      "output": {"directory": "out"}
    }
    """
  }

  /// What space_charge says, and what the message must contain.
  static let mistakes: [(String, [String])] = [
    ("{\"cells\": [8, 8, 8]}", ["model"]),
    ("{\"model\": \"3D\"}", ["cells"]),
    ("{\"model\": \"4D\", \"cells\": [8, 8, 8]}", ["4D", "3D"]),
    ("{\"model\": \"3D\", \"cells\": [8, 8]}", ["cells", "3"]),
    ("{\"model\": \"3D\", \"cells\": [8, 8, 1]}", ["cells", "2"]),
    ("{\"model\": \"3D\", \"cells\": [8, 8, 7.5]}", ["cells", "whole"]),
    ("{\"model\": \"3D\", \"cells\": [1e30, 8, 8]}", ["cells"]),
    ("{\"model\": \"3D\", \"cells\": [60000, 60000, 60000]}", ["60000", "GB"]),
    ("{\"model\": \"3D\", \"cells\": [8, 8, 8], \"shape\": \"cube\"}", ["cube", "cubic"]),
    ("{\"model\": \"3D\", \"cells\": [8, 8, 8], \"padding\": 0.9}", ["padding"]),
    ("{\"model\": \"3D\", \"cells\": [8, 8, 8], \"paddin\": 2}", ["paddin", "padding"]),
    ("{\"model\": \"3D\", \"cells\": [8, 8, 8], \"box\": {\"x\": [1, 0]}}", ["box", "lower"]),
  ]

  @Test(arguments: 0..<12) func mistakesAreNamed(_ number: Int) throws {
    let (charge, words) = Self.mistakes[number]
    let folder = try TemporaryFolder()
    try folder.write(run(charge), to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 2, "\(charge)")
    for word in words { #expect(result.errors.contains(word), "\(word): \(result.errors)") }
    #expect(!FileManager.default.fileExists(atPath: folder.url.path + "/out"))
  }

  /// Of a bunch that is 10⁷ times as long as wide at rest, the user is told on standard error, quiet or
  /// not, and in the record.
  @Test func longCellsAreSaidInTheResult() throws {
    let folder = try TemporaryFolder()
    let beam = "\"charge\": 1e-10, \"particles\": 400"
    let long = run("{\"model\": \"3D\", \"cells\": [8, 8, 8]}", beam: beam)
      .replacingOccurrences(of: "\"t\": 1e-2", with: "\"t\": 1e4")
      .replacingOccurrences(of: "\"px\": 1e-3", with: "\"px\": 0")
      .replacingOccurrences(of: "\"py\": 1e-3", with: "\"py\": 0")
      .replacingOccurrences(of: "\"pt\": 1e-3", with: "\"pt\": 0")
    try folder.write(long, to: "run.json")
    let result = try Tool.run(["--quiet", "run.json"], in: folder.url)
    #expect(result.status == 0)
    #expect(result.errors.hasPrefix("run.json: warning: space charge: at rest, a cell"))
    #expect(result.errors.contains("use the model \"2.5D\""))
    let record = try JSONSerialization.jsonObject(
      with: Data(contentsOf: folder.url.appendingPathComponent("out/run.json")))
    let warnings = (record as? [String: Any])?["warnings"] as? [String]
    #expect(warnings?.count == 1 && result.errors.contains(warnings?.first ?? "none"))
    // So are gradients and optima.
    let design = """
      "variables": ["d.length"], "optimizer": {"max_evaluations": 2},
      "objective": {"terms": [{"at": "end", "quantity": "sigma_x", "target": 2e-3}]},
      """
    let brace = try #require(long.lastIndex(of: "}"))
    let text = long[..<brace].trimmingCharacters(in: .whitespacesAndNewlines)
    try folder.write((text.hasSuffix(",") ? text : text + ",") + design + "}", to: "design.json")
    for command in ["gradient", "optimize"] {
      let result = try Tool.run([command, "--quiet", "design.json"], in: folder.url)
      #expect(
        result.errors.contains("design.json: warning: space charge: at rest, a cell"),
        "\(command): \(result)")
    }
  }

  @Test func roundedCellsAreSaidOnce() throws {
    let folder = try TemporaryFolder()
    try folder.write(run("{\"model\": \"3D\", \"cells\": [11, 8, 13]}"), to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 0)
    #expect(result.errors.components(separatedBy: "[12, 8, 14]").count == 2)
    // What is in run.json repeats the run.
    let record = try JSONSerialization.jsonObject(
      with: Data(contentsOf: folder.url.appendingPathComponent("out/run.json")))
    let inner = try #require((record as? [String: Any])?["input"])
    try JSONSerialization.data(withJSONObject: inner).write(
      to: folder.url.appendingPathComponent("again.json"))
    let again = try Tool.run(["track", "again.json", "--output", "again"], in: folder.url)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try folder.text("out/particles.csv") == folder.text("again/particles.csv"))
  }

  /// A beam without a size along an axis: refused when it is tracked, with nothing left half done.
  @Test func aFlatBeamIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      run("{\"model\": \"3D\", \"cells\": [8, 8, 8]}")
        .replacingOccurrences(of: "\"y\": 1e-3, \"py\": 1e-3", with: "\"y\": 0, \"py\": 0"),
      to: "run.json")
    let result = try Tool.run(["run.json"], in: folder.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("the same y"))
    #expect(!FileManager.default.fileExists(atPath: folder.url.path + "/out/moments.csv"))
  }

  private static let design = """
    "variables": ["q.k1", "beam.charge", "beam.sigma_x"],
    "objective": {"terms": [{"at": "end", "quantity": "sigma_x", "target": 1e-3, "weight": 1e6}]},
    """

  @Test func gradientsAgreeWithDifferencesAndDoNotDependOnThreadsOrCheckpoints() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      run(
        "{\"model\": \"3D\", \"cells\": [8, 8, 8], \"shape\": \"cubic\"}", variables: Self.design),
      to: "run.json")
    let checked = try Tool.run(["gradient", "run.json", "--check"], in: folder.url)
    #expect(checked.status == 0, "\(checked.errors)")
    func gradient(_ options: [String]) throws -> String {
      let result = try Tool.run(["gradient", "run.json", "-q"] + options, in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let text = try folder.text("out/gradient.json")
      let start = try #require(text.range(of: "\"gradient\""))
      return String(text[start.lowerBound...].prefix { $0 != "}" })
    }
    #expect(try gradient(["-t", "1"]) == gradient(["-t", "3"]))
    let kept = try gradient(["--checkpoints", "auto"])
    #expect(try gradient(["--checkpoints", "1"]) == kept)
    #expect(try gradient(["--checkpoints", "1MB"]) == kept)
    #expect(
      try Tool.run(["gradient", "run.json", "--checkpoints", "some"], in: folder.url).status != 0)
  }

  @Test func thePlanSaysWhatTheWayBackCosts() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      run("{\"model\": \"3D\", \"cells\": [8, 8, 8]}", variables: Self.design), to: "run.json")
    let result = try Tool.run(
      ["gradient", "run.json", "--plan", "--checkpoints", "1"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    // Two drifts and two slices of a quadrupole.
    #expect(result.output.contains("kicks"))
    #expect(result.output.contains("4"))
    #expect(!FileManager.default.fileExists(atPath: folder.url.path + "/out"))
  }

  @Test func secondDerivativesOfLinearParticlesAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      run("{\"model\": \"3D\", \"cells\": [8, 8, 8]}", variables: Self.design), to: "run.json")
    try folder.write("{\"q.k1\": 1}", to: "v.json")
    let result = try Tool.run(
      ["gradient", "run.json", "--hessian-vector", "v.json"], in: folder.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("cubic"))
  }

  /// Single precision and a mesh of single precision: as double, to about 1e-5 of the sizes.
  @Test func singlePrecisionAgreesWithDouble() throws {
    let folder = try TemporaryFolder()
    func size(_ charge: String, _ options: [String] = []) throws -> Double {
      try folder.write(run(charge), to: "run.json")
      let result = try Tool.run(["run.json", "-q"] + options, in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      return try ResultTable(folder.file("out/moments.csv")).number("sigma_x", row: -1)
    }
    let mesh = "{\"model\": \"3D\", \"cells\": [12, 12, 12]"
    let exact = try size(mesh + "}")
    for other in [
      try size(mesh + ", \"precision\": \"float\"}"),
      try size(mesh + "}", ["--precision", "float"]),
      try size(mesh + ", \"precision\": \"double\"}", ["--precision", "float"]),
    ] {
      #expect(other != exact)
      #expect(abs(other / exact - 1) < 1e-5)
    }
  }

  /// What a run file may name stands in the catalog that the tool prints.
  @Test func theKickIsInTheCatalog() throws {
    let folder = try TemporaryFolder()
    let result = try Tool.run(["elements", "SpaceChargeKick"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("length"))
  }
}
