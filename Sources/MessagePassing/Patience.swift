import SystemLibrary

/// How a process waits for messages: it asks again and again, and gives the processor away in between.
struct Patience {
  private var turns = 0

  /// So many times at first only the turn is given to another process; then this one sleeps.
  private static let turnsAwake = 10_000
  /// The longest sleep [µs]. Sleeps become longer by one microsecond each, so that the time lost is a small part
  /// of the time that was waited.
  private static let longestSleep = 100

  /// Whether to look now for what need not be noticed at once.
  var looksAround: Bool { turns.isMultiple(of: 64) || turns >= Self.turnsAwake }

  /// Lets others work for a moment.
  mutating func wait() {
    turns += 1
    if turns < Self.turnsAwake {
      sched_yield()
    } else {
      usleep(UInt32(min(turns - Self.turnsAwake + 1, Self.longestSleep)))
    }
  }
}
