import AutoDiff
import BeamDynamics
import Documents
import Foundation
import LatticeFiles
import Testing

private func text(_ distribution: String, more: String = "") -> String {
  """
  {"beam": {"species": "proton", "kinetic_energy": 0.1, "charge": 1.4285714285714286e-10,
            "particles": 700, "distribution": {\(distribution)}},
   "constants": {"hot": 36e-6},
   "lattice": {"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}}\(more)}
  """
}

private func parse(_ text: String) throws -> RunFile {
  try RunFile.parse(Array(text.utf8), path: "run.json")
}

private func messages(_ text: String) -> String {
  do {
    _ = try parse(text)
    return ""
  } catch {
    return "\(error)"
  }
}

@Suite("Distributions in run files")
struct DistributionReadingTests {
  /// Mixtures have components besides, and tests of their own.
  private static let shaped = DistributionCatalog.standard.kinds
    .filter { !($0 is any SizedDistribution.Type) && $0 != MixtureDistribution.self }
    .map { $0.kind }

  @Test(arguments: shaped)
  func everyKindTakesAShape(_ kind: String) throws {
    let run = try parse(
      text(
        """
        "kind": "\(kind)", "sigma": {"x": 1e-3, "px": 1e-4, "y": 2e-3, "t": 1e-2, "pt": 1e-3},
        "mean": {"y": 1e-3}
        """))
    let bunch = try run.makeBunch()
    let moments = BeamStatistics(try bunch.moments(), reference: bunch.reference)
    // 700 particles: five times √(2/700)/2.
    #expect(abs((moments["sigma_x"] ?? 0) / 1e-3 - 1) < 0.14)
    #expect(abs((moments["mean_y"] ?? 0) - 1e-3) < 5 * 2e-3 / 700.squareRoot())
    #expect(run.beam.drawn?.shapeDescription != nil)
  }

  @Test func aThermalBeamFollowsTheEnergyAndTheCharge() throws {
    let run = try parse(
      text("\"kind\": \"thermal\", \"k\": \"2 * pi\", \"kT\": \"hot\", \"mean\": {\"x\": 1e-3}"))
    guard case .drawn(let beam) = run.beam.source else {
      Issue.record("the beam is drawn")
      return
    }
    let sigma = SecondMoments(beam.shape.covariance)
    // Seven digits are given, half a unit of the last is 2e-7 and 3e-7.
    #expect(abs(sigma.sigma(0) / 2.568219e-3 - 1) < 1e-6)
    #expect(abs(sigma.sigma(4) / 1.759017e-1 - 1) < 1e-6)
    #expect(beam.shape.mean.x == 1e-3)
    #expect(try run.makeBunch().count == 700)
    // ImpactX's normalisation is where the search may start, and no more.
    let same = try parse(
      text("\"kind\": \"thermal\", \"k\": \"2 * pi\", \"kT\": \"hot\", \"normalize\": 0.41604661"))
    guard case .drawn(let other) = same.beam.source else { return }
    #expect(
      abs(other.shape.covariance[0, 0] / beam.shape.covariance[0, 0] - 1) < 1e-11)
  }

  @Test func aBithermalBeamHasAHalo() throws {
    let run = try parse(
      text(
        """
        "kind": "bithermal", "k": "2 * pi", "kT": 36e-6, "kT_halo": 900e-6, "halo": 0.05
        """))
    guard case .drawn(let beam) = run.beam.source else { return }
    // Seven digits are given, half a unit of the last is 2e-7.
    #expect(abs(beam.shape.covariance[0, 0].squareRoot() / 2.746084e-3 - 1) < 1e-6)
  }

  @Test func anEmptyBeamIsOneParticleManyTimes() throws {
    let bunch = try parse(text("\"kind\": \"empty\", \"mean\": {\"x\": 1e-3}")).makeBunch()
    for i in 0..<700 { #expect(bunch[i] == PhaseSpace(x: 1e-3, px: 0, y: 0, py: 0, t: 0, pt: 0)) }
  }

  @Test func kindsWithSizesOfTheirOwnRefuseOthers() {
    let both = messages(
      text("\"kind\": \"thermal\", \"k\": 6, \"kT\": 36e-6, \"sigma\": {\"x\": 1}"))
    #expect(both.contains("\"thermal\" brings its own sizes: leave out \"sigma\""), "\(both)")
    #expect(
      messages(text("\"kind\": \"empty\", \"dispersion\": {\"x\": 1}")).contains("dispersion"))
    let cold = messages(text("\"kind\": \"thermal\", \"k\": 6, \"kT\": 1e-13"))
    #expect(cold.contains("kT is out of reach"), "\(cold)")
    #expect(
      cold.contains("a higher temperature, or less charge, has one") && !cold.contains("nearer"))
    let halo = messages(
      text("\"kind\": \"bithermal\", \"k\": 6, \"kT\": 1e-13, \"kT_halo\": 1e-3, \"halo\": 0.1"))
    #expect(halo.contains("temperatures nearer to each other, or higher ones"), "\(halo)")
    // Of sizes that it does not have, nothing is said.
    let endless = messages(text("\"kind\": \"thermal\", \"k\": 1e-300, \"kT\": 1e300"))
    #expect(!endless.isEmpty && !endless.contains("sigma"), "\(endless)")
    #expect(messages(text("\"kind\": \"thermal\", \"k\": 6")).contains("\"kT\""))
    let continuous = text(
      "\"kind\": \"thermal\", \"k\": 6, \"kT\": 36e-6",
      more: ", \"tracking\": {\"method\": \"envelope\"}"
    ).replacingOccurrences(of: "\"charge\"", with: "\"current\"")
    #expect(messages(continuous).contains("a thermal beam is a bunch"))
    #expect(messages(text("\"kind\": \"waterbag\"")).contains("exactly one of"))
    #expect(messages(text("\"kind\": \"kurth\", \"sigma\": {}")).contains("kurth4d"))
  }

  /// The particles would have to be drawn anew.
  @Test func energyChargeAndTemperatureOfAThermalBeamCannotVary() {
    let objective = """
      , "objective": {"terms": [{"at": "end", "quantity": "sigma_x"}]}, "variables": [
      """
    let thermal = "\"kind\": \"thermal\", \"k\": 6, \"kT\": \"hot\""
    for name in ["beam.kinetic_energy", "beam.charge", "beam.kT", "constants.hot", "beam.sigma_x"] {
      #expect(messages(text(thermal, more: objective + "\"\(name)\"]")) != "", "\(name)")
    }
    #expect(messages(text(thermal, more: objective + "\"d.length\"]")) == "")
    #expect(
      messages(
        text(
          "\"kind\": \"kurth6d\", \"sigma\": {\"x\": 1e-3, \"y\": 1e-3}",
          more: objective + "\"beam.sigma_x\", \"beam.kinetic_energy\"]")) == "")
  }
}
