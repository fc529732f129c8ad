import BeamDynamics
import BeamSamples
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

extension Element {
  /// What roundings are compared with at least: parts of the map that are large and cancel, such as the
  /// rotation onto a face and back, or the time of flight over a distance and that of the reference
  /// particle. 0 for most elements.
  func floorOfRoundings(_ beam: TestBeam) -> Double {
    switch self {
    case is Patch:
      let reference: ReferenceParticle<Double> = beam.reference()
      return 1 / reference.beta
    case let edge as DipoleEdge where edge.model == .exact: return 0.1
    case let bend as Bend where bend.edgeModel == .exact || bend.k0 != nil: return 0.1
    default: return 0
    }
  }
}
