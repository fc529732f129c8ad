import Foundation
import Support
import Testing

/// Runs the example `path` with the tool, in a folder of its own.
private func run(_ path: String, _ options: [String] = []) throws -> (TemporaryFolder, Tool.Result)
{
  let folder = try TemporaryFolder()
  let result = try Tool.run(
    ["track", "Examples/" + path, "--output", folder.url.path] + options)
  #expect(result.status == 0, "\(result.errors)")
  return (folder, result)
}

private func moments(_ folder: TemporaryFolder) throws -> ResultTable {
  try ResultTable(folder.url.path + "/moments.csv")
}

@Suite("Examples show the physics that they claim")
struct ExamplesTests {
  @Test func everyExampleHasATest() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Tool.package.appendingPathComponent("Examples").path
    ).filter { !$0.hasPrefix(".") && $0 != "README.md" }
    let runFiles = [
      "achromatic-bend", "beam-beam", "bithermal", "chicane", "collimation", "constant-focusing",
      "core-and-halo", "deflecting-cavity", "dipole-spectrometer", "dogleg", "emittance-growth",
      "expanding-ball", "flat-beam", "fodo", "fodo-chromatic", "fodo-match",
      "fodo-match-space-charge", "fodo-matching", "fodo-rf", "gaussian-bunch", "girder-errors",
      "htu",
      "htu-space-charge", "htu-spot", "iota-lattice", "iota-lens", "kicker", "kurth-periodic",
      "linac", "loss-map", "orbit-ensemble", "photoinjector", "ramp", "ring", "strength-scan",
      "kv-fodo", "mismatched-beam", "solenoid-channel", "thermal", "triplet",
      "undulator-matching", "uniform-ellipsoid",
    ]
    let partialWaves = PartialWaveExamplesTests.models.keys + ["phi-kk-studies"]
    let programs = [
      "calibration", "own-objective", "phase-space-reconstruction", "programs", "quadrupole-scan",
      "space-charge-scan", "uncertainty-propagation",
    ]
    #expect(folders.sorted() == (runFiles + partialWaves + programs + ["Support"]).sorted())
  }

  /// The peer's own test of this beamline, with its tolerance: 10/√10⁴ = 0.1.
  @Test func theHTUBeamHasThePublishedSizesAndEmittances() throws {
    let (folder, result) = try run("htu/lattice.json")
    let table = try moments(folder)
    let published: [(String, [String: Double])] = [
      (
        "TCPhosphor",
        [
          "s": 0.4184755, "sigma_x": 0.0003536004, "sigma_y": 0.0002152397,
          "sigma_t": 1.530077e-06, "emittance_x": 3.734497e-08, "emittance_y": 1.506135e-08,
          "emittance_t": 3.729656e-08,
        ]
      ),
      (
        "UC_VisaEBeam8",
        [
          "s": 9.4599805, "sigma_x": 0.001759036, "sigma_y": 0.0002337416,
          "sigma_t": 0.0001175086, "emittance_x": 2.813148e-06, "emittance_y": 6.167234e-07,
          "emittance_t": 2.85855e-06,
        ]
      ),
    ]
    for (screen, values) in published {
      let row = table.row(of: screen)
      for (name, value) in values {
        let found = table.number(name, row: row)
        #expect(abs(found / value - 1) < 0.1, "\(name) at \(screen): \(found), not \(value)")
      }
    }
    #expect(result.output.contains("no particle lost"))
    #expect(table.rows.count == 154)
  }

  @Test func aMatchedBeamRepeatsItselfInEveryFODOCell() throws {
    let (folder, _) = try run("fodo/fodo.json")
    let table = try moments(folder)
    for column in ["emittance_x", "emittance_y", "emittance_t"] {
      // A matrix of determinant 1 keeps the sample's emittance; 40 of them round to below 1e-12.
      let start = table.number(column, row: 0)
      #expect(abs(table.number(column, row: -1) / start - 1) < 1e-12)
    }
    for cell in 1...8 {
      let row = 5 * cell
      // The quiet sample of 10⁴ has the matched Twiss functions to a few 10⁻³; a mismatch beats
      // around them.
      #expect(abs(table.number("beta_x", row: row) / 3.826787949020403 - 1) < 0.01)
      #expect(abs(table.number("beta_y", row: row) / 3.826787949020403 - 1) < 0.01)
      #expect(abs(table.number("alpha_x", row: row) + 1.2328334908334095) < 0.02)
    }
  }

  @Test func fourQuadrupolesMatchABeamToTheChannel() throws {
    let folder = try TemporaryFolder()
    let result = try Tool.run(
      ["optimize", "Examples/fodo-matching/fodo-matching.json", "--output", folder.url.path])
    #expect(result.status == 0, "\(result.errors)")
    let table = try moments(folder)
    for cell in 0...8 {
      let row = table.rows.count - 1 - 5 * (8 - cell)
      // The gradient's fall by 10¹⁰ leaves a mismatch of less than 10⁻⁸.
      #expect(abs(table.number("beta_x", row: row) / 3.826787949020403 - 1) < 1e-7)
      #expect(abs(table.number("beta_y", row: row) / 3.826787949020403 - 1) < 1e-7)
      #expect(abs(table.number("alpha_x", row: row) + 1.2328334908334095) < 1e-7)
      #expect(abs(table.number("alpha_y", row: row) - 1.2328334908334095) < 1e-7)
    }
  }

  @Test func chromaticityMakesACentroidOscillationDecohere() throws {
    let (folder, _) = try run("fodo-chromatic/fodo-chromatic.json")
    let table = try moments(folder)
    // cos µ(δ) of one cell by thick lenses of strength k/δ, and its derivative by differences.
    func phase(_ delta: Double) -> Double {
      let w = (1.2 / delta).squareRoot()
      let (c, s) = (cos(0.5 * w), sin(0.5 * w))
      let (ch, sh) = (cosh(0.5 * w), sinh(0.5 * w))
      let focusing = [[c, s / w], [-w * s, c]]
      let defocusing = [[ch, sh / w], [w * sh, ch]]
      func times(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
        a.map { row -> [Double] in
          [row[0] * b[0][0] + row[1] * b[1][0], row[0] * b[0][1] + row[1] * b[1][1]]
        }
      }
      let half: [[Double]] = [[1, 0.5], [0, 1]]
      let whole: [[Double]] = [[1, 1], [0, 1]]
      let cell = times(half, times(defocusing, times(whole, times(focusing, half))))
      return acos((cell[0][0] + cell[1][1]) / 2)
    }
    let slope = (phase(1 + 1e-4) - phase(1 - 1e-4)) / 2e-4
    let sigma = (8e-7 / 0.002).squareRoot()
    // Invariant amplitude of the centroid in the matched ellipse.
    func amplitude(_ row: Int) -> Double {
      let (x, p) = (table.number("mean_x", row: row), table.number("mean_px", row: row))
      let (beta, alpha) = (3.826787949020403, -1.2328334908334095)
      return ((x * x + (beta * p + alpha * x) * (beta * p + alpha * x)) / beta).squareRoot()
    }
    let start = amplitude(0)
    for cells in [10, 20, 40] {
      let phi = Double(cells) * slope * sigma
      // The phase's second derivative shifts φ by cells·µ″σ_δ²/2 ≈ 0.01, of which the oscillation's
      // size sees the square and the beat of the off-momentum ellipses, σ_δ·φ²: below half a per
      // cent.
      #expect(abs(amplitude(5 * cells) / start - exp(-phi * phi / 2)) < 5e-3)
    }
    #expect(amplitude(200) < 0.8 * start)
    #expect(table.number("emittance_x", row: -1) > 5 * table.number("emittance_x", row: 0))
  }

  @Test func theSpectrometersScreenShowsTheMomentum() throws {
    let (folder, _) = try run("dipole-spectrometer/dipole-spectrometer.json")
    let table = try moments(folder)
    let gamma = 1 + 50 / 0.51099895069
    let beta = (1 - 1 / (gamma * gamma)).squareRoot()
    let dispersion = (1 - cos(Double.pi / 6)) + 2 * sin(Double.pi / 6)
    // The fit through 20,000 particles of σ_δ = 1e-3 sees the second-order dispersion as an offset
    // only; what is left is the sampling error, σ_x/(σ_pt·√N·D) with the betatron share of σ_x of
    // 1e-4 m: 6e-4.
    let fitted = table.number("dispersion_x", row: -1)
    #expect(abs(fitted / (dispersion / beta) - 1) < 3e-3)
    let slope = table.number("dispersion_px", row: -1)
    #expect(abs(slope / (sin(Double.pi / 6) / beta) - 1) < 3e-3)
    // Vertically nothing happens.
    #expect(abs(table.number("dispersion_y", row: -1)) < 3e-3)
    #expect(FileManager.default.fileExists(atPath: folder.url.path + "/monitor-screen.csv"))
  }

  @Test func threeKickersMakeAClosedBump() throws {
    let (folder, _) = try run("kicker/kicker.json")
    let table = try moments(folder)
    let start = table.number("mean_x", row: 0)
    let startSlope = table.number("mean_px", row: 0)
    let row = table.row(of: "middle")
    // 0.8 m at 1 mrad; the rigidity in the file has nine digits.
    let moved = table.number("mean_x", row: row) - start - 0.8 * startSlope
    #expect(abs(moved - 0.8e-3) < 1e-11)
    let end = table.number("mean_x", row: -1) - start - 1.6 * startSlope
    #expect(abs(end) < 1e-11)
    #expect(abs(table.number("mean_px", row: -1) - startSlope) < 1e-11)
    for column in ["sigma_px", "emittance_x"] {
      let change = table.number(column, row: -1) / table.number(column, row: 0) - 1
      #expect(abs(change) < 1e-11)
    }
  }
}
