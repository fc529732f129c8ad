import AutoDiff
import BeamDynamics
import Communication
import Testing

@testable import Sensitivity

/// Effects that lose particles.
@Suite struct EffectLossTests {
  /// A wire that pulls all particles towards their mean, and loses those that touch it.
  struct Wire: EffectBySums {
    var radius = 4e-4
    var frame = EffectFrame.fixedPosition
    var sumCount: Int { 2 }

    func deposit<S: EffectScalar>(_ at: EffectPosition<S>, into sums: inout Deposit<S>) {
      sums.add(S(1.0), to: 0)
      sums.add(at.x * at.x + at.y, to: 1)
    }
    func response<T: RealScalar>(to sums: [T], _ slice: EffectSlice<T>) -> [T] {
      [0.3 * slice.length * slice.charge * 1e19 * (sums[1] / sums[0])]
    }
    func kick<S: EffectScalar>(
      _ at: EffectPosition<S>, by response: inout Response<S>
    ) -> EffectKick<S> {
      let isNear = at.x.plain.magnitude < radius / 20 && at.y.plain.magnitude < radius
      return EffectKick(px: response[0] * (0.1 - at.x), isLost: isNear)
    }
  }

  private static func check(_ frame: EffectFrame) -> EffectCheck {
    let line = Beamline(
      elements: [
        BeamlineElement("d", Drift(length: 0.1, model: .exact)),
        BeamlineElement("q", Quadrupole(length: 0.3, k1: 4, model: .chromatic)),
        BeamlineElement("c", ShortRFCavity(normalizedVoltage: 2e-2, frequency: 1e9, phase: 0.3)),
        BeamlineElement(
          "a", Drift(length: 0.1),
          placement: Placement(dx: 1e-4, aperture: ApertureShape.ellipse(x: 1e-3, y: 8e-4))),
      ], order: [0, 1, 2, 0, 3])
    var check = EffectCheck(line, [Wire(frame: frame)])
    check.names = ["d.length", "q.k1"]
    return check
  }

  /// What the lost have given to the sums before is in the derivatives: no particle is so close to the
  /// wire's edge that a difference's step loses it.
  @Test(arguments: [EffectFrame.fixedPosition, .fixedTime])
  func derivativesKnowWhoWasLost(_ frame: EffectFrame) throws {
    let check = Self.check(frame)
    try check.expectDerivatives(differences: false)
    try check.expectSameBits()
    var few = check
    few.bunch = EffectCheck.bunch(count: 30)
    few.stepShare = 1e-4
    #expect(try few.evaluation(few.start).losses.contains { $0.cause == .effect })
    try few.expectDerivatives()
  }

  @Test(arguments: [EffectFrame.fixedPosition, .fixedTime])
  func trackerAndSweepLoseTheSame(_ frame: EffectFrame) throws {
    var check = Self.check(frame)
    let (losses, bunch) = try check.expectTrackerAgrees()
    let lost = losses.filter { $0.cause == .effect }
    #expect(!lost.isEmpty && losses.count > lost.count && losses.count < bunch.count)
    #expect(ParticleLoss.Cause.effect.rawValue == "effect")
    let wire = Wire()
    for loss in lost {
      // Where the wire stands: in the middle of a slice, at the reference particle's s.
      #expect(loss.place < 5 && (1...2).contains(loss.turn) && loss.s > 0)
      // In the coordinates of tracking; at fixed time, a little before or behind.
      let point = bunch[loss.particle]
      let bound = frame == .fixedPosition ? 1 : 1.1
      #expect(
        point.x.magnitude < bound * wire.radius / 20 + (frame == .fixedTime ? 1e-5 : 0)
          && point.y.magnitude < bound * wire.radius + (frame == .fixedTime ? 1e-5 : 0))
      #expect(point.t.magnitude < 0.1, "a time, and no place along the bunch")
    }
    check.workers = Workers(count: 3)
    let again = try check.expectTrackerAgrees()
    #expect(again.losses == losses)
  }

  /// Of two effects at fixed time the second does not see whom the first has blown away.
  @Test func theSecondEffectAtFixedTimeHasItsTestOfReach() throws {
    struct Blow: LocalEffect {
      var frame: EffectFrame { .fixedTime }
      func move<S: EffectScalar>(_ z: inout PhaseSpace<S>, by q: LocalConstants<S>) {
        z.px = .select(S(9e-4) < z.x, S(1e40), z.px)
      }
    }
    var check = EffectCheck(
      Beamline([BeamlineElement("d", Drift(length: 0.1))]), [Blow(), Wire(frame: .fixedTime)])
    check.turns = 1
    check.slices = 1
    let (losses, bunch) = try check.expectTrackerAgrees()
    let blown = losses.filter { $0.cause == .overflow }
    #expect(!blown.isEmpty && losses.allSatisfy { [.effect, .overflow].contains($0.cause) })
    for loss in blown { #expect(loss.s == 0.05 && bunch[loss.particle].isFinite) }
    // The half drift, the frame, the first effect: the second is the fourth.
    #expect(blown.allSatisfy { $0.passage == 3 })
  }

  /// An effect that takes more energy than a particle has loses it, also beyond where the square of its
  /// momentum is positive again.
  @Test func whoHasNoEnergyLeftIsLost() throws {
    struct Brake: LocalEffect {
      func move<S: EffectScalar>(_ z: inout PhaseSpace<S>, by q: LocalConstants<S>) {
        z.pt = z.pt + .select(S(9e-4) < z.x, S(2.5), .select(S(8e-4) < z.y, S(1.001), S(0.0)))
      }
    }
    var check = EffectCheck(
      Beamline([
        Drift(length: 0.1, model: .linear), Quadrupole(length: 0.1, k1: 1, model: .linear),
      ]), [Brake(), Wire()])
    check.names = ["Drift.length"]
    check.turns = 1
    check.slices = 1
    let (losses, _) = try check.expectTrackerAgrees()
    let stopped = losses.filter { $0.cause == .energy }
    #expect(stopped.count > 20 && losses.contains { $0.cause == .effect })
    // Half a drift, the first effect; the first thing behind it.
    #expect(stopped.contains { $0.passage == 1 && $0.s == 0.05 })
    try check.expectDerivatives(differences: false)
    try check.expectSameBits()
  }
}
