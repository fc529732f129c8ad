import Foundation
import Support
import Testing

private let electronMass = 0.510_998_950_69  // MeV

/// Examples of acceleration and of an opposing beam, against integrations and closed forms of their own.
@Suite struct LinacExamplesTests {
  /// One step of Runge and Kutta's fourth order.
  private func step(
    _ y: [Double], _ s: Double, _ h: Double, _ slope: (Double, [Double]) -> [Double]
  ) -> [Double] {
    func moved(_ k: [Double], _ part: Double) -> [Double] { zip(y, k).map { $0 + part * h * $1 } }
    let k1 = slope(s, y)
    let k2 = slope(s + h / 2, moved(k1, 0.5))
    let k3 = slope(s + h / 2, moved(k2, 0.5))
    let k4 = slope(s + h, moved(k3, 1))
    return y.indices.map { y[$0] + h / 6 * (k1[$0] + 2 * k2[$0] + 2 * k3[$0] + k4[$0]) }
  }

  @Test func theLinacAcceleratesAndFocuses() throws {
    let table = try ExampleRun("linac").table("moments.csv")
    let (length, phase) = (1.0377, -0.2)
    let gradient = 25 / electronMass / length
    let gain = gradient * cos(phase)
    // x, Px, y, Py and γ.
    var gamma = 1 + 20 / electronMass
    func momentum(_ gamma: Double) -> Double { (gamma * gamma - 1).squareRoot() }
    var y = ["mean_x", "mean_px", "mean_y", "mean_py"].map { table.number($0, row: 0) }
    (y[1], y[3]) = (y[1] * momentum(gamma), y[3] * momentum(gamma))
    func drift() {
      y[0] += 0.5 * y[1] / momentum(gamma)
      y[2] += 0.5 * y[3] / momentum(gamma)
    }
    func lens(_ sign: Double) {
      y[1] += sign * gain / 2 * y[0]
      y[3] += sign * gain / 2 * y[2]
    }
    drift()
    for _ in 0..<2 {
      lens(-1)
      let start = gamma
      let kappa = gradient * gradient / 8
      for i in 0..<2000 {
        let h = length / 2000
        y = step(y, Double(i) * h, h) { s, y in
          let p = momentum(start + gain * s)
          return [y[1] / p, -kappa * y[0] / p, y[3] / p, -kappa * y[2] / p]
        }
      }
      gamma = start + gain * length
      lens(1)
      drift()
    }
    let energy = table.number("kinetic_energy", row: -1)
    #expect(abs(energy / (20 + 50 * cos(phase)) - 1) < 1e-13)
    // What is beyond the first order is a part of some 10⁻⁶ of the millimetre of the start.
    #expect(abs(table.number("mean_x", row: -1) - y[0]) < 3e-9)
    #expect(abs(table.number("mean_px", row: -1) - y[1] / momentum(gamma)) < 1e-9)
    #expect(abs(table.number("mean_y", row: -1) - y[2]) < 3e-9)
    #expect(abs(table.number("mean_py", row: -1) - y[3] / momentum(gamma)) < 1e-9)
  }

  /// The integration has 4000 steps, and errs by 10⁻¹⁰; the map's own steps are chosen for a part of 10⁻⁶
  /// of 5 mm.
  @Test func thePhotoinjectorFollowsTheEquationsOfMotion() throws {
    let table = try ExampleRun("photoinjector").table("moments.csv")
    let length = 0.6
    let k = 2 * Double.pi * 1.3e9 / 299_792_458
    func series(_ c: [Double], _ z: Double) -> (value: Double, slope: Double) {
      var (value, slope) = (c[0] / 2, 0.0)
      for j in 1..<c.count {
        let wave = 2 * Double.pi * Double(j) / length
        value += c[j] * cos(wave * z)
        slope -= c[j] * wave * sin(wave * z)
      }
      return (value, slope)
    }
    let rf = [0.03125, 0.09375, 0.234375, 0.3125, 0.234375, 0.09375, 0.015625]
    let solenoid = [0.625, 0.46875, 0.1875, 0.03125]
    let force = 10 / electronMass
    // qB/(mc) of an electron.
    let bend = -0.05 * 299_792_458e-6 / electronMass
    func momentum(_ u: Double) -> Double { (u * (u + 2)).squareRoot() }
    var u = 5 / electronMass
    // x, Px, y, Py (kinetic), γ − 1 and c·time.
    var y = ["mean_x", "mean_px", "mean_y", "mean_py"].map { table.number($0, row: 0) } + [u, 0]
    (y[1], y[3]) = (y[1] * momentum(u), y[3] * momentum(u))
    for i in 0..<4000 {
      let h = length / 4000
      y = step(y, -length / 2 + Double(i) * h, h) { z, y in
        let (e, b) = (series(rf, z), series(solenoid, z))
        let p = momentum(y[4])
        let beta = p / (1 + y[4])
        let psi = k * y[5] + 2.9
        let radial = -force / 2 * (e.slope * cos(psi) / beta - k * e.value * sin(psi))
        return [
          y[1] / p, radial * y[0] + bend * (b.value * y[3] / p + b.slope / 2 * y[2]),
          y[3] / p, radial * y[2] - bend * (b.value * y[1] / p + b.slope / 2 * y[0]),
          force * e.value * cos(psi), 1 / beta,
        ]
      }
    }
    u = y[4]
    let row = table.row(of: "buncher")
    #expect(abs(table.number("kinetic_energy", row: row) / (u * electronMass) - 1) < 1e-6)
    #expect(abs(table.number("mean_x", row: row) - y[0]) < 1e-8)
    #expect(abs(table.number("mean_y", row: row) - y[2]) < 1e-8)
    #expect(abs(table.number("mean_px", row: row) - y[1] / momentum(u)) < 1e-8)
    #expect(abs(table.number("mean_py", row: row) - y[3] / momentum(u)) < 1e-8)
    // Off the crest by nothing, the structure gives all of its voltage.
    let end = table.number("kinetic_energy", row: -1)
    #expect(abs(end - table.number("kinetic_energy", row: row) - 20) < 1e-12 * end)
  }

  @Test func anOpposingBunchMovesTheTune() throws {
    let (tune, beta, sigma) = (0.31, 10.0, 1e-3)
    let gamma = 1 + 50 / 938.272_089_43
    let velocity = (1 - 1 / (gamma * gamma)).squareRoot()
    let radius = 1.534_698_4e-18
    let strength =
      2 * 1e9 * radius * (1 + velocity * velocity)
      / (gamma * velocity * 2 * velocity)
    let lens = strength / (2 * sigma * sigma)
    // Near the middle: x₊ + x₋ = 2·cos(2πQ₁)·x, exactly but for the amplitude, some
    // (10⁻³)² of the shift.
    let small = try ExampleRun("beam-beam").table("monitor-before.csv")
    let x = small.rows.indices.filter { small.number("id", row: $0) == 0 }
      .map { small.number("x", row: $0) }
    #expect(x.count == 1000)
    let expected =
      cos(2 * .pi * tune) - beta / 2 * lens * sin(2 * .pi * tune)
    let n = (1..<20).max { abs(x[$0]) < abs(x[$1]) } ?? 1
    #expect(abs((x[n + 1] + x[n - 1]) / (2 * x[n]) - expected) < 1e-7)
    // At two standard deviations: the mean advance of 999 turns, to first order in the shift of 0.006.
    let large = try ExampleRun("beam-beam") {
      $0.change("\"mean\": {\"x\": 1e-6}", to: "\"mean\": {\"x\": 2e-3}")
    }.table("monitor-before.csv")
    let rows = large.rows.indices.filter { large.number("id", row: $0) == 0 }
    var advance = 0.0
    var last: Double?
    for row in rows {
      let angle = atan2(-beta * large.number("px", row: row), large.number("x", row: row))
      if let last {
        let step = angle - last
        advance += step < 0 ? step + 2 * .pi : step
      }
      last = angle
    }
    let shift = advance / (2 * .pi * Double(rows.count - 1)) - tune
    // I₀(1) = 1.266066
    let mean = beta * lens / (4 * .pi) * (1 - exp(-1) * 1.266_065_88)
    #expect(abs(shift / mean - 1) < 0.03, "\(shift) \(mean)")
  }
}
