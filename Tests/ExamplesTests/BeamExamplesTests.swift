import Foundation
import Support
import Testing

/// Examples of beams with a halo, of losses, of nonlinear motion, and of what fields of their own do.
@Suite struct BeamExamplesTests {
  /// What is lost where: five standard errors of counts.
  @Test func twoCollimatorsCutPlacesAndAngles() throws {
    let run = try ExampleRun("collimation")
    let lost = try run.table("lost.csv")
    let count = 100_000.0
    func expect(_ element: String, _ fraction: Double) {
      let found = Double(lost.rows.filter { $0.contains(element) }.count)
      let error = 5 * (count * fraction * (1 - fraction)).squareRoot()
      #expect(abs(found - count * fraction) < error, "\(element): \(found)")
    }
    let stopped = exp(-2.0)
    expect("primary", stopped)
    expect("secondary", stopped * (1 - stopped))
    // Of the disc of 2σ, what lies beyond 1.5σ in x: φ(x)·(2Φ(√(4 − x²)) − 1), by Simpson's rule in the
    // angle with x = 2 sin, which has no root at the end.
    let steps = 200
    let (low, high) = (asin(0.75), Double.pi / 2)
    var beyond = 0.0
    for i in 0...steps {
      let angle = low + (high - low) * Double(i) / Double(steps)
      let x = 2 * sin(angle)
      let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
      let value = density * erf(2 * cos(angle) / 2.0.squareRoot()) * 2 * cos(angle)
      beyond += (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2) * value
    }
    beyond *= (high - low) / Double(3 * steps)
    expect("jaw", beyond * (1 - stopped))
    #expect(Set(lost.numbers("s").map { ($0 * 1e6).rounded() }).count == 3)
  }

  /// The loss map by place and by turn, in particles and in charge: five standard errors of counts.
  @Test func twoHolesInARingLoseWhereAndWhenTheClosedFormsSay() throws {
    let run = try ExampleRun("loss-map")
    let (count, charge) = (100_000.0, 1e-10)
    let (wide, narrow) = (exp(-4.5), exp(-2.0))
    func expect(_ found: Double, _ fraction: Double, _ what: String) {
      let error = 5 * (count * fraction * (1 - fraction)).squareRoot()
      #expect(abs(found - count * fraction) < error, "\(what): \(found)")
    }
    let map = try run.table("losses.csv")
    #expect(map.rows.map { $0[1] } == ["wide", "narrow"])
    expect(map.number("lost", row: 0), wide * (2 - narrow), "wide")
    expect(map.number("lost", row: 1), (narrow - wide) * (2 - narrow), "narrow")
    expect(map.number("cumulative", row: 1), narrow * (2 - narrow), "both")
    #expect(map.numbers("aperture") == map.numbers("lost"))
    // Half an oscillation from the start of the ring, in whichever turn.
    #expect(map.number("s", row: 0) == 0)
    #expect(abs(map.number("s", row: 1) - 2 * Double.pi) < 1e-12)
    for row in 0...1 {
      for (macro, real) in [("lost", "charge"), ("cumulative", "cumulative_charge")] {
        // Weights are equal: sums of 10⁴ of them, rounded.
        let expected = map.number(macro, row: row) / count * charge
        #expect(abs(map.number(real, row: row) / expected - 1) < 1e-12)
      }
    }
    let turns = try run.table("losses-by-turn.csv")
    #expect(turns.numbers("turn") == [1, 2])
    expect(turns.number("lost", row: 0), narrow, "turn 1")
    expect(turns.number("lost", row: 1), narrow * (1 - narrow), "turn 2")
    #expect(turns.number("alive", row: 1) == count - map.number("cumulative", row: 1))
  }

  @Test func aHaloMakesMostOfTheLoss() throws {
    let run = try ExampleRun("core-and-halo")
    let table = try run.table("moments.csv")
    // A quiet sample of 10⁵ has the variance to 10⁻³.
    #expect(abs(table.number("sigma_x", row: 0) / (1.75.squareRoot() * 1e-3) - 1) < 1e-3)
    let before = try run.table("monitor-before.csv").numbers("x")
    let square = before.reduce(0) { $0 + $1 * $1 } / 1e5
    let fourth = before.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 1e5
    // Random numbers would err by √(⟨x⁸⟩/N)/⟨x⁴⟩ = 4 %: not more than that.
    #expect(abs(fourth / (square * square) / (3 * 13.75 / (1.75 * 1.75)) - 1) < 0.04)
    let lost = Double(try run.table("lost.csv").rows.count) / 1e5
    let (core, halo) = (0.95 * exp(-8.0), 0.05 * exp(-0.5))
    // One standard error of random counts, √(p/N).
    #expect(abs(lost - core - halo) < ((core + halo) / 1e5).squareRoot())
    #expect(halo / (core + halo) > 0.98)
  }

  /// H and I of a particle, in the coordinates of the magnet.
  private func invariants(
    _ x: Double, _ px: Double, _ y: Double, _ py: Double
  ) -> (h: Double, i: Double, linear: Double) {
    let (alpha, beta, c, tau) = (1.376381920471173, 1.892632003628881, 0.01, 0.4)
    let root = beta.squareRoot()
    let (a, b) = (x / (c * root), y / (c * root))
    let (pa, pb) = ((root * px + alpha * x / root) / c, (root * py + alpha * y / root) / c)
    // F = asin z/√(1 − z²) by its series Σ 4ⁿ(n!)²/(2n + 1)! z^(2n + 1), for |z| < 0.6.
    var (re, im) = (0.0, 0.0)
    var term = (a, b)
    for n in 0..<200 {
      re += term.0
      im += term.1
      let square = (a * a - b * b, 2 * a * b)
      let factor = Double(2 * n + 2) / Double(2 * n + 3)
      term = (
        factor * (term.0 * square.0 - term.1 * square.1),
        factor * (term.0 * square.1 + term.1 * square.0)
      )
    }
    let linear = (pa * pa + pb * pb + a * a + b * b) / 2
    let turning = a * pb - b * pa
    return (
      linear + tau * (a * re - b * im), turning * turning + pa * pa + a * a + 2 * tau * a * re,
      linear
    )
  }

  /// The largest change of the invariants from the first turn on, over the largest value that a
  /// particle has, and that of the linear one.
  private func changes(_ table: ResultTable) -> (h: Double, i: Double, linear: Double) {
    let (x, px, y, py) = (
      table.numbers("x"), table.numbers("px"), table.numbers("y"), table.numbers("py")
    )
    let ids = table.numbers("id").map { Int($0) }
    var first: [Int: (h: Double, i: Double, linear: Double)] = [:]
    var largest = (h: 0.0, i: 0.0, linear: 0.0)
    var scale = (h: 0.0, i: 0.0)
    for row in ids.indices {
      let now = invariants(x[row], px[row], y[row], py[row])
      guard let before = first[ids[row]] else {
        first[ids[row]] = now
        scale = (max(scale.h, now.h), max(scale.i, now.i))
        continue
      }
      largest.h = max(largest.h, abs(now.h - before.h))
      largest.i = max(largest.i, abs(now.i - before.i))
      largest.linear = max(largest.linear, abs(now.linear - before.linear))
    }
    return (largest.h / scale.h, largest.i / scale.i, largest.linear / scale.h)
  }

  @Test(arguments: ["iota-lens", "iota-lattice"])
  func particlesKeepTwoInvariants(_ name: String) throws {
    let run = try ExampleRun(name)
    let table = try run.table("monitor-before.csv")
    let found = changes(table)
    // Steps of 0.1 m at β = 0.65 m: the splitting errs by a part of (0.1/0.65)²/12 = 2·10⁻³ of the kick.
    #expect(found.h < 4e-3 && found.i < 4e-3, "\(found)")
    // What the linear motion keeps is not kept at all.
    #expect(found.linear > 0.5, "\(found)")
    #expect(run.result.output.contains("no particle lost"))
  }

  /// The ring without its magnet has the Twiss functions of the magnet in both planes, to the digits to
  /// which its strengths were fitted.
  @Test func theRingIsMatchedToItsMagnet() throws {
    let table = try ExampleRun("iota-lattice") {
      $0.change("\"on\": 1", to: "\"on\": 0")
      $0.change("\"moments\": \"none\"", to: "\"moments\": \"element\"")
      $0.change(
        "\"method\": \"particles\", \"model\": \"linear\", \"turns\": 20",
        to: "\"method\": \"envelope\", \"turns\": 1, \"model\": \"linear\"")
    }.table("moments.csv")
    for column in ["beta_x", "beta_y"] {
      let value = table.number(column, row: -1)
      #expect(abs(value / 1.892632003628881 - 1) < 1e-5)
    }
    for column in ["alpha_x", "alpha_y"] {
      #expect(abs(table.number(column, row: -1) - 1.376381920471173) < 5e-4)
    }
    // The length that another program has for one turn.
    #expect(abs(table.number("s", row: -1) - 39.968229714800046) < 1e-12)
  }

  /// Axes of a uniform ellipsoid in the frame at rest, by σ″ = κ(σ)σ + ε²/σ³ with κ of its field: px′ = K x
  /// (3/2)∫ds/((a² + s)√((a² + s)(b² + s)(c² + s))).
  @Test func aUniformEllipsoidHasALinearField() throws {
    let run = try ExampleRun("uniform-ellipsoid")
    let table = try run.table("moments.csv")
    let gamma = 1 + 4 / 0.510_998_950_69
    let momentum = (gamma * gamma - 1).squareRoot()
    let coulomb = 1 / (4 * Double.pi * 8.854_187_818_8e-12)
    let strength = 1e-10 * coulomb / (momentum * momentum * 0.510_998_950_69e6)
    func field(_ axes: [Double], _ axis: Int) -> Double {
      // s = a²·tan²: smooth and of finite range; 2000 steps of the midpoint rule.
      let unit = axes[axis] * axes[axis]
      var sum = 0.0
      let steps = 2000
      for i in 0..<steps {
        let angle = (Double(i) + 0.5) * Double.pi / 2 / Double(steps)
        let s = unit * tan(angle) * tan(angle)
        let ds = 2 * unit * tan(angle) / (cos(angle) * cos(angle))
        let product = axes.reduce(1) { $0 * ($1 * $1 + s) }
        sum += ds / ((unit + s) * product.squareRoot())
      }
      return 1.5 * sum * Double.pi / 2 / Double(steps)
    }
    var sizes = ["sigma_x", "sigma_y", "sigma_t"].map { table.number($0, row: 0) }
    sizes[2] *= momentum
    var slopes = [0.0, 0, 0]
    let emittances = ["emittance_x", "emittance_y", "emittance_t"].map { table.number($0, row: 0) }
    func force(_ sizes: [Double]) -> [Double] {
      let axes = sizes.map { 5.squareRoot() * $0 }
      return (0..<3).map { i in
        strength * field(axes, i) * sizes[i]
          + emittances[i] * emittances[i] / (sizes[i] * sizes[i] * sizes[i])
      }
    }
    // Leapfrog in 200 steps: errors of 10⁻⁴.
    let step = 1.0 / 200
    for _ in 0..<200 {
      for i in 0..<3 { sizes[i] += step / 2 * slopes[i] }
      let force = force(sizes)
      for i in 0..<3 { slopes[i] += step * force[i] }
      for i in 0..<3 { sizes[i] += step / 2 * slopes[i] }
    }
    sizes[2] /= momentum
    for (i, column) in ["sigma_x", "sigma_y", "sigma_t"].enumerated() {
      let found = table.number(column, row: -1)
      #expect(abs(found / sizes[i] - 1) < 0.01, "\(column)")
    }
    let other = try ExampleRun("uniform-ellipsoid") {
      $0.change("\"kind\": \"ellipsoid\"", to: "\"kind\": \"gaussian\"")
    }.table("moments.csv")
    for column in ["emittance_x", "emittance_y"] {
      let uniform = table.number(column, row: -1)
      let normal = other.number(column, row: -1)
      // The noise of the mesh, and edges that the divergence blurs: three times at most, where the
      // normal density has fifty times.
      let start = table.number(column, row: 0)
      #expect(uniform < 4 * start && normal > 40 * start, "\(column): \(uniform), \(normal)")
    }
  }
}
