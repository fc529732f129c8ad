import Foundation
import Support
import Testing

@Suite("pwafit fits and studies models with a background's fraction") struct BackgroundTests {
  private static let resonances = """
    "k": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner", "mass": {"value": 0.9},
      "width": {"value": 0.1}, "coupling": {"re": 1, "im": 0}},
    "l": {"spin": 0, "pair": [1, 3], "lineshape": "breit-wigner", "mass": 1.2, "width": 0.2,
      "coupling": {"re": {"value": 0.5}, "im": {"value": 0.2}}}
    """

  private static func text(_ data: String, _ more: String = "") -> String {
    """
    {"parent": {"name": "D0"}, "channels": {"c": {"formalism": "isobar",
      "final_state": ["K-", "pi+", "pi0"], "data": \(data),
      "integration": {"phase_space": 800, "seed": 4}, \(more)
      "resonances": {\(resonances)}}}}
    """
  }

  private func json(_ folder: TemporaryFolder, _ name: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(try folder.text(name).utf8))
    return try #require(object as? [String: Any])
  }

  /// 150 events of signal and 50 of phase space, whose density is 2 everywhere.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.text(#"{"phase_space": 10, "seed": 1}"#), to: "signal.json")
    for (count, name, more) in [(150, "s.csv", []), (50, "b.csv", ["--phase-space"])] {
      let result = try PWATool.run(
        ["generate", "signal.json", "--events", "\(count)", "-o", name, "-q"] + more,
        in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
    }
    let beside = try folder.text("b.csv").split(separator: "\n").dropFirst()
    try folder.write(
      try folder.text("s.csv") + beside.joined(separator: "\n") + "\n", to: "data.csv")
    for (count, name) in [(200, "data-density.csv"), (800, "mc-density.csv")] {
      try folder.write("density\n" + String(repeating: "2\n", count: count), to: name)
    }
    try folder.write(
      Self.text(
        "\"data.csv\"",
        """
        "truth": {"phase_space": 500, "seed": 5}, "generated": 800,
        "background": {"data": "data-density.csv", "integration": "mc-density.csv",
          "fraction": {"value": 0.1}},
        """), to: "model.json")
    return folder
  }

  @Test func everyCommandKnowsFractions() throws {
    let folder = try folder()
    func run(_ arguments: [String]) throws -> Tool.Result {
      let result = try PWATool.run(arguments + ["-q"], in: folder.url)
      #expect(result.status == 0, "\(arguments): \(result.errors)")
      return result
    }
    _ = try run(["fit", "model.json", "--no-plots"])
    let parameters = try #require(
      try json(folder, "out/fit.json")["parameters"] as? [String: [String: Any]])
    let found = try #require(parameters["background.fraction"])
    let (value, error) = try (
      #require(found["value"] as? Double), #require(found["error"] as? Double)
    )
    // A quarter, with an error of some √(200·¼·¾)/200 = 0.03 and more, since all else is free.
    #expect(abs(value - 0.25) < 4 * error && error > 0.03 && error < 0.15)
    // The written model is at its minimum, and is the same one with another start.
    let evaluated = try run(["evaluate", "out/fitted-model.json"])
    let object = try JSONSerialization.jsonObject(with: Data(evaluated.output.utf8))
    let evaluation = try #require(object as? [String: Any])
    let height = try #require(try json(folder, "out/fit.json")["nll"] as? Double)
    #expect(abs(try #require(evaluation["nll"] as? Double) - height) < 1e-9)
    for slope in try #require(evaluation["gradient"] as? [String: Double]).values {
      #expect(abs(slope) < 1e-3)
    }
    // Yields tell the fraction again.
    for more in [[], ["--values", "out/fitted-model.json"]] {
      _ = try run(["fractions", "model.json"] + more)
      let channels = try #require(
        try json(folder, "out/yields.json")["channels"] as? [String: [String: Any]])
      let background = try #require(channels["c"]?["background"] as? [String: [String: Double]])
      let fraction = try #require(background["fraction"])
      #expect(abs(try #require(fraction["value"]) - value) < 1e-5 * error)
      #expect(abs(try #require(fraction["error"]) / error - 1) < 1e-4)
    }
    _ = try run(["scan", "model.json", "--parameter", "background.fraction"])
    let profiles = try #require(
      try json(folder, "out/profiles.json")["profiles"] as? [String: [String: Any]])
    let profile = try #require(profiles["background.fraction"])
    #expect((profile["lower"] as? [String: Any])?["found"] as? Bool == true)
    _ = try run(["toys", "model.json", "--toys", "2"])
    #expect(try json(folder, "out/toys.json")["converged"] as? Int == 2)
    for command in ["plot", "goodness", "significance"] { _ = try run([command, "model.json"]) }
    _ = try run(["generate", "model.json", "--events", "20", "-o", "g.npy"])
  }
}
