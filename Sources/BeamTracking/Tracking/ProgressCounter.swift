import BeamMaps
import Synchronization

/// Counts completed tasks of several threads, and reports the fraction completed.
final class ProgressCounter: Sendable {
  private let finished = Atomic<Int>(0)
  private let total: Int
  private let start: Double
  private let span: Double
  private let report: (@Sendable (Double) -> Void)?

  /// Reports fractions from `start` to `start + span` while `total` tasks are completed.
  init(
    total: Int, from start: Double, span: Double, _ report: (@Sendable (Double) -> Void)?
  ) {
    self.total = total
    self.start = start
    self.span = span
    self.report = report
  }

  func advance() {
    guard let report else { return }
    let count = finished.wrappingAdd(1, ordering: .relaxed).newValue
    report(start + span * Double(count) / Double(max(total, 1)))
  }
}
