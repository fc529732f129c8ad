/// Seconds by phase of a run.
struct PhaseTimer {
  private(set) var seconds: [(phase: String, seconds: Double)] = []

  /// Does `body` and notes how long it took.
  mutating func time<R>(_ phase: String, _ body: () throws -> R) rethrows -> R {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    seconds.append((phase, (clock.now - start) / .seconds(1)))
    return result
  }

  /// Notes how long parts of a phase took: "phase: part".
  mutating func add(_ parts: [(part: String, seconds: Double)], of phase: String) {
    for (part, time) in parts { seconds.append((phase + ": " + part, time)) }
  }
}
