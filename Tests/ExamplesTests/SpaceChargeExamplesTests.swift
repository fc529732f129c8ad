import Foundation
import Support
import Testing

/// Test problems of space charge: their claims, with the tolerances of their sources.
@Suite struct SpaceChargeExamplesTests {
  private func moments(_ name: String, _ change: (String) -> String = { $0 }) throws -> ResultTable
  {
    let source = Tool.package.appendingPathComponent("Examples/\(name)/\(name).json")
    let folder = try TemporaryFolder()
    try folder.write(change(try String(contentsOf: source, encoding: .utf8)), to: "run.json")
    let result = try Tool.run(["track", folder.file("run.json"), "--output", folder.file("out")])
    #expect(result.status == 0, "\(result.errors)")
    return try ResultTable(folder.file("out") + "/moments.csv")
  }

  private func number(_ table: ResultTable, _ column: String, _ row: Int = -1) -> Double {
    table.number(column, row: row)
  }

  /// The field of a round Gaussian, in the frame at rest: see the file. Twice the cells are four times
  /// as exact, less the noise. The model "gaussian" has the sample's own sizes, those of the beam to
  /// 1e-4.
  @Test(arguments: [
    ("\"3D\", \"cells\": [64, 64, 64], \"shape\": \"quadratic\"", 0.02),
    ("\"3D\", \"cells\": [32, 32, 32], \"shape\": \"quadratic\"", 0.06), ("\"gaussian\"", 1e-3),
  ]) func aGaussianBunchHasItsField(model: String, tolerance: Double) throws {
    let source = Tool.package.appendingPathComponent("Examples/gaussian-bunch/gaussian-bunch.json")
    var text = try String(contentsOf: source, encoding: .utf8)
    let hasMesh = model != "\"gaussian\""
    text.replace(/"model": "3D".*"quadratic"/, with: "\"model\": " + model)
    if !hasMesh { text.replace(", \"mesh\": [\"kick\"]", with: "") }
    let folder = try TemporaryFolder()
    try folder.write(text, to: "run.json")
    let result = try Tool.run(["track", folder.file("run.json"), "-q"])
    #expect(result.status == 0, "\(result.errors)")
    let particles = try NumPyArray(folder.file("out/particles.npy"))
    // Of electrons of 250 MeV, 1 nC; CODATA 2022.
    let (mass, sigma, charge) = (0.510_998_950_69e6, 1e-3, 1e-9)
    let gamma = 1 + 250e6 / mass
    let beta = (1 - 1 / (gamma * gamma)).squareRoot()
    let coulomb = 1 / (4 * Double.pi * 8.854_187_818_8e-12)
    let strength = 0.1 * charge * coulomb / (beta * beta * gamma * gamma * mass)
    var (sum, largest) = (0.0, 0.0)
    for i in 0..<particles.shape[0] {
      let z = particles.values[8 * i..<8 * i + 6]
      let (x, px, y, py) = (z[8 * i], z[8 * i + 1], z[8 * i + 2], z[8 * i + 3])
      let along = -beta * gamma * z[8 * i + 4]
      let r = (x * x + y * y + along * along).squareRoot()
      let field =
        erf(r / (2.0.squareRoot() * sigma)) / (r * r)
        - (2 / Double.pi).squareRoot() * exp(-r * r / (2 * sigma * sigma)) / (sigma * r)
      largest = max(largest, strength * field)
      let (dx, dy) = (px - strength * field * x / r, py - strength * field * y / r)
      // pt = −β pz to first order in the kick, which is 1e-3.
      let dz = z[8 * i + 5] / -beta / gamma - strength * field * along / r
      sum += dx * dx + dy * dy + dz * dz
    }
    let deviation = (sum / Double(particles.shape[0])).squareRoot() / largest
    #expect(deviation < tolerance, "\(deviation)")
    if hasMesh {
      let density = try NumPyArray(folder.file("out/mesh-kick.rho.npy"))
      #expect(density.shape.count == 3 && density.values.allSatisfy { $0 <= 0 })
    }
  }

  /// The closed form of the ball: twice the size after 6 m. Tolerance of the source: 1.6/√N.
  @Test func theBallIsTwiceAsLarge() throws {
    let table = try moments("expanding-ball")
    for (column, size) in [
      ("sigma_x", 8.94427191e-4), ("sigma_y", 8.94427191e-4), ("sigma_t", 1.824483737e-6),
    ] {
      #expect(abs(number(table, column) / size - 1) < 0.016, "\(column)")
    }
    for column in ["emittance_x", "emittance_y", "emittance_t"] {
      #expect(number(table, column) < 1e-8)
    }
  }

  /// Tolerance of the source: 2.5/√N.
  @Test func kurthsBeamRepeatsItself() throws {
    let table = try moments("kurth-periodic")
    for (column, size) in [
      ("sigma_x", 1.46e-3), ("sigma_y", 1.46e-3), ("sigma_t", 4.9197638312420749e-4),
      ("emittance_x", 1e-6), ("emittance_y", 1e-6), ("emittance_t", 1e-6),
    ] {
      #expect(abs(number(table, column) / size - 1) < 0.025, "\(column)")
    }
  }

  /// A quiet sample of a beam whose forces are linear: sizes to half a per cent (noise of 10⁴ particles
  /// on 64² cells), emittances to 10⁻³.
  @Test func aKVBeamRepeatsItself() throws {
    let table = try moments("kv-fodo")
    for column in ["sigma_x", "sigma_y"] {
      #expect(abs(number(table, column) / 8.59e-4 - 1) < 5e-3, "\(column)")
    }
    for column in ["emittance_x", "emittance_y"] {
      #expect(abs(number(table, column) / number(table, column, 0) - 1) < 1e-3, "\(column)")
    }
  }

  /// Tolerance of the source: 2.1/√N.
  @Test func aMatchedWaterbagStays() throws {
    let table = try moments("constant-focusing")
    for (column, size) in [
      ("sigma_x", 1.2154443728379866e-3), ("sigma_y", 1.2154443728379866e-3),
      ("sigma_t", 4.0956844276541331e-4), ("emittance_x", 1e-6), ("emittance_y", 1e-6),
      ("emittance_t", 1e-6),
    ] {
      #expect(abs(number(table, column) / size - 1) < 0.021, "\(column)")
    }
  }

  /// Sizes of the converged equilibrium; tolerances of the source: 6/√N and 0.07.
  @Test(arguments: [
    ("thermal", 2.568219e-3, 1.759017e-1, 1.540932e-5, 0.06),
    ("bithermal", 2.746084e-3, 1.880839e-1, 2.443861e-5, 0.07),
  ]) func thermalBeamsAreInEquilibrium(
    name: String, width: Double, length: Double, emittance: Double, tolerance: Double
  ) throws {
    let table = try moments(name)
    for (column, size) in [
      ("sigma_x", width), ("sigma_y", width), ("sigma_t", length), ("emittance_x", emittance),
      ("emittance_y", emittance), ("emittance_t", emittance),
    ] {
      #expect(abs(number(table, column) / size - 1) < tolerance, "\(column)")
    }
  }

  /// Tolerances of the source: 3.6/√N; its own emittances end between 2 and 5e-8.
  @Test func aBunchedBeamRepeatsItselfInItsCell() throws {
    let table = try moments("fodo-rf")
    for (column, size) in [
      ("sigma_x", 9.84722273e-4), ("sigma_y", 6.96967278e-4), ("sigma_t", 4.486799242214e-3),
    ] {
      #expect(abs(number(table, column) / size - 1) < 0.036, "\(column)")
    }
    #expect(number(table, "emittance_x") < 4e-8)
    #expect(number(table, "emittance_y") < 4e-8)
    #expect(number(table, "emittance_t") < 8e-8)
  }

  /// The largest amplitude, seen at all ends of elements: of a matched beam it stays that of the
  /// beam's edge; of a mismatched one it grows beyond what it began with.
  @Test func amplitudesGrowInAMismatchedBeam() throws {
    func amplitude(_ mismatch: String) throws -> (first: Double, most: Double) {
      let table = try moments("mismatched-beam") {
        $0.replacingOccurrences(of: "\"mismatch\": 1.5", with: "\"mismatch\": \(mismatch)")
      }
      let all = table.rows.indices.map { number(table, "max_x", $0) }
      return (all[0], all.dropFirst().max() ?? 0)
    }
    let (matched, mismatched) = (try amplitude("1.0"), try amplitude("1.5"))
    #expect(matched.most < 1.1 * matched.first)
    #expect(mismatched.most > 1.1 * mismatched.first)
    #expect(mismatched.most > 1.5 * matched.most)
  }

  /// 25 pC widen the beam at the first screen by little, and in the way of a repulsive force.
  @Test func spaceChargeIsFeltOnTheHTUBeamline() throws {
    let table = try moments("htu-space-charge")
    let with = table.number("sigma_x", row: table.row(of: "TCPhosphor"))
    let without = try moments("htu-space-charge") { text in
      text.replacingOccurrences(of: "\"charge\": 25e-12", with: "\"charge\": 25e-20")
    }
    let free = without.number("sigma_x", row: without.row(of: "TCPhosphor"))
    #expect(abs(with / free - 1) > 1e-5)
    #expect(abs(with / free - 1) < 0.2)
  }

  private func optimum(_ name: String, _ method: String) throws -> [String: Any] {
    let source = Tool.package.appendingPathComponent("Examples/\(name)/\(name).json")
    let folder = try TemporaryFolder()
    let text = try String(contentsOf: source, encoding: .utf8)
    try folder.write(
      text.replacing(
        /"method": "(levenberg-marquardt|l-bfgs-b)"/, with: "\"method\": \"\(method)\""),
      to: "run.json")
    let result = try Tool.run(
      ["optimize", folder.file("run.json"), "--output", folder.file("out")])
    #expect(result.status == 0, "\(result.errors)")
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("out") + "/optimize.json"))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// Methods with Jacobians and with second derivatives end at the same strengths, near those of the
  /// envelope's match of the same cell; 2,000 particles on 16³ cells are not the envelope.
  @Test func twoQuadrupolesMatchABunchUnderItsSpaceCharge() throws {
    var ends: [[String: Double]] = []
    for method in ["levenberg-marquardt", "newton-cg"] {
      let record = try optimum("fodo-match-space-charge", method)
      let value = try #require(record["objective"] as? Double)
      #expect(value < 0.06)
      ends.append(try #require(record["variables"] as? [String: Double]))
    }
    for name in ["q1.k1", "q2.k1"] {
      let (a, b) = (ends[0][name] ?? 0, ends[1][name] ?? 1)
      #expect(abs(a - b) < 1e-4 * abs(a))
    }
    #expect(abs((ends[0]["q1.k1"] ?? 0) + 103) < 6)
    #expect(abs((ends[0]["q2.k1"] ?? 0) - 103) < 6)
  }

  /// Without the quadrupoles the sum of the emittances is 1.59 mm·mrad at the end, of 0.93 at the
  /// start.
  @Test func twoQuadrupolesKeepEmittancesFromGrowing() throws {
    let record = try optimum("emittance-growth", "l-bfgs-b")
    let value = try #require(record["objective"] as? Double)
    #expect(value < 1.02)
  }
}
