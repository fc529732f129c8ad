import AutoDiff

extension Benchmark {
  static let tape = Benchmark(
    name: "tape", summary: "operations recorded for reverse-mode differentiation, and gone back"
  ) { settings, report in
    report.heading("one thread; nanoseconds per recorded operation")
    for steps in settings.isQuick ? [1_000] : [1_000, 1_000_000] {
      Pendulum(steps: steps).measure("pendulum", [0.1, 0.2, 0.01, 0.02], settings, report)
      Drifts(steps: steps).measure("drifts", [0.1, 0.2, 0.01, 0.02], settings, report)
    }
  }
}

/// Kicks of a cubic force, each from the position that the last one led to: products and sums.
private struct Pendulum: ScalarFunctionOfMany {
  let steps: Int

  func callAsFunction<S: RealScalar>(_ x: [S]) -> S {
    var (q, p) = (x[0], x[1])
    for _ in 0..<steps {
      q += x[2] * p
      p -= x[3] * (q * (1.0 - q * q))
    }
    return q * q + p * p
  }
}

/// Exact drifts and thin quadrupoles: a square root and a quotient in each.
private struct Drifts: ScalarFunctionOfMany {
  let steps: Int

  func callAsFunction<S: RealScalar>(_ z: [S]) -> S {
    var (x, px, y, py) = (z[0], z[1], z[0], z[1])
    for _ in 0..<steps {
      let length = z[2] / S.sqrt(1.0 - px * px - py * py)
      x += length * px
      y += length * py
      px -= z[3] * x
      py -= z[3] * y
    }
    return x * x + y * y
  }
}

extension ScalarFunctionOfMany {
  fileprivate func measure(
    _ name: String, _ x: [Double], _ settings: Settings, _ report: Report
  ) {
    let tape = Tape()
    var gradient: [Double] = []
    var sum = 0.0
    func record() -> Int {
      tape.record {
        let y = self(x.map { tape.variable($0) })
        sum += y.value
        return tape.count
      }
    }
    let operations = record()
    sum += tape.gradient(of: self, at: x, into: &gradient)
    let memory = tape.growths
    let passes = max(1, 20_000_000 / operations)
    func spread(_ pass: () -> Void) -> Spread {
      let times = (0..<settings.runs).map { _ in
        duration { for _ in 0..<passes { pass() } }
      }
      return Spread(times).scaled(by: 1e9 / Double(passes * operations))
    }
    let subject = Subject(name: name, particles: operations)
    report.figure("the value alone", spread { sum += self(x) }, "ns", of: subject)
    let recorded = spread { _ = record() }
    report.figure("recorded", recorded, "ns", of: subject)
    report.figure("operations recorded", 1e3 / recorded.median, "10⁶/s", of: subject)
    let gradients = spread { sum += tape.gradient(of: self, at: x, into: &gradient) }
    report.figure("recorded and gone back", gradients, "ns", of: subject)
    report.figure("operations of a gradient", 1e3 / gradients.median, "10⁶/s", of: subject)
    report.note("memory was asked for \(tape.growths - memory) times after the first pass")
    precondition(sum.isFinite, "the formulas stay within their domain")
  }
}
