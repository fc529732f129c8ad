import Foundation
import Support
import Testing

/// Examples of many settings and of many machines.
@Suite struct ScanExamplesTests {
  @Test func theSizeFollowsTheStrength() throws {
    let run = try ExampleRun("strength-scan", "scan")
    let table = try run.table("scan.csv")
    #expect(table.rows.count == 41)
    let (beta, alpha, emittance) = (8.0, 1.5, 2e-8)
    func square(_ strength: Double) -> Double {
      let map = PlaneMatrix([.quadrupole(0.15, strength), .drift(2.5)])
      return emittance * map.transport(beta: beta, alpha: alpha).beta
    }
    let strengths = table.numbers("quad.k1")
    let sizes = table.numbers("sigma_x")
    for (row, strength) in strengths.enumerated() {
      #expect(abs(strength - (0.5 + 0.1 * Double(row))) < 1e-14)
      #expect(abs(sizes[row] / square(strength).squareRoot() - 1) < 1e-12)
      #expect(table.number("objective", row: row) == sizes[row])
      // σ′ = (σ²)′/(2σ), by differences of fourth order.
      let h = 1e-3
      let slope =
        (8 * (square(strength + h) - square(strength - h))
          - (square(strength + 2 * h) - square(strength - 2 * h))) / (12 * h)
      let expected = slope / (2 * sizes[row])
      #expect(
        abs(table.number("gradient_quad.k1", row: row) - expected)
          < 1e-8 * sizes.reduce(0, max))
    }
    let least = try #require(sizes.indices.min { sizes[$0] < sizes[$1] })
    let closed = strengths.indices.min { square(strengths[$0]) < square(strengths[$1]) }
    #expect(least == closed && least > 0 && least < 40)
    #expect(run.result.output.contains("41 settings, 0 of them failed"))
  }

  /// Five standard errors of a mean and of a deviation of 200 machines.
  @Test func machinesHaveTheOrbitsOfTheirErrors() throws {
    let run = try ExampleRun("orbit-ensemble", "scan")
    let table = try run.table("scan.csv")
    #expect(table.rows.count == 200)
    let thin = { (k: Double) in PlaneMatrix(rows: [[1, 0, 0], [-k, 1, 0], [0, 0, 1]]) }
    let cell: [PlaneMatrix] = [thin(0.5), .drift(1), thin(-0.5), .drift(1)]
    let line = (0..<10).flatMap { _ in cell }
    var variance = 0.0
    for place in stride(from: 0, to: line.count, by: 2) {
      let behind = PlaneMatrix(Array(line[(place + 1)...]))
      variance += (behind[1, 2] * 0.5 * 1e-4) * (behind[1, 2] * 0.5 * 1e-4)
    }
    let orbit = table.numbers("mean_x")
    let mean = orbit.reduce(0, +) / 200
    let deviation = (orbit.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 199).squareRoot()
    #expect(abs(mean) < 5 * (variance / 200).squareRoot())
    #expect(abs(deviation / variance.squareRoot() - 1) < 5 / 400.0.squareRoot())
    // No two machines are alike, and the other plane does not see the errors.
    #expect(Set(orbit).count == 200)
    #expect(table.numbers("mean_y").allSatisfy { $0 == 0 })
    #expect(
      table.numbers("sigma_x").allSatisfy { abs($0 / table.number("sigma_x", row: 0) - 1) < 1e-12 })
  }
}
