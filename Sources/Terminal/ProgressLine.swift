import Foundation
import Synchronization

/// One line on the terminal that says how far a run is and how long it will take.
public final class ProgressLine: Sendable {
  /// What is being done: "tracking".
  private let activity: String
  private let isShown: Bool
  private let start = ContinuousClock.now
  private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

  /// A line that begins with what is being done; it is written to standard error if `isShown`.
  public init(_ activity: String, isShown: Bool) {
    self.activity = activity
    self.isShown = isShown
  }

  /// Shows the fraction done, at most ten times a second.
  public func show(_ fraction: Double) {
    show(isLast: fraction >= 1) { line(fraction, elapsed: $0) }
  }

  /// Shows how far a run has come whose end is not known, at most ten times a second.
  public func show(_ words: String) {
    show(isLast: false) { "\(activity): \(words)  \(String(format: "%.1f", $0)) s" }
  }

  private func show(isLast: Bool, _ line: (Double) -> String) {
    guard isShown else { return }
    let now = ContinuousClock.now
    lastShown.withLock { last in
      if let last, now - last < .milliseconds(100), !isLast { return }
      last = now
      StandardError.write("\r" + line((now - start) / .seconds(1)) + "\u{1B}[K")
    }
  }

  /// Ends the line, if it has been shown: what is written next begins a new one.
  public func end() {
    lastShown.withLock { last in
      if last != nil { StandardError.write("\n") }
      last = nil
    }
  }

  private func line(_ fraction: Double, elapsed: Double) -> String {
    let width = 30
    let filled = Int(Double(width) * min(max(fraction, 0), 1))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    let percent = String(format: "%3.0f %%", 100 * fraction)
    guard fraction > 0.01, fraction < 1 else {
      return "\(activity) [\(bar)] \(percent)  \(String(format: "%.1f", elapsed)) s"
    }
    let left = elapsed * (1 - fraction) / fraction
    return "\(activity) [\(bar)] \(percent)  \(String(format: "%.0f", left)) s left"
  }
}
