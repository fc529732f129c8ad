import Testing

/// The largest of many deviations, and where it occurred. A NaN counts as larger than any number.
struct Worst {
  private(set) var deviation = 0.0
  private(set) var place = "nowhere"

  mutating func record(_ deviation: Double, _ place: @autoclosure () -> String) {
    guard !self.deviation.isNaN, !(deviation <= self.deviation) else { return }
    self.deviation = deviation
    self.place = place()
  }

  /// Records `difference` in units of `scale`; no difference is none, also where the scale is zero.
  mutating func record(
    _ difference: Double, of scale: Double, _ place: @autoclosure () -> String
  ) {
    record(difference == 0 ? 0 : difference.magnitude / scale, place())
  }
}

/// Expects no deviation above `limit`.
func expect(
  _ worst: Worst, atMost limit: Double, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    worst.deviation <= limit, "\(worst.deviation): \(worst.place)", sourceLocation: sourceLocation)
}
