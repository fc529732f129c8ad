/// Repeated measurements of one thing.
struct Spread {
  let min: Double
  let median: Double
  let max: Double
  /// How many measurements there were.
  let runs: Int

  init(_ values: [Double]) {
    precondition(!values.isEmpty, "a spread needs a measurement")
    let sorted = values.sorted()
    min = sorted[0]
    max = sorted[sorted.count - 1]
    runs = sorted.count
    let middle = sorted.count / 2
    median = runs % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The same measurements in another unit.
  func scaled(by factor: Double) -> Self {
    Self(min: min * factor, median: median * factor, max: max * factor, runs: runs)
  }

  /// The same measurements, counted from another point.
  func shifted(by offset: Double) -> Self {
    Self(min: min + offset, median: median + offset, max: max + offset, runs: runs)
  }

  private init(min: Double, median: Double, max: Double, runs: Int) {
    self.min = min
    self.median = median
    self.max = max
    self.runs = runs
  }
}

/// Two things measured in turn, so that what disturbs the machine for a while disturbs both.
struct InterleavedPairs {
  let first: Spread
  let second: Spread
  /// First over second, pair by pair.
  let ratio: Spread
  /// The best of the first over the best of the second.
  let ratioOfBest: Double

  /// Measures `count` pairs; both closures return seconds, or any other unit.
  init(count: Int, _ first: () throws -> Double, over second: () throws -> Double) rethrows {
    var a: [Double] = []
    var b: [Double] = []
    for _ in 0..<count {
      a.append(try first())
      b.append(try second())
    }
    self.init(a, over: b)
  }

  /// Pairs that have been measured.
  init(_ a: [Double], over b: [Double]) {
    first = Spread(a)
    second = Spread(b)
    ratio = Spread(zip(a, b).map { $0 / $1 })
    ratioOfBest = first.min / second.min
  }
}

/// The seconds that `work` takes.
func duration(of work: () throws -> Void) rethrows -> Double {
  let time = try ContinuousClock().measure(work)
  return Double(time.components.seconds) + 1e-18 * Double(time.components.attoseconds)
}
