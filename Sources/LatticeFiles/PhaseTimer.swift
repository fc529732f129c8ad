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
}
