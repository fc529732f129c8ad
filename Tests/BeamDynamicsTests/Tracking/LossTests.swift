import BeamSamples
import Testing

@testable import BeamElements
@testable import BeamTracking

/// A lost particle is data: where, when and why, with the coordinates it was lost at.
@Suite struct LossTests {
  private let start: ReferenceParticle<Double> = TestBeam.electrons.reference()

  private func bunch(_ particles: [PhaseSpace<Double>]) -> Bunch<Double> {
    var bunch = Bunch<Double>(count: particles.count, reference: start)
    for (i, z) in particles.enumerated() { bunch[i] = z }
    return bunch
  }

  private func point(x: Double = 0, px: Double = 0, y: Double = 0, py: Double = 0) -> PhaseSpace<
    Double
  > {
    PhaseSpace(x: x, px: px, y: y, py: py, t: 0, pt: 0)
  }

  /// It flies 1 m in four slices and passes x = 3 mm after 0.6 m: it is stopped at the end of the
  /// third slice, at x = 3.75 mm. Neither the fourth slice nor the second drift touches it.
  @Test func anApertureStopsAParticleAfterTheSlice() throws {
    let hole = Placement(aperture: ApertureShape.ellipse(x: 3e-3, y: 1))
    let beamline = Beamline([
      BeamlineElement("free", Drift(length: 0, model: .linear)),
      BeamlineElement("pipe", Drift(length: 1, model: .linear), slices: 4, placement: hole),
      BeamlineElement("free", Drift(length: 1, model: .linear)),
    ])
    var bunch = bunch([point(px: 5e-3), point(px: 1e-3)])
    let losses = try Tracker(beamline).track(&bunch)
    #expect(
      losses == [ParticleLoss(particle: 0, place: 1, turn: 1, s: 0.75, cause: .aperture)])
    // A few roundings of millimetres.
    #expect((bunch[0].x - 3.75e-3).magnitude <= 1e-17)
    #expect(!bunch.isAlive(0))
    #expect(bunch.isAlive(1))
    #expect((bunch[1].x - 2e-3).magnitude <= 1e-17)
  }

  /// The boundary is inside.
  @Test func theApertureIsAnEllipseWithItsBoundary() throws {
    let beamline = Beamline([
      BeamlineElement(
        "hole", Marker(), placement: Placement(aperture: ApertureShape.ellipse(x: 0.5, y: 0.25)))
    ])
    let points = [
      (point(x: 0.5), true), (point(x: -0.5), true), (point(y: 0.25), true),
      (point(x: 0.5.nextUp), false), (point(y: -0.25.nextUp), false),
      (point(x: 0.4, y: 0.2), false),
      (point(x: 0.3, y: 0.19), true), (point(x: .nan), false), (point(y: -.infinity), false),
    ]
    var bunch = bunch(points.map(\.0))
    try Tracker(beamline).track(&bunch)
    for (i, (z, passes)) in points.enumerated() { #expect(bunch.isAlive(i) == passes, "\(z)") }
  }

  /// px > p has no way forward: the particle stays as it came to the element.
  @Test func aParticleOutsideAMapsDomainKeepsTheCoordinatesBeforeIt() throws {
    let models: [any Element] = [
      Drift(length: 1, model: .exact), Quadrupole(length: 1, k1: 1, model: .exact),
      Bend(length: 1, angle: 0.1, model: .exact), Bend(length: 1, angle: 0.1, k1: 1, model: .exact),
      Multipole(length: 1, normal: [0, 1]),
    ]
    for element in models {
      let beamline = Beamline([
        BeamlineElement("d", Drift(length: 0.5, model: .linear)),
        BeamlineElement("e", element),
        BeamlineElement("k", Kicker(kickX: 1)),
      ])
      let z = point(x: 1e-3, px: 0.9, py: -0.8)
      var bunch = bunch([point(), z])
      let losses = try Tracker(beamline).track(&bunch)
      #expect(
        losses.contains(ParticleLoss(particle: 1, place: 1, turn: 1, s: 0.5, cause: .domain)),
        "\(element)")
      #expect(bunch[1] == point(x: 1e-3 + 0.45, px: 0.9, y: -0.4, py: -0.8), "\(element)")
    }
  }

  /// Inside a misplaced element both kinds of loss are recorded in the beamline's frame: to the
  /// roundings of going there and back.
  @Test func aLossInsideAMisplacedElementIsToldInTheBeamlinesFrame() throws {
    func check(_ aperture: ApertureShape?, _ z: PhaseSpace<Double>, _ cause: ParticleLoss.Cause)
      throws
    {
      let hole = aperture.map { PlacedAperture($0) }
      let placement = Placement(dx: 2e-3, dy: -1e-3, tilt: 0.4, aperture: hole)
      let beamline = Beamline([
        BeamlineElement("e", Drift(length: 0, model: .exact), placement: placement),
        BeamlineElement("k", Kicker(kickX: 1)),
      ])
      var bunch = bunch([z])
      let losses = try Tracker(beamline).track(&bunch)
      #expect(losses == [ParticleLoss(particle: 0, place: 0, turn: 1, s: 0, cause: cause)])
      for i in 0..<6 { #expect((bunch[0][i] - z[i]).magnitude <= 4 * 0x1p-52) }
    }
    try check(ApertureShape.ellipse(x: 1e-3, y: 1e-3), point(x: 3e-3, px: 0.1, y: 2e-3), .aperture)
    try check(nil, point(x: 3e-3, px: 0.9, y: 2e-3, py: -0.8), .domain)
  }

  /// The hole is that of the element: displaced and rotated with it.
  @Test func anApertureMovesWithItsElement() throws {
    let slit = ApertureShape.ellipse(x: 1e-3, y: 1e-1)
    func survives(_ z: PhaseSpace<Double>, _ placement: Placement) throws -> Bool {
      let beamline = Beamline([BeamlineElement("slit", Marker(), placement: placement)])
      var bunch = bunch([z])
      try Tracker(beamline).track(&bunch)
      return bunch.isAlive(0)
    }
    let high = point(y: 5e-3)
    #expect(try survives(high, Placement(aperture: slit)))
    #expect(try !survives(high, Placement(tilt: .pi / 2, aperture: slit)))
    #expect(try survives(high, Placement(dy: 5e-3, tilt: .pi / 2, aperture: slit)))
    #expect(try !survives(high, Placement(dx: 2e-3, aperture: slit)))
  }

  /// 1.5 mm a turn are beyond 2 mm in the second, 0.6 mm in the fourth.
  @Test func aLossKnowsItsTurn() throws {
    let beamline = Beamline([
      BeamlineElement("d", Drift(length: 1, model: .linear)),
      BeamlineElement(
        "hole", Marker(), placement: Placement(aperture: ApertureShape.ellipse(x: 2e-3, y: 1))),
    ])
    var options = TrackingOptions()
    options.turns = 4
    var bunch = bunch([point(px: 1.5e-3), point(px: 0.6e-3), point()])
    let losses = try Tracker(beamline, options: options).track(&bunch)
    #expect(
      losses == [
        ParticleLoss(particle: 0, place: 1, turn: 2, s: 2, cause: .aperture),
        ParticleLoss(particle: 1, place: 1, turn: 4, s: 4, cause: .aperture),
      ])
    #expect((bunch[0].x - 3e-3).magnitude <= 1e-17)
  }

  /// Whatever is no number is lost where it was found so, and changes nobody else, in the same group
  /// of lanes or elsewhere.
  @Test(arguments: 0..<6)
  func aNaNIsLostAndDoesNotSpread(_ coordinate: Int) throws {
    let beamline = Beamline([
      BeamlineElement("l", Drift(length: 0.1, model: .linear)),
      BeamlineElement("b", Bend(length: 0.3, angle: 0.2, model: .exact)),
      BeamlineElement("q", Quadrupole(length: 0.3, k1: 2, model: .chromatic)),
      BeamlineElement(
        "hole", Marker(), placement: Placement(aperture: ApertureShape.ellipse(x: 1, y: 1))),
    ])
    var clean = Bunch<Double>.spread(700)
    var bunch = clean
    let sick = [0, 5, Tile<Double>.capacity - 1, Tile<Double>.capacity, 699]
    for i in sick { bunch[i][coordinate] = .nan }
    try Tracker(beamline).track(&clean)
    let losses = try Tracker(beamline).track(&bunch)
    #expect(losses.map(\.particle).sorted() == sick)
    #expect(losses.allSatisfy { $0.place == 0 && $0.s == 0 && $0.cause == .overflow })
    for i in sick { #expect(bunch[i].isFinite && bunch[i][coordinate] == 0) }
    for i in 0..<700 where !sick.contains(i) { #expect(bunch[i] == clean[i]) }
  }

  /// Who was lost before the run stays what it was, and is not lost again.
  @Test func theLostAreLeftAlone() throws {
    var bunch = Bunch<Double>.spread(600)
    let before = bunch
    for i in stride(from: 0, to: 600, by: 7) { bunch.setAlive(i, to: false) }
    let losses = try Tracker(.eventful).track(&bunch)
    for i in stride(from: 0, to: 600, by: 7) {
      #expect(bunch[i] == before[i])
      #expect(!losses.contains { $0.particle == i })
    }
  }

  /// In the order of place, then of number, turn after turn; each particle once.
  @Test func lossesAreListedInTheOrderOfTheirPlaces() throws {
    var options = TrackingOptions()
    options.turns = 3
    var bunch = Bunch<Double>.spread(3_000)
    let losses = try Tracker(.eventful, options: options).track(&bunch)
    #expect(!losses.isEmpty)
    let order = losses.map { [$0.turn, $0.place, $0.particle] }
    for (a, b) in zip(order, order.dropFirst()) { #expect(a.lexicographicallyPrecedes(b)) }
    #expect(Set(losses.map(\.particle)).count == losses.count)
    for loss in losses { #expect(!bunch.isAlive(loss.particle)) }
    #expect((0..<3_000).count { bunch.isAlive($0) } == 3_000 - losses.count)
  }
}
