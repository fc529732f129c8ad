import BeamDynamics
import BeamSamples

extension Bunch {
  /// `count` electrons that differ, within millimetres and milliradians: low-discrepancy sequences
  /// of the golden ratio's kind in each coordinate.
  static func spread(_ count: Int, widths: [Double] = [2e-3, 1e-3, 2e-3, 1e-3, 1e-3, 1e-2]) -> Self
  {
    var bunch = Bunch(count: count, reference: TestBeam.electrons.reference())
    let irrationals = [
      0.6180339887, 0.4142135624, 0.7320508076, 0.2360679775, 0.6457513111, 0.3166247904,
    ]
    for i in 0..<count {
      bunch[i] = PhaseSpace<Double> { j in
        let fraction = (Double(i + 1) * irrationals[j]).truncatingRemainder(dividingBy: 1)
        return Double(Word(widths[j] * (2 * fraction - 1)))
      }
    }
    return bunch
  }

  /// All coordinates of all particles, and whether they live: equal lists are equal bits.
  var bits: [UInt64] {
    (0..<count).flatMap { i in
      (0..<6).map { self[i][$0].bitPattern } + [isAlive(i) ? 1 : 0]
    }
  }
}

/// Writes down what it is shown.
struct Notebook: TrackingObserver {
  struct Sight: Equatable {
    let name: String
    let occurrence: Int
    let turn: Int
    /// How many observations came before.
    let after: Int
    let s: Double
    let alive: Int
  }

  var observations: [Observation] = []
  var monitors: [Sight] = []

  mutating func record(_ observation: Observation, _ moments: Moments) {
    observations.append(observation)
  }

  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) {
    monitors.append(
      Sight(
        name: name, occurrence: occurrence, turn: turn, after: observations.count,
        s: bunch.reference.s, alive: (0..<bunch.count).count { bunch.isAlive($0) }))
  }
}

extension Beamline {
  /// All kinds of things that happen to particles: fields, losses at apertures, misalignments,
  /// monitors between them.
  static var eventful: Beamline {
    let hole = ApertureShape.ellipse(x: 1.9e-3, y: 1.9e-3)
    return Beamline([
      BeamlineElement("d1", Drift(length: 0.4, model: .exact)),
      BeamlineElement(
        "q1", Quadrupole(length: 0.2, k1: 6, model: .chromatic),
        slices: 3, placement: Placement(dx: 1e-4, dy: -2e-4, tilt: 0.3, aperture: hole)),
      BeamlineElement("m1", Monitor()),
      BeamlineElement("l1", Drift(length: 0.1, model: .linear)),
      BeamlineElement("l2", Quadrupole(length: 0.1, k1: -9, model: .linear)),
      BeamlineElement("k1", Kicker(kickX: 1e-3)),
      BeamlineElement("b1", Bend(length: 0.3, angle: 0.2, model: .exact)),
      BeamlineElement("s1", Sextupole(length: 0.1, k2: 200)),
      // Sends particles with x > 1.25 mm to px > 1, where there is no way forward.
      BeamlineElement("t1", ThinMultipole(normal: [0, -800])),
      BeamlineElement("d2", Drift(length: 1e-5, model: .exact)),
      BeamlineElement("t2", ThinMultipole(normal: [0, 800])),
      BeamlineElement("m2", Monitor()),
      BeamlineElement("d3", Drift(length: 0.1, model: .chromatic)),
    ])
  }
}
