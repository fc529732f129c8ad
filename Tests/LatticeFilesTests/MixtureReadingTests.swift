import AutoDiff
import BeamDynamics
import Documents
import Sensitivity
import Testing

@testable import LatticeFiles

private func text(_ distribution: String, more: String = "") -> String {
  """
  {"beam": {"species": "electron", "kinetic_energy": 50, "charge": 1e-10, "particles": 400,
            "distribution": {\(distribution)}},
   "constants": {"wide": 3e-3, "part": 0.25},
   "lattice": {"elements": {"d": {"kind": "Drift", "length": 2, "model": "linear"}},
               "lines": {"l": ["d"]}}\(more)}
  """
}

private func parse(_ text: String) throws -> RunFile {
  try RunFile.parse(Array(text.utf8), path: "run.json")
}

private func message(_ text: String) -> String {
  do {
    _ = try parse(text)
    return ""
  } catch {
    return "\(error)"
  }
}

private let components = """
  "kind": "mixture", "components": [
    {"weight": 0.75, "kind": "gaussian", "cut": 3,
     "twiss": {"beta_x": 2, "alpha_x": -1, "emittance_x": 1e-6, "beta_y": 1, "emittance_y": 1e-6,
               "beta_t": 1, "emittance_t": 1e-6}, "dispersion": {"y": 0.5}},
    {"weight": "part", "kind": "hollow", "inner": 0.7,
     "sigma": {"x": "wide", "px": 1e-4, "y": 2e-3}, "mean": {"x": "wide / 2"}}]
  """

private func values(_ bunch: Bunch<Double>) -> [[Double]] {
  (0..<bunch.count).map { i in (0..<6).map { bunch[i][$0] } }
}

@Suite("Mixtures in run files")
struct MixtureReadingTests {
  /// ⟨x²⟩ = ¾·βε + ¼·σ² + ¾·¼·μ², ⟨y²⟩ = ¾(βε + D²⟨pt²⟩) + ¼σ².
  @Test func aMixtureHasTheSizesOfItsComponents() throws {
    let run = try parse(text(components))
    let beam = try #require(run.beam.drawn)
    let x = 0.75 * 2e-6 + 0.25 * 9e-6 + 0.1875 * 2.25e-6
    let y = 0.75 * (1e-6 + 0.25e-6) + 0.25 * 4e-6
    // A few roundings.
    #expect(abs(beam.shape.covariance[0, 0] / x - 1) < 1e-15)
    #expect(abs(beam.shape.covariance[2, 2] / y - 1) < 1e-15)
    #expect(abs(beam.shape.mean.x / (0.25 * 1.5e-3) - 1) < 1e-15)
    #expect(try run.makeBunch().count == 400)
    #expect((beam.distribution as? MixtureDistribution)?.components.count == 2)
  }

  /// What was understood is a run file of the same beam, with its expressions.
  @Test func theRecordIsReadAsTheSameBeam() throws {
    for (more, expressions) in [
      ("", ["\"wide\"", "\"part\"", "\"wide / 2\""]),
      (
        #", "sigma": {"x": 1e-3, "px": 1e-4, "y": "wide", "py": 1e-4}, "mean": {"y": 1e-3}"#,
        ["\"wide\"", "\"part\""]
      ),
    ] {
      let run = try parse(text(components + more))
      let written = RunRecord(TrackingRun(run)).input.pretty
      for expression in expressions { #expect(written.contains(expression), "\(written)") }
      let again = try parse(written)
      #expect(values(try again.makeBunch()) == values(try run.makeBunch()))
    }
  }

  @Test func aCovarianceOfExpressionsIsInTheRecord() throws {
    let rows = (0..<6).map { i in
      "[" + (0..<6).map { $0 == i ? "\"part * \(i + 1)e-6\"" : "0" }.joined(separator: ", ") + "]"
    }
    let run = try parse(
      text(
        """
        "kind": "mixture", "components": [{"weight": 1, "kind": "kv",
          "covariance": [\(rows.joined(separator: ", "))]}]
        """))
    let written = RunRecord(TrackingRun(run)).input.pretty
    for i in 1...6 { #expect(written.contains("\"part * \(i)e-6\""), "\(written)") }
    #expect(values(try parse(written).makeBunch()) == values(try run.makeBunch()))
  }

  /// The whole has the sizes that are asked for: derivatives with respect to them are exact.
  @Test func theSizesOfTheWholeVary() throws {
    let run = try parse(
      text(
        """
        "kind": "mixture", "sigma": {"x": 1e-3, "px": 2e-4, "correlation_x": 0.3, "y": "wide"},
        "components": [{"weight": 0.9, "kind": "kv"}, {"weight": 0.1, "kind": "gaussian", "scale": 3}]
        """,
        more: """
          , "variables": ["beam.sigma_x", "beam.sigma_px", "beam.correlation_x", "constants.wide"],
          "objective": {"terms": [{"at": "end", "quantity": "sigma_x"},
                                  {"at": "start", "quantity": "sigma_y"}]}
          """))
    let problem = try #require(try run.makeDesign(workers: .one))
    let (value, gradient) = try problem.valueAndGradient(at: problem.variables.start)
    for row in try problem.check(gradient, at: problem.variables.start).rows {
      #expect(row.verdict == .agrees, "\(row)")
    }
    // Every x is σ_x·x̂, so that the sums of the particles scale: σ_y is linear in "wide".
    #expect(gradient.count == 4 && value > 0)
    let sigmaY = try #require(
      BeamStatistics(try run.makeBunch().moments(), reference: run.beam.reference)["sigma_y"])
    #expect(abs(gradient[3] / (sigmaY / 3e-3) - 1) < 1e-12)
  }

  /// Without a shape of its own, what may vary is the covariance of the whole.
  @Test func theCovarianceOfAMixtureVariesOtherNumbersDoNot() throws {
    let goal = #", "objective": {"terms": [{"at": "end", "quantity": "sigma_x"}]}, "variables": ["#
    let run = try parse(text(components, more: goal + "\"beam.covariance_x_x\", \"beam.mean_x\"]"))
    let problem = try #require(try run.makeDesign(workers: .one))
    let (_, gradient) = try problem.valueAndGradient(at: problem.variables.start)
    for row in try problem.check(gradient, at: problem.variables.start).rows {
      #expect(row.verdict == .agrees, "\(row)")
    }
    for name in ["constants.wide", "constants.part", "beam.sigma_x"] {
      let found = message(text(components, more: goal + "\"\(name)\"]"))
      #expect(found.contains("\"\(name.split(separator: ".")[1])\""), "\(name): \(found)")
    }
  }

  @Test func mistakesAreToldWhereTheyAre() {
    let core = #"{"weight": 1, "kind": "gaussian", "sigma": {"x": 1e-3}}"#
    func mixture(_ components: String, _ more: String = "") -> String {
      message(text("\"kind\": \"mixture\", \"components\": [\(components)]\(more)"))
    }
    for (found, parts) in [
      (message(text("\"kind\": \"mixture\"")), ["\"components\""]),
      (mixture(""), ["run.json:2:", "weight above 0"]),
      (mixture(#"{"weight": 0, "kind": "gaussian", "sigma": {"x": 1}}"#), ["weight above 0"]),
      (
        mixture(#"{"kind": "gaussian", "sigma": {"x": 1}}"#),
        ["component 1 of the mixture needs \"weight\""]
      ),
      (
        mixture(core + #", {"weight": -1, "kind": "kv", "sigma": {}}"#),
        ["component 2", "at least 0"]
      ),
      (
        mixture(core + #", {"weight": 1, "kind": "kv"}"#),
        ["component 2 of the mixture needs exactly one of \"twiss\""]
      ),
      (mixture(core + #", {"weight": 1, "kind": "kv", "scale": 3}"#), ["\"scale\""]),
      (
        mixture(core + #", {"weight": 1, "kind": "kv", "scal": 3}"#, #", "sigma": {"x": 1e-3}"#),
        ["\"scal\"", "did you mean \"scale\"?"]
      ),
      (
        mixture(
          #"{"weight": 1, "kind": "kv", "scale": 3, "sigma": {}}"#, #", "sigma": {"x": 1e-3}"#),
        ["at most one"]
      ),
      (
        mixture(#"{"weight": 1, "kind": "kv", "mean": {"x": 1}}"#, #", "sigma": {"x": 1e-3}"#),
        ["component 1", "needs a shape"]
      ),
      (mixture(core, #", "mean": {"x": 1}"#), ["give them the \"mean\""]),
      (
        mixture(#"{"weight": 1, "kind": "thermal", "k": 6, "kT": 1e-6, "sigma": {"x": 1}}"#),
        ["\"thermal\" brings its own sizes"]
      ),
      (
        mixture(#"{"weight": 1, "kind": "mixture", "components": [\#(core)], "sigma": {"x": 1}}"#),
        ["no component of another"]
      ),
      (
        mixture(#"{"weight": 1, "kind": "hollow", "inner": 2, "sigma": {"x": 1}}"#),
        ["\"inner\"", "from 0 to 1"]
      ),
      (mixture("3"), ["expected an object for component 1"]),
    ] {
      for part in parts { #expect(found.contains(part), "\(part): \(found)") }
    }
  }
}
