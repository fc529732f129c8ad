import AutoDiff
import Synchronization

/// Tapes for any number of threads: each recording has one to itself, whose memory is kept for the next.
final class TapePool: Sendable {
  /// A tape that nobody records on.
  private struct Idle: @unchecked Sendable {
    // It is in the list, or with the one caller who took it from there.
    let tape: Tape
  }

  private let idle = Mutex<[Idle]>([])

  /// Does `body` with a tape, which is empty before and afterwards; see `Tape.record`.
  func record<Result>(_ body: (Tape) throws -> Result) rethrows -> Result {
    let taken = idle.withLock { $0.popLast() } ?? Idle(tape: Tape())
    defer { idle.withLock { $0.append(taken) } }
    return try taken.tape.record { try body(taken.tape) }
  }
}
