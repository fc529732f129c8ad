import BeamDynamics
import CollectiveEffects
import Communication
import Optimization
import Testing

@testable import Sensitivity

@Suite struct CheckpointingTests {
  /// The fewest repeated steps, by trying every place of the next snapshot.
  private func fewest(_ steps: Int, _ snapshots: Int, _ known: inout [[Int]: Int]) -> Int {
    if steps <= 1 { return 0 }
    if snapshots == 1 { return steps * (steps - 1) / 2 }
    if let value = known[[steps, snapshots]] { return value }
    var best = Int.max
    for m in 1..<steps {
      let cost = m + fewest(steps - m, snapshots - 1, &known) + fewest(m, snapshots, &known)
      best = min(best, cost)
    }
    known[[steps, snapshots]] = best
    return best
  }

  /// Steps are undone in order from the last, each right after it was made; and no schedule repeats
  /// fewer.
  @Test(arguments: 1...24, 0...5) func theScheduleIsRightAndCannotBeBeaten(
    steps: Int, slots: Int
  ) throws {
    var state = 0
    var made = 0
    var undone: [Int] = []
    var kept = 0
    var mostKept = 0
    final class Snapshot {
      let state: Int
      let release: () -> Void
      init(_ state: Int, _ release: @escaping () -> Void) {
        self.state = state
        self.release = release
      }
      deinit { release() }
    }
    let schedule = SnapshotSchedule<Snapshot>(
      steps: steps, slots: slots,
      store: {
        kept += 1
        mostKept = max(mostKept, kept)
        return Snapshot(state) { kept -= 1 }
      },
      restore: { snapshot in state = snapshot?.state ?? -1 },
      advance: { step, isStart in
        if isStart { state = 0 }
        #expect(state == step)
        state += 1
        made += 1
      },
      undo: { step in
        #expect(state == step + 1)
        undone.append(step)
      })
    try schedule.run()
    #expect(undone == (0..<steps).reversed())
    #expect(mostKept <= slots)
    var known: [[Int]: Int] = [:]
    #expect(made == steps + fewest(steps, slots + 1, &known))
    let plan = CheckpointPlan(
      .binomial(slots: slots), kicks: steps, bytesPerSlot: 1, availableBytes: 1)
    if slots < steps { #expect(plan.repeatedKicks == made) }
  }

  @Test func slotsFollowTheMemory() {
    func slots(_ checkpointing: Checkpointing) -> Int? {
      CheckpointPlan(checkpointing, kicks: 100, bytesPerSlot: 1000, availableBytes: 40_000).slots
    }
    #expect(slots(.restoring) == nil)
    #expect(slots(.binomial(slots: 7)) == 7)
    #expect(slots(.memory(bytes: 5500)) == 5)
    #expect(slots(.automatic) == 10)
    #expect(slots(.binomial(slots: 1000)) == 99)
  }
}
