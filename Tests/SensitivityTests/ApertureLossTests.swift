import AutoDiff
import BeamDynamics
import Communication
import Testing

@testable import Sensitivity

/// Smoothed losses at the apertures that stand in a beamline.
@Suite struct ApertureLossTests {
  private static func shape(_ outline: ApertureShape, offset: [Double] = [0, 0]) -> ApertureShape {
    var shape = outline
    shape.offset = offset
    return shape
  }

  /// Plates and apertures of elements, displaced or fixed, behind lenses that may vary.
  private static let line = Beamline([
    BeamlineElement("q1", Quadrupole(length: 0.2, k1: 3, model: .linear)),
    BeamlineElement(
      "plate", Aperture(.racetrack(x: 2e-3, y: 3e-3, rx: 1e-3, ry: 1e-3)),
      placement: Placement(dx: 5e-4, dy: -3e-4, tilt: 0.3)),
    BeamlineElement("d", Drift(length: 0.5, model: .linear)),
    BeamlineElement(
      "q2", Quadrupole(length: 0.2, k1: -3, model: .linear),
      placement: Placement(
        dx: 4e-4, aperture: PlacedAperture(.rectangle(x: 2.5e-3, y: 2e-3), at: .entrance))),
    BeamlineElement(
      "pipe", Drift(length: 0.4, model: .linear),
      placement: Placement(
        dx: 1e-3,
        aperture: PlacedAperture(
          .octagon(x: 3e-3, y: 3e-3, angle1: 0.4, angle2: 1.1), isFixed: true)
      )),
    BeamlineElement(
      "jaw", Aperture(jaw), placement: Placement(dy: 1e-4)),
  ])

  private static let jaw: ApertureShape = {
    var shape = ApertureShape.polygon([[1.5e-3, -1], [1, -1], [1, 1], [1.5e-3, 1]])
    shape.absorbed = .inside
    return shape
  }()

  private static func run(_ line: Beamline, particles: Int = 400) throws -> DesignRun {
    var shape = BeamShapeDescription(.sigma)
    for plane in [Plane.x, .y] {
      shape["sigma_\(plane)"] = 1e-3
      shape["sigma_p\(plane)"] = 5e-4
    }
    let beam = try InitialBeam(
      GaussianDistribution(), describedBy: shape, particles: particles, charge: 1e-10)
    return DesignRun(line, species: .electron, kineticEnergy: 50, beam: .drawn(beam))
  }

  private static func losses(_ line: Beamline, width: Double) throws -> [ApertureLoss] {
    try line.placesOfApertures.map { try ApertureLoss(at: $0, of: line, width: width) }
  }

  private static func problem(
    _ terms: [ObjectiveTerm], _ run: DesignRun, _ names: [String]
  ) throws -> DesignProblem<TermObjective> {
    let variables = DesignVariables(
      try names.map { name in
        let number = try run.number(named: name)
        return DesignVariable(name, .numbers([number]), value: run[number], scale: 1e-2)
      })
    return DesignProblem(run, variables, goal: TermObjective(terms), workers: .one)
  }

  /// For sharp edges the sum is the number of particles that the tracker loses at apertures, and a
  /// single one, with what was lost before, that up to there.
  @Test func sharpEdgesLoseWhatTheTrackerLoses() throws {
    let line = Self.line
    let run = try Self.run(line, particles: 2000)
    let problem = try Self.problem(
      [
        ObjectiveTerm(
          .smoothedLossAtApertures(try Self.losses(line, width: 1e-9)), after: 5,
          called: "apertures")
      ], run, ["q1.k1"])
    let start = problem.variables.start
    var bunch = try problem.initialParticles(at: start)
    let map = LossMap(
      try Tracker(line, workers: .one).track(&bunch), of: bunch, along: line)
    #expect(map.places.map(\.name) == ["plate", "q2", "pipe", "jaw"])
    let lost = Double(map.places[3].cumulativeCount) / 2000
    // Sums of 2000 particles' fractions, each 0 or 1.
    #expect((try problem.value(at: start) - lost).magnitude < 1e-13)
    for (place, entry) in zip([1, 3, 4, 5], map.places) {
      let loss = try ApertureLoss(at: place, of: line, width: 1e-9)
      let single = try Self.problem(
        [ObjectiveTerm(.smoothedLossAtAperture(loss), after: place, called: entry.name)], run,
        ["q1.k1"])
      let expected = Double(entry.cumulativeCount) / 2000
      #expect((try single.value(at: start) - expected).magnitude < 1e-13, "\(entry.name)")
    }
  }

  /// Derivatives forward and backward, and against differences: hard edges stop no particle here.
  @Test func lossesAtAperturesAreDifferentiated() throws {
    // The last element ends behind the apertures, so that none is at the end alone.
    let wide = Beamline(
      Self.line.elements.map { item in
        var item = item
        if var placed = item.placement.aperture {
          placed.shape.x *= 4
          placed.shape.y *= 4
          item.placement.aperture = placed
        }
        if item.name == "plate" {
          item.element = Aperture(.racetrack(x: 8e-3, y: 8e-3, rx: 4e-3, ry: 3e-3))
        }
        if item.name == "jaw" {
          var shape = Self.jaw
          shape.vertices = [[8e-3, -1], [1, -1], [1, 1], [8e-3, 1]]
          item.element = Aperture(shape)
        }
        return item
      })
    let run = try Self.run(wide)
    let terms = [
      ObjectiveTerm(
        .smoothedLossAtApertures(try Self.losses(wide, width: 0.3)), after: 5, called: "apertures"),
      ObjectiveTerm(
        .smoothedLossAtAperture(try ApertureLoss(at: 3, of: wide, width: 0.2)), after: 3,
        called: "q2", weight: 0.5, target: 0.1),
      ObjectiveTerm(
        .smoothedLoss(
          try SmoothedLoss(
            at: Self.shape(.rectangle(x: 3e-3, y: 2e-3), offset: [1e-3, 0]), width: 0.2)
        ), after: 2, called: "d"),
    ]
    let problem = try Self.problem(
      terms, run, ["q1.k1", "q2.k1", "d.length", "q1.dx", "beam.sigma_x"])
    let x = problem.variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    #expect(gradient.allSatisfy { $0 != 0 })
    for i in x.indices {
      let direction = x.indices.map { $0 == i ? 1.0 : 0 }
      let forward = try problem.directionalDerivative(at: x, along: direction).derivative
      // Sums of some hundred particles' derivatives, rounded in different orders.
      #expect((forward - gradient[i]).magnitude <= 1e-12 * gradient[i].magnitude)
    }
    // Outlines have kinks: a particle that passes one within a step changes a difference.
    for row in try problem.check(gradient, at: x).rows {
      #expect(row.verdict == .agrees || row.deviation < 1e-4, "\(row)")
    }
  }

  /// Particles that the hard edge is about to stop pull back to the hole.
  @Test func aHardPlateLeavesTheDerivativesOfWhatItStops() throws {
    let line = Beamline([
      BeamlineElement("k", Kicker()), BeamlineElement("h", Aperture(.rectangle(x: 1e-3, y: 1e-3))),
    ])
    let run = try Self.run(line)
    let loss = try ApertureLoss(at: 1, of: line, width: 0.2)
    #expect(loss.observed == 0 && loss.arrival == 0)
    let own = try Self.problem(
      [ObjectiveTerm(.smoothedLossAtAperture(loss), after: 1, called: "h")], run, ["beam.mean_x"])
    let given = try Self.problem(
      [ObjectiveTerm(.smoothedLoss(loss.loss), after: 0, called: "k")], run, ["beam.mean_x"])
    #expect(try own.value(at: [3e-4]) == given.value(at: [3e-4]))
    #expect(
      try own.valueAndGradient(at: [3e-4]).gradient
        == given.valueAndGradient(at: [3e-4]).gradient)
    #expect(try own.valueAndGradient(at: [3e-4]).gradient[0] > 0)
  }

  @Test func whatCannotBeSmoothedIsRefusedByName() throws {
    func message(_ item: BeamlineElement, turns: Int = 1, first: Bool = false) -> String {
      let line = Beamline(first ? [item] : [BeamlineElement("m", Marker()), item])
      do throws(UnsuitedAperture) {
        _ = try ApertureLoss(at: line.count - 1, of: line, width: 0.1, turns: turns)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let hole = Aperture(.ellipse(x: 1e-3, y: 1e-3))
    let pipe = PlacedAperture(.ellipse(x: 1e-3, y: 1e-3))
    func item(_ element: any Element, _ placement: Placement = Placement()) -> BeamlineElement {
      BeamlineElement("e", element, placement: placement)
    }
    #expect(message(item(hole)) == "")
    #expect(message(item(Drift(length: 1))).contains("it has no aperture"))
    #expect(message(item(hole, Placement(aperture: pipe))).contains("two apertures"))
    #expect(message(item(hole, Placement(yaw: 1e-3))).contains("more than \"dx\""))
    let bend = Bend(length: 1, angle: 0.1, model: .linear)
    #expect(message(item(bend, Placement(dx: 1e-3, aperture: pipe))).contains("straight element"))
    #expect(message(item(bend, Placement(aperture: pipe))) == "")
    var fixed = pipe
    fixed.isFixed = true
    #expect(message(item(bend, Placement(dx: 1e-3, aperture: fixed))) == "")
    #expect(message(item(Aperture(.ellipse(x: 0, y: 1)))).contains("above 0"))
    #expect(message(item(hole), turns: 2, first: true).contains("put a Marker before it"))
    #expect(message(item(hole), turns: 2) == "")
    let girder = Girder("g", under: 1..<2, dx: 1e-3)
    let line = try Beamline([BeamlineElement("m", Marker()), item(hole)]).mounted(on: girder)
    #expect(throws: UnsuitedAperture.self) { try ApertureLoss(at: 1, of: line, width: 0.1) }
  }

  /// An error of alignment displaces the aperture as the element's own displacement does.
  @Test func errorsOfAlignmentMoveTheAperture() throws {
    let line = Beamline([
      BeamlineElement("m", Marker()),
      BeamlineElement("h", Aperture(.ellipse(x: 1e-3, y: 1e-3)), placement: Placement(dx: 1e-4)),
    ])
    let family = ErrorFamily("a", of: ["h"], .parameter("dx"), .fixed(2e-4))
    let loss = try ApertureLoss(at: 1, of: try line.withErrors([family]), width: 0.1)
    #expect((loss.loss.dx - 3e-4).magnitude < 1e-18)
  }
}
