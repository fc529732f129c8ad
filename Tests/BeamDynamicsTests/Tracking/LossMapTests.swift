import BeamSamples
import Testing

@testable import BeamElements
@testable import BeamTracking

/// Losses by place, by turn, by cause and by charge.
@Suite struct LossMapTests {
  private let reference: ReferenceParticle<Double> = TestBeam.electrons.reference()

  private func map(
    _ beamline: Beamline, _ points: [PhaseSpace<Double>], weights: [Double], dead: Int? = nil,
    turns: Int = 1
  ) throws -> (map: LossMap, losses: [ParticleLoss]) {
    var bunch = Bunch<Double>(count: points.count, reference: reference)
    for (i, z) in points.enumerated() { bunch[i] = z }
    for (i, weight) in weights.enumerated() { bunch.setWeight(of: i, to: weight) }
    if let dead { bunch.setAlive(dead, to: false) }
    var options = TrackingOptions()
    options.turns = turns
    let losses = try Tracker(beamline, options: options).track(&bunch)
    return (LossMap(losses, of: bunch, along: beamline), losses)
  }

  private func point(x: Double = 0, px: Double = 0) -> PhaseSpace<Double> {
    PhaseSpace(x: x, px: px, y: 0, py: 0, t: 0, pt: 0)
  }

  private func hole(_ name: String, _ radius: Double) -> BeamlineElement {
    BeamlineElement(name, Aperture(.ellipse(x: radius, y: radius)))
  }

  @Test func everyPlaceCountsItsLossesByCauseAndCharge() throws {
    let line = Beamline([
      BeamlineElement("d1", Drift(length: 0.5, model: .linear)), hole("wide", 3e-3),
      BeamlineElement("d2", Drift(length: 1, model: .exact)), hole("narrow", 1e-3),
    ])
    // One at the wide hole, four at the narrow one, two of them by their slope; one lives, and one was
    // dead before.
    let (map, _) = try map(
      line,
      [
        point(x: 4e-3), point(x: 2e-3), point(x: -2e-3), point(px: 1e-3), point(px: 0),
        point(x: 9e-3), PhaseSpace(x: 0, px: 0.9e-3, y: 0, py: 0, t: 0, pt: 0),
      ], weights: [10, 20, 30, 40, 50, 60, 70], dead: 5)
    let unit = -PhysicalConstants.elementaryCharge
    #expect(map.places.map(\.name) == ["wide", "narrow"])
    #expect(map.places.map(\.place) == [1, 3])
    #expect(map.places.map(\.s) == [0.5, 1.5])
    #expect(map.places.map(\.counts.total) == [1, 4])
    #expect(map.places.map { $0.counts[.aperture] } == [1, 4])
    #expect(map.places.map(\.realParticles) == [10, 160])
    #expect(map.places.map(\.cumulativeCount) == [1, 5])
    // Products and sums of a few small numbers.
    #expect((map.places[0].charge / (10 * unit) - 1).magnitude < 1e-15)
    #expect((map.places[1].cumulativeCharge / (170 * unit) - 1).magnitude < 1e-15)
    #expect(map.turns.map(\.turn) == [1])
    #expect(map.turns.map(\.cumulativeCount) == [5])
    #expect(map.turns.map(\.alive) == [1])
  }

  @Test func causesAreCountedApart() throws {
    let line = Beamline([
      BeamlineElement("d", Drift(length: 1, model: .exact)), hole("hole", 1e-3),
    ])
    let sideways = PhaseSpace(x: 0, px: 0.9, y: 0, py: 0.8, t: 0, pt: 0)
    let (map, _) = try map(
      line, [sideways, point(x: 2e-3), point(), sideways], weights: [1, 1, 1, 1])
    #expect(map.places.map { $0.counts[.domain] } == [2, 0])
    #expect(map.places.map { $0.counts[.aperture] } == [0, 1])
    #expect(map.turns[0].counts[.domain] == 2 && map.turns[0].counts[.aperture] == 1)
    for cause in ParticleLoss.Cause.allCases where cause != .domain && cause != .aperture {
      #expect(map.turns[0].counts[cause] == 0)
    }
  }

  /// x grows by px·1 m a turn: it passes 1 mm in a turn that the slope tells, at the second passage
  /// of the hole, or at the first one.
  @Test func turnsCountApartAndPlacesTogether() throws {
    let line = Beamline(
      elements: [BeamlineElement("d", Drift(length: 0.5, model: .linear)), hole("h", 1e-3)],
      order: [0, 1, 0, 1])
    let slopes = [1.1e-3, 0.7e-3, 0.38e-3, 0.26e-3, 0]
    let (map, losses) = try map(
      line, slopes.map { point(px: $0) }, weights: [1, 1, 1, 1, 1], turns: 4)
    #expect(map.places.map(\.name) == ["h#1", "h#2"])
    #expect(map.places.map(\.s) == [0.5, 1])
    #expect(losses.map(\.s).max() ?? 0 > 1)
    // 1.1 mm at 1 m, 1.05 at 1.5 m, 1.14 at 3 m, 1.04 at 4 m.
    #expect(map.places.map(\.counts.total) == [1, 3])
    #expect(map.turns.map(\.turn) == [1, 2, 3, 4])
    #expect(map.turns.map(\.counts.total) == [1, 1, 1, 1])
    #expect(map.turns.map(\.cumulativeCount) == [1, 2, 3, 4])
    #expect(map.turns.map(\.alive) == [4, 3, 2, 1])
  }

  @Test func withoutLossesTheMapIsEmpty() throws {
    let (map, losses) = try map(Beamline([hole("h", 1)]), [point()], weights: [1])
    #expect(losses.isEmpty && map.places.isEmpty && map.turns.isEmpty)
  }
}
