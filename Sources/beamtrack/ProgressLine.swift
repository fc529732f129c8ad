import Foundation
import Synchronization

/// One line on the terminal that says how far a run is and how long it will take.
final class ProgressLine: Sendable {
  private let isShown: Bool
  private let start = ContinuousClock.now
  private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

  init(isShown: Bool) { self.isShown = isShown }

  /// Shows the fraction done, at most ten times a second.
  func show(_ fraction: Double) {
    guard isShown else { return }
    let now = ContinuousClock.now
    lastShown.withLock { last in
      if let last, now - last < .milliseconds(100), fraction < 1 { return }
      last = now
      StandardError.write("\r" + line(fraction, elapsed: (now - start) / .seconds(1)) + "\u{1B}[K")
    }
  }

  /// Leaves the line.
  func end() {
    guard isShown else { return }
    lastShown.withLock { last in
      if last != nil { StandardError.write("\n") }
    }
  }

  private func line(_ fraction: Double, elapsed: Double) -> String {
    let width = 30
    let filled = Int(Double(width) * min(max(fraction, 0), 1))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    let percent = String(format: "%3.0f %%", 100 * fraction)
    guard fraction > 0.01, fraction < 1 else {
      return "tracking [\(bar)] \(percent)  \(String(format: "%.1f", elapsed)) s"
    }
    let left = elapsed * (1 - fraction) / fraction
    return "tracking [\(bar)] \(percent)  \(String(format: "%.0f", left)) s left"
  }
}
