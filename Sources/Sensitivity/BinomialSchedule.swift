/// The schedule for reversing a computation of many steps with few stored states, such that the
/// fewest steps are repeated.
///
/// A. Griewank and A. Walther, Algorithm 799: revolve, ACM Trans. Math. Softw. 26, 19 (2000),
/// doi:10.1145/347837.347846.
enum BinomialSchedule {
  /// β(s, r) = (s + r)!/(s! r!): the most steps that s snapshots can reverse with no step repeated
  /// more than r times.
  static func reach(_ snapshots: Int, _ repetitions: Int) -> Int {
    if snapshots < 0 || repetitions < 0 { return 0 }
    var value = 1
    for i in 1...max(snapshots, 1) where snapshots > 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: repetitions + i)
      if overflow { return .max }
      value = product / i
    }
    return value
  }

  /// The smallest r with β(s, r) ≥ `steps`.
  private static func repetitions(_ steps: Int, _ snapshots: Int) -> Int {
    var r = 0
    while reach(snapshots, r) < steps { r += 1 }
    return r
  }

  /// The number of steps that are repeated before the final execution of each step: r·n − β(s + 1,
  /// r − 1), for `snapshots` ≥ 1, including the one of the start.
  static func advances(steps: Int, snapshots: Int) -> Int {
    if steps <= 1 { return 0 }
    let r = repetitions(steps, snapshots)
    return r * steps - reach(snapshots + 1, r - 1)
  }

  /// The distance from the last snapshot to the next one, where `snapshots` ≥ 2, including this
  /// one, are left for `steps` ≥ 2.
  static func split(steps: Int, snapshots: Int) -> Int {
    let r = repetitions(steps, snapshots)
    let least = max(1, reach(snapshots, r - 2), steps - reach(snapshots - 1, r))
    return min(least, steps - 1)
  }
}

/// Reverses a computation of many steps with few snapshots of its state, by a ``BinomialSchedule``.
struct SnapshotSchedule<Snapshot> {
  let steps: Int
  /// The number of snapshots besides the start, which is always available.
  let slots: Int
  /// Stores the present state.
  let store: () -> Snapshot
  /// Restores a stored state; nil is the state at the start, which the next advance restores.
  let restore: (Snapshot?) -> Void
  /// Executes the step of this number, from the start if `isStart`.
  let advance: (_ step: Int, _ isStart: Bool) throws -> Void
  /// Reverses the step of this number, which has just been executed.
  let undo: (Int) throws -> Void

  func run() throws { try reverse(0..<steps, from: nil, snapshots: slots + 1) }

  /// Reverses `range`, at whose beginning the state was `state`.
  private func reverse(_ range: Range<Int>, from state: Snapshot?, snapshots: Int) throws {
    if range.isEmpty { return }
    if range.count == 1 || snapshots == 1 {
      for last in range.reversed() {
        try go(range.lowerBound...last, from: state)
        try undo(last)
      }
      return
    }
    let middle =
      range.lowerBound + BinomialSchedule.split(steps: range.count, snapshots: snapshots)
    try go(range.lowerBound...middle - 1, from: state)
    try reverse(middle..<range.upperBound, from: store(), snapshots: snapshots - 1)
    try reverse(range.lowerBound..<middle, from: state, snapshots: snapshots)
  }

  private func go(_ range: ClosedRange<Int>, from state: Snapshot?) throws {
    restore(state)
    for step in range { try advance(step, state == nil && step == range.lowerBound) }
  }
}
