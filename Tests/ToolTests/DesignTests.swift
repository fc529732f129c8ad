import Foundation
import Support
import Testing

/// A matching of four quadrupoles, of `particles` particles.
private func matching(
  particles: Int = 500, optimizer: String = "{}", terms: String = ""
) -> String {
  """
  {
    "beam": {
      "species": "electron", "kinetic_energy": 99.489, "charge": 25e-12, "particles": \(particles),
      "distribution": {"kind": "gaussian", "twiss": {
        "beta_x": 2, "alpha_x": 0.3, "emittance_x": 7.7e-9, "beta_y": 3, "emittance_y": 5e-9, "beta_t": 1,
        "emittance_t": 1e-9}},
    },
    "constants": {"kq": 3.1},
    "lattice": {
      "elements": {
        "d": {"kind": "Drift", "length": 0.5},
        "q1": {"kind": "Quadrupole", "length": 0.2, "k1": "-kq"},
        "q2": {"kind": "Quadrupole", "length": 0.2, "k1": 3},
        "q3": {"kind": "Quadrupole", "length": 0.2, "k1": 1},
        "q4": {"kind": "Quadrupole", "length": 0.2, "k1": -1},
      },
      "lines": {"l": ["d", "q1", "d", "q2", "d", "q3", "d", "q4", "d"]},
    },
    "variables": ["constants.kq", {"group": "quads", "names": ["q2.k1", "q3.k1", "q4.k1"], "min": -20, "max": 20}],
    "objective": {"terms": [
      {"at": "end", "quantity": "beta_x", "target": 1.5}, {"at": "end", "quantity": "beta_y", "target": 1},
      {"at": "end", "quantity": "alpha_x", "target": 0}, {"at": "end", "quantity": "alpha_y", "target": 0},
      \(terms)
    ]},
    "optimizer": \(optimizer),
  }
  """
}

private func json(_ folder: TemporaryFolder, _ name: String) throws -> [String: Any] {
  let data = try Data(contentsOf: folder.url.appendingPathComponent(name))
  return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
}

@Suite("Gradients and optima with the tool")
struct DesignToolTests {
  @Test func gradientPrintsATableAndWritesEveryDerivative() throws {
    let folder = try TemporaryFolder()
    try folder.write(matching(), to: "run.json")
    try folder.write("{\"q2.k1\": 1, \"constants.kq\": -0.5}", to: "v.json")
    let result = try Tool.run(
      ["gradient", "run.json", "--check", "--hessian-vector", "v.json"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("agrees") && !result.output.contains("DISAGREES"))
    let record = try json(folder, "out/gradient.json")
    let names = ["constants.kq", "q2.k1", "q3.k1", "q4.k1"]
    for key in ["gradient", "hessian_vector_product"] {
      let numbers = try #require(record[key] as? [String: Double])
      #expect(numbers.keys.sorted() == names.sorted())
    }
    #expect(record["objective"] is Double)
    #expect(record["forward_seconds"] is Double && record["gradient_seconds"] is Double)
  }

  /// Cavities that change the energy twice, between channels, for a beam that is no Gaussian one: to
  /// every number of theirs and of the beam.
  @Test(arguments: ["particles", "envelope"])
  func derivativesThroughCavitiesAgreeWithDifferences(_ method: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      {
        "beam": {
          "species": "proton", "kinetic_energy": 6.7, "charge": 1e-10, "particles": 500,
          "distribution": {
            "kind": "kurth6d",
            "sigma": {"x": 1e-3, "px": 1e-3, "y": 1e-3, "py": 1e-3, "t": 1e-3, "pt": 1e-3}}},
        "lattice": {
          "elements": {
            "c": {"kind": "ConstantFocusing", "length": 0.5, "kx": 2, "ky": -1, "kt": 1.5},
            "b": {"kind": "Buncher", "normalized_voltage": 1e-3, "wavenumber": 5},
            "s": {"kind": "ShortRFCavity", "voltage": 1e5, "frequency": 2e8, "phase": -0.5},
            "r": {"kind": "RFCavity", "length": 0.5, "scale": 2e-3, "frequency": 2e8, "phase": 0.3,
                  "cosine": [0.5, 0.3, -0.2], "sine": [0, 0.1], "slices": 2},
            "d": {"kind": "Drift", "length": 0.3}},
          "lines": {"l": ["c", "b", "s", "d", "r", "d", "r", "s", "d", "c"]}},
        "tracking": {"method": "\(method)"},
        "variables": [
          "c.kx", "c.kt", "b.normalized_voltage", "b.wavenumber", "s.voltage", "s.frequency",
          "s.phase", "r.length", "r.scale", "r.frequency", "r.phase", "r.cosine[1]", "r.sine[1]",
          "d.length", "beam.kinetic_energy", "beam.sigma_x", "beam.sigma_pt"],
        "objective": {"terms": [
          {"at": "end", "quantity": "sigma_x", "target": 1e-3, "weight": 1e6},
          {"at": "end", "quantity": "sigma_t", "weight": 1e2},
          {"at": "end", "quantity": "emittance_t", "weight": 1e5},
          {"at": "end", "quantity": "kinetic_energy", "weight": 0.1}]},
        "output": {"directory": "out"}
      }
      """, to: "run.json")
    let result = try Tool.run(["gradient", "run.json", "--check"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("agrees") && !result.output.contains("DISAGREES"))
  }

  /// All but `newton`, whose first step from here leads to another minimum.
  @Test(arguments: [
    "newton-cg", "newton-cg-linesearch", "l-bfgs", "l-bfgs-b", "conjugate-gradient",
    "levenberg-marquardt", "bfgs", "nelder-mead", "migrad",
  ])
  func everyMethodFindsTheMatch(_ method: String) throws {
    let folder = try TemporaryFolder()
    let optimizer = "{\"method\": \"\(method)\", \"max_evaluations\": 5000}"
    try folder.write(matching(particles: 200, optimizer: optimizer), to: "run.json")
    let result = try Tool.run(["optimize", "run.json"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    let record = try json(folder, "out/optimize.json")
    // From 16. A simplex, which does not know the gradient, may end in a minimum beside the match.
    let limit = method == "nelder-mead" ? 0.1 : 1e-12
    #expect(try #require(record["objective"] as? Double) < limit)
    #expect((record["history"] as? [Any])?.isEmpty == false)
    #expect(FileManager.default.fileExists(atPath: folder.url.path + "/out/moments.csv"))
  }

  /// A steered beam is centred in its holes, of several shapes: the run's record repeats the run, and a
  /// gradient is that of differences.
  @Test func smoothedLossesAtTheAperturesOfTheLineSteerABeam() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      {
        "beam": {"species": "proton", "kinetic_energy": 100, "charge": 1e-10, "particles": 2000,
          "distribution": {"kind": "gaussian", "sigma": {"x": 5e-4, "y": 5e-4, "px": 1e-5},
            "mean": {"x": 6e-4, "y": -4e-4}}},
        "lattice": {"elements": {
            "k": {"kind": "Kicker", "kick_x": 0, "kick_y": 0}, "d": {"kind": "Drift", "length": 1},
            "h1": {"kind": "Aperture", "shape": "octagon", "x": 3e-3, "y": 3e-3, "angle1": 0.4, "angle2": 1.1},
            "h2": {"kind": "Aperture", "shape": "racetrack", "x": 3e-3, "y": 3e-3, "rx": 2e-3, "ry": 1e-3}},
          "lines": {"l": ["k", "d", "h1", "k", "d", "h2"]}},
        "output": {"directory": "out"},
        "variables": [{"names": ["k.kick_x", "k.kick_y"], "scale": 1e-4}],
        "objective": {"terms": [
          {"at": "apertures", "quantity": "smoothed_loss", "width": 0.2},
          {"at": "h1", "quantity": "smoothed_loss", "width": 0.2},
          {"at": "h2", "quantity": "smoothed_loss",
           "aperture": {"shape": "rectangle", "x": 2e-3, "y": 2e-3, "offset": [1e-4, 0]}}]},
      }
      """, to: "run.json")
    let result = try Tool.run(["gradient", "run.json", "--check"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(!result.output.contains("DISAGREES"), "\(result.output)")
    let record = try json(folder, "out/gradient.json")
    #expect(try Tool.run(["optimize", "run.json", "-q"], in: folder.url).status == 0)
    let optimum = try json(folder, "out/optimize.json")
    let objective = try #require(optimum["objective"] as? Double)
    let start = try #require(record["objective"] as? Double)
    #expect(objective < start)
    // The file that the optimum leaves says the same objective again, at its own start.
    let again = try Tool.run(
      ["gradient", "out/optimized.json", "-q", "-o", "again"], in: folder.url)
    #expect(again.status == 0, "\(again.errors)")
    let repeated = try #require(try json(folder, "again/gradient.json")["objective"] as? Double)
    #expect(repeated == objective)
  }

  /// The optimum is a run file: tracked again, it has what was asked for.
  @Test func theOptimumIsARunFileOfItsOwn() throws {
    let folder = try TemporaryFolder()
    try folder.write(matching(), to: "run.json")
    #expect(try Tool.run(["optimize", "run.json", "-q"], in: folder.url).status == 0)
    let again = try Tool.run(["gradient", "out/optimized.json"], in: folder.url)
    #expect(again.status == 0, "\(again.errors)")
    let first = try json(folder, "out/optimize.json")
    let record = try json(folder, "out/optimized/gradient.json")
    #expect(record["objective"] as? Double == first["objective"] as? Double)
    let moments = try ResultTable(folder.file("out/moments.csv"))
    // The gradient's fall by 10¹⁰ leaves less than 10⁻⁸.
    #expect(abs(moments.number("beta_x", row: -1) - 1.5) < 1e-7)
  }

  @Test func anUndefinedObjectiveIsNamedAndTheStartIsOnDisk() throws {
    let folder = try TemporaryFolder()
    let cold = matching().replacingOccurrences(of: "7.7e-9", with: "0")
    try folder.write(cold, to: "cold.json")
    let result = try Tool.run(["optimize", "cold.json"], in: folder.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("beta_x at \"end\" is undefined"))
    #expect(result.errors.contains("use entries of the covariance"))
    let record = try json(folder, "out/optimize.json")
    #expect(record["status"] as? String == "failed")
    #expect((record["variables"] as? [String: Double])?["constants.kq"] == 3.1)
    let lost = matching().replacingOccurrences(
      of: "\"length\": 0.5}", with: "\"length\": 0.5, \"aperture\": {\"x\": 1e-12, \"y\": 1e-12}}")
    try folder.write(lost, to: "lost.json")
    let gradient = try Tool.run(["gradient", "lost.json"], in: folder.url)
    #expect(gradient.status == 1)
    #expect(gradient.errors.contains("all particles are lost"))
  }

  @Test func wrongInputIsStatus2AndLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let wrong = matching().replacingOccurrences(of: "\"q2.k1\"", with: "\"q2.k2\"")
    try folder.write(wrong, to: "wrong.json")
    for command in ["gradient", "optimize", "check"] {
      let result = try Tool.run([command, "wrong.json"], in: folder.url)
      #expect(result.status == 2)
      #expect(result.errors.contains("wrong.json:") && result.errors.contains("\"k2\""))
    }
    try folder.write(matching(), to: "run.json")
    try folder.write("{\"q2.k3\": 1}", to: "v.json")
    let vector = try Tool.run(
      ["gradient", "run.json", "--hessian-vector", "v.json"], in: folder.url)
    #expect(vector.status == 2 && vector.errors.contains("did you mean \"q2.k1\"?"))
    #expect(!FileManager.default.fileExists(atPath: folder.url.path + "/out"))
  }

  @Test func aGroupIsVariedAlone() throws {
    let folder = try TemporaryFolder()
    try folder.write(matching(), to: "run.json")
    let result = try Tool.run(["gradient", "run.json", "--group", "quads"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    let gradient = try json(folder, "out/gradient.json")["gradient"] as? [String: Double]
    #expect(gradient?.keys.sorted() == ["q2.k1", "q3.k1", "q4.k1"])
    let wrong = try Tool.run(["optimize", "run.json", "--group", "quad"], in: folder.url)
    #expect(wrong.status == 2 && wrong.errors.contains("did you mean \"quads\"?"))
  }

  @Test func quietMeansSilentAndThreadsChangeNothing() throws {
    let folder = try TemporaryFolder()
    try folder.write(matching(particles: 3000), to: "run.json")
    var gradients: [[String: Double]?] = []
    for threads in ["1", "3"] {
      let result = try Tool.run(["gradient", "run.json", "-q", "-t", threads], in: folder.url)
      #expect(result.status == 0 && result.output == "" && result.errors == "")
      gradients.append(try json(folder, "out/gradient.json")["gradient"] as? [String: Double])
    }
    #expect(gradients[0] != nil && gradients[0] == gradients[1])
  }

  /// A run that takes several seconds.
  private func longRun(_ folder: TemporaryFolder) throws {
    let optimizer = "{\"method\": \"nelder-mead\", \"max_evaluations\": 100000}"
    try folder.write(matching(particles: 300_000, optimizer: optimizer), to: "long.json")
  }

  @Test func interruptedItLeavesTheBestVariablesAndTheHistory() throws {
    let folder = try TemporaryFolder()
    try longRun(folder)
    let process = try Tool.start(["optimize", "long.json", "-q"], in: folder.url)
    Thread.sleep(forTimeInterval: 2.0)
    #expect(process.isRunning)
    kill(process.processIdentifier, SIGINT)
    for _ in 0..<100 where process.isRunning { Thread.sleep(forTimeInterval: 0.1) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let record = try json(folder, "out/optimize.json")
    #expect(record["status"] as? String == "interrupted")
    #expect((record["variables"] as? [String: Double])?.count == 4)
    let history = try ResultTable(folder.file("out/history.csv"))
    let values = history.rows.indices.map { history.number("objective", row: $0) }
    #expect(values.count >= 1 && values.sorted(by: >) == values)
    #expect(try Tool.run(["check", "out/optimized.json"], in: folder.url).status == 0)
  }

  /// Killed at many moments, it leaves whole files or none.
  @Test func killedItLeavesWholeFiles() throws {
    let folder = try TemporaryFolder()
    try longRun(folder)
    var found = 0
    for attempt in 0..<8 {
      try? FileManager.default.removeItem(at: folder.url.appendingPathComponent("out"))
      let process = try Tool.start(["optimize", "long.json", "-q"], in: folder.url)
      Thread.sleep(forTimeInterval: 0.1 + 0.23 * Double(attempt))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      for name in ["optimize.json", "history.csv"] {
        let url = folder.url.appendingPathComponent("out/" + name)
        guard let data = try? Data(contentsOf: url) else { continue }
        found += 1
        #expect(data.last == 0x0A)
        if name == "optimize.json" {
          #expect(try json(folder, "out/" + name)["status"] as? String == "running")
        }
      }
    }
    #expect(found > 0)
  }
}
