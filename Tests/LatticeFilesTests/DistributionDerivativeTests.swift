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

private func values(_ bunch: Bunch<Double>) -> [[Double]] {
  (0..<bunch.count).map { i in (0..<6).map { bunch[i][$0] } }
}

@Suite("Beams of every distribution from run files")
struct DistributionDerivativeTests {
  private static let shaped = DistributionCatalog.standard.kinds
    .filter { !($0 is any SizedDistribution.Type) && $0 != MixtureDistribution.self }
    .map { $0.kind }

  /// Twiss functions and dispersions in both planes: ⟨x y⟩ = D_x·D_y·⟨pt²⟩, and the derivatives of
  /// particles of every kind with respect to all of them.
  @Test(arguments: shaped)
  func theInitialBeamOfEveryKindHasDerivatives(_ kind: String) throws {
    let run = try parse(
      text(
        """
        "kind": "\(kind)", "twiss": {"beta_x": 2, "alpha_x": -1, "emittance_x": 1e-6,
          "beta_y": 3, "alpha_y": 0.5, "emittance_y": 2e-6, "beta_t": 0.5, "emittance_t": 1e-6},
        "dispersion": {"x": 0.5, "px": -0.1, "y": -0.25, "py": 0.2}, "mean": {"y": 1e-3}
        """,
        more: """
          , "variables": ["beam.beta_x", "beam.alpha_x", "beam.emittance_x", "beam.beta_t",
            "beam.dispersion_x", "beam.dispersion_py", "beam.mean_y", "d.length"],
          "objective": {"terms": [{"at": "end", "quantity": "sigma_x"},
                                  {"at": "end", "quantity": "emittance_y", "weight": 1e3}]}
          """))
    let sigma = try #require(run.beam.drawn?.shape.covariance)
    let spread = 1e-6 / 0.5
    // A few roundings.
    #expect(abs(sigma[0, 2] / (0.5 * -0.25 * spread) - 1) < 1e-15)
    #expect(abs(sigma[1, 3] / (-0.1 * 0.2 * spread) - 1) < 1e-15)
    #expect(abs(sigma[0, 0] / (2e-6 + 0.25 * spread) - 1) < 1e-15)
    let problem = try #require(try run.makeDesign(workers: .one))
    let start = problem.variables.start
    let (_, gradient) = try problem.valueAndGradient(at: start)
    let rows = try problem.check(gradient, at: start).rows
    #expect(rows.count == 8)
    for row in rows { #expect(row.verdict == .agrees, "\(row)") }
  }

  @Test func parametersOutsideTheirRangesAreMistakes() {
    let sizes = #""sigma": {"x": 1e-3}"#
    for (given, parts) in [
      (#""kind": "flattop", "rise": 1.5"#, ["\"rise\"", "from 0 to 1"]),
      (#""kind": "flattop", "transverse": "gausian""#, ["did you mean \"gaussian\"?"]),
      (#""kind": "hollow", "inner": -0.1"#, ["\"inner\"", "from 0 to 1"]),
      (#""kind": "ellipsoid", "rise": 0.1"#, ["has no key \"rise\""]),
      (#""kind": "flatop""#, ["did you mean \"flattop\"?"]),
    ] {
      let found = message(text(given + ", " + sizes))
      for part in parts { #expect(found.contains(part), "\(part): \(found)") }
    }
  }

  @Test func parametersAreInTheRecord() throws {
    let run = try parse(
      text(
        #""kind": "flattop", "rise": 0.25, "transverse": "waterbag", "sigma": {"x": 1e-3, "t": 1e-3}"#
      ))
    let again = try parse(RunRecord(TrackingRun(run)).input.pretty)
    #expect(values(try again.makeBunch()) == values(try run.makeBunch()))
    let flat = try #require(again.beam.drawn?.distribution as? FlatTopDistribution)
    #expect(flat.rise == 0.25 && flat.transverse == .waterbag)
  }
}
