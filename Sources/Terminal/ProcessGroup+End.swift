import Communication
import Foundation

/// How the processes end.
///
/// Whatever ends one of them ends all, soon, and is told once. The first process tells an error of its own at
/// once. Another one waits for a moment: most errors are found by all, and then the first has told it. If it has
/// not, the other tells it, with its number.
extension ProcessGroup {
  /// How long a process waits for the others before it ends them [s]; after an interrupt, less than a launcher
  /// waits before it kills.
  private static func patience(_ status: Int32, rank: Int) -> Duration {
    status == ProcessEnd.interrupted
      ? .milliseconds(500) : .seconds(1) + .milliseconds(min(10 * rank, 1000))
  }

  /// Parts from the others after success, when all have come here.
  static func leave() { processes?.leave() }

  /// Ends this process with an exit status, and with one other than 0 the others, too.
  ///
  /// - Parameter cause: The other process whose end has ended this one, if that is how it came.
  static func end(_ status: Int32, becauseOf cause: OtherProcessEnded? = nil) -> Never {
    guard let processes, status != 0 else {
      leave()
      // Before processes have joined, a launcher ends all as soon as one has failed: the first tells what is wrong.
      if status != 0, !isFirst { sleep(1) }
      exit(status)
    }
    let text = cause == nil ? StandardError.last : ""
    let own = ProcessEnd(
      status: status, message: fingerprint(text), isIntact: processes.isIntact)
    processes.announce(own)
    let end = ContinuousClock.now + patience(status, rank: processes.rank)
    func wait(until isEnough: ([Int: ProcessEnd]) -> Bool) -> [Int: ProcessEnd] {
      while true {
        let ends = processes.announcedEnds()
        if isEnough(ends) || ContinuousClock.now > end { return ends }
        usleep(1000)
      }
    }
    let isComplete = { (ends: [Int: ProcessEnd]) in ends.count == processes.size - 1 }
    if status == ProcessEnd.interrupted {
      // A launcher also interrupts processes because another one has failed: that one tells it.
      let ends = wait(until: isComplete)
      if processes.isFirst, ends.values.allSatisfy({ $0.status == status }) {
        StandardError.writeLast()
      }
    } else if processes.isFirst {
      StandardError.writeLast()
    } else if !text.isEmpty {
      let ends = wait { $0[0] != nil }
      if !ends.contains(where: { $0.key < processes.rank && $0.value.message == own.message }) {
        StandardError.writeLast(after: "process \(processes.rank): ")
      }
    }
    let ends = wait(until: isComplete)
    if isComplete(ends), own.isIntact, ends.values.allSatisfy(\.isIntact) {
      processes.leave()
      exit(status)
    }
    // Who tells the reason has to come to it.
    if cause != nil { sleep(2) }
    processes.abort(status: status)
  }

  /// FNV-1a, as ``Communicator/requireSame(_:_:)``.
  private static func fingerprint(_ text: String) -> UInt64 {
    text.utf8.reduce(text.isEmpty ? 0 : 0xcbf2_9ce4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
  }
}
