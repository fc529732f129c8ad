import AutoDiff
import BeamMaps

extension Beamline {
  /// True if the frequency of some element is given as a harmonic.
  public var hasHarmonics: Bool {
    elements.contains { ($0.element as? any OscillatingElement)?.harmonic != nil }
  }

  /// This beamline as a ring, with the frequency of each element that gives a harmonic: so many times
  /// the frequency βc/C at which the reference particle goes round the circumference C. A beamline without
  /// length has no such frequency, and is left as it is.
  ///
  /// - Parameter reference: The reference particle at the start.
  public func settingFrequencies(from reference: ReferenceParticle<Double>) -> Beamline {
    guard hasHarmonics else { return self }
    var end = reference
    for index in order { elements[index].element.advance(&end, over: Slice()) }
    let circumference = end.s - reference.s
    guard circumference != 0 else { return self }
    let revolution = reference.beta * PhysicalConstants.speedOfLight / circumference
    var ring = self
    for (index, item) in elements.enumerated() {
      guard var element = item.element as? any OscillatingElement, let harmonic = element.harmonic
      else { continue }
      element.frequency = harmonic * revolution
      element.harmonic = nil
      var resolved = item
      resolved.element = element
      ring.replaceElement(index, with: resolved)
    }
    return ring
  }
}
