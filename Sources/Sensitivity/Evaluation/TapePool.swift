import AutoDiff
import Synchronization

/// A pool of tapes for any number of threads. Each recording has its own tape, whose memory is used
/// again.
final class TapePool: Sendable {
  /// A tape that is not in use.
  private struct Idle: @unchecked Sendable {
    // Unchecked: the tape is in the list, or in use by the one thread that took it.
    let tape: Tape
  }

  private let idle = Mutex<[Idle]>([])

  /// Calls `body` with a tape, which is empty before and afterwards; see `Tape.record`.
  func record<Result>(_ body: (Tape) throws -> Result) rethrows -> Result {
    let taken = idle.withLock { $0.popLast() } ?? Idle(tape: Tape())
    defer { idle.withLock { $0.append(taken) } }
    return try taken.tape.record { try body(taken.tape) }
  }
}
