import BeamDynamics
import BeamSamples
import Testing

/// What monitors with errors read.
@Suite struct MonitorReadingTests {
  /// Keeps what each monitor saw.
  private struct Screens: TrackingObserver {
    var readings: [(name: String, occurrence: Int, turn: Int, points: [PhaseSpace<Double>])] = []

    mutating func record(_ observation: Observation, _ moments: Moments) {}
    mutating func record<Word: ParticleWord>(
      _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
    ) {
      readings.append((name, occurrence, turn, (0..<bunch.count).map { bunch[$0] }))
    }
  }

  private let points = TestBeam.electrons.points

  private func readings(
    _ line: Beamline, turns: Int = 1
  ) throws -> (readings: Screens, end: [PhaseSpace<Double>]) {
    var bunch = Bunch<Double>(count: points.count, reference: TestBeam.electrons.reference())
    for (i, z) in points.enumerated() { bunch[i] = z }
    bunch.setAlive(5, to: false)
    var options = TrackingOptions()
    options.turns = turns
    var screens = Screens()
    try Tracker(line, options: options).track(&bunch, observer: &screens)
    return (screens, points.indices.map { bunch[$0] })
  }

  /// gain·x + offset of the living; the rest, and the beam, are untouched.
  @Test func aReadingIsGainTimesPositionAndOffset() throws {
    let line = Beamline([
      BeamlineElement("m", Monitor(gainX: 1.1, gainY: 0.9, offsetX: 1e-4, offsetY: -2e-4))
    ])
    let (screens, end) = try readings(line)
    #expect(end == points)
    for (i, z) in screens.readings[0].points.enumerated() {
      var expected = points[i]
      if i != 5 {
        expected.x = 1.1 * expected.x + 1e-4
        expected.y = 0.9 * expected.y - 2e-4
      }
      #expect(z == expected)
    }
  }

  /// One number for all particles of a passage, another one in the next; of 2,000 passages the variance
  /// is within five standard deviations, σ²√(2/N).
  @Test func noiseIsDrawnForEachReading() throws {
    let monitor = Monitor(gainX: 1, gainY: 1, noiseX: 2e-5, noiseY: 3e-5, seed: 4)
    let line = Beamline(
      elements: [BeamlineElement("m", monitor), BeamlineElement("d", Marker())], order: [0, 1, 0])
    let turns = 1000
    let (screens, end) = try readings(line, turns: turns)
    #expect(end == points)
    let noise = screens.readings.map { reading in
      (reading.points[0].x - points[0].x, reading.points[0].y - points[0].y)
    }
    for (reading, noise) in zip(screens.readings, noise) {
      for i in 0..<5 {
        #expect((reading.points[i].x - points[i].x - noise.0).magnitude < 1e-17)
        #expect((reading.points[i].y - points[i].y - noise.1).magnitude < 1e-17)
      }
    }
    let n = Double(noise.count)
    #expect(noise.count == 2 * turns && Set(noise.map(\.0)).count == 2 * turns)
    let bound = 5 * (2 / n).squareRoot()
    #expect((noise.reduce(0) { $0 + $1.0 * $1.0 } / (n * 4e-10) - 1).magnitude < bound)
    #expect((noise.reduce(0) { $0 + $1.1 * $1.1 } / (n * 9e-10) - 1).magnitude < bound)
    #expect(
      (noise.reduce(0) { $0 + $1.0 * $1.1 } / (n * 6e-10)).magnitude < 5 / n.squareRoot())
    #expect(
      try readings(line, turns: turns).readings.readings.map(\.points)
        == screens.readings.map(\.points))
  }

  /// Each place of a monitor has errors of its own, and keeps its name and number.
  @Test func placesOfAMonitorHaveTheirOwnErrors() throws {
    let line = try Beamline(
      elements: [BeamlineElement("m", Monitor()), BeamlineElement("d", Marker())], order: [0, 1, 0]
    ).withErrors([
      ErrorFamily("o", of: ["Monitor"], .parameter("offset_x"), .gaussian(1e-4, cut: 3)),
      ErrorFamily(
        "g", of: ["m#2"], .parameter("gain_y"), .fixed(0.05), isRelative: true),
    ])
    let offsets = ErrorTable(line).rows.filter { $0.parameter == "offset_x" }.map(\.value)
    let (screens, _) = try readings(line)
    #expect(screens.readings.map(\.occurrence) == [1, 2])
    for i in 0..<5 {
      #expect(screens.readings[0].points[i].x == points[i].x + offsets[0])
      #expect(screens.readings[1].points[i].x == points[i].x + offsets[1])
      #expect(screens.readings[0].points[i].y == points[i].y)
      #expect(screens.readings[1].points[i].y == 1.05 * points[i].y)
    }
    #expect(offsets[0] != offsets[1])
  }
}
