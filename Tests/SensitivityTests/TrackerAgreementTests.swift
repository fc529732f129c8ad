import AutoDiff
import BeamDynamics
import BeamSamples
import CollectiveEffects
import Communication
import LinearAlgebra
import Testing

@testable import Sensitivity

/// The way forward of derivatives against the tracker: two walks, one beam.
@Suite struct TrackerAgreementTests {
  /// Moments at the start, inside and at the end, and the particles themselves, of every kind: with
  /// apertures, misplaced, in slices and turns, with kicks. A sweep of values does what the tracker
  /// does, to the last bit; products are merged over tiles by another formula, two roundings of the
  /// sizes. With tangents, maps contract otherwise and nothing is merged: some roundings of the
  /// largest coordinate.
  @Test(arguments: catalogKinds, [false, true])
  func aSweepObservesWhatTheTrackerRecords(_ name: String, _ kicks: Bool) throws {
    func check<E: Element>(_: E.Type) throws {
      for (i, element) in ElementSamples<E>().all.enumerated() where i % (kicks ? 5 : 2) == 0 {
        // The tracker stops at a monitor to write the particles, and merges neighbours up to there: one
        // sample, where nothing is merged, tells that the beam passes untouched.
        if element.recordsParticles && i > 0 { continue }
        let beam = TestBeam.allCases[i % 2]
        let hole = i % 3 == 0 ? ApertureShape.ellipse(x: 4e-3, y: 3e-3) : nil
        var placement = Placement.samples[i / 2 % Placement.samples.count]
        placement.aperture = hole.map {
          PlacedAperture(
            $0, at: PlacedAperture.Position.allCases[i / 3 % 5], isFixed: i % 2 == 0)
        }
        let item = BeamlineElement("e", element, slices: 1 + i % 4 / 2, placement: placement)
        try compare(item, beam, turns: 1 + i / 3 % 2, kicks: kicks)
      }
    }
    try check(kind(name))
  }

  private func compare(
    _ item: BeamlineElement, _ beam: TestBeam, turns: Int, kicks: Bool
  ) throws {
    let element = item.element
    let beamline = Beamline(
      elements: [
        BeamlineElement("l", Drift(length: 0.1, model: .linear)),
        item,
        BeamlineElement("m", Marker()),
        BeamlineElement("q", Quadrupole(length: 0.1, k1: 2, model: .linear)),
        BeamlineElement("x", Drift(length: 0.2, model: .exact)),
      ], order: [0, 1, 2, 0, 3, 0, 4]
    ).choosingSteps(from: beam.reference(), slices: 2)
    var bunch = Bunch<Double>(count: 600, reference: beam.reference())
    for n in 0..<600 {
      let point = beam.points[n % beam.points.count]
      bunch[n] = PhaseSpace { point[$0] * (1 - 1e-3 * Double(n)) }
    }
    bunch.setWeights(to: 1e5)
    var options = TrackingOptions()
    options.turns = turns
    options.slices = 2
    options.observedPlaces = [1, 6]
    // Where nobody looks, neighbours that are linear are merged, in both.
    options.observesLastTurnOnly = true
    if kicks {
      var settings = SpaceChargeOptions()
      settings.cells = [4, 4, 4]
      options.effects = [try MeshSpaceCharge(settings)]
    }
    var tracked = bunch
    var record = LastTurn(turn: turns)
    let losses = try Tracker(beamline, options: options, workers: .one)
      .track(&tracked, observer: &record)
    let requests = [
      ObservationRequest(after: nil), ObservationRequest(after: 1), ObservationRequest(after: 6),
    ]
    func sweep<C: SweepScalar>(_ lift: (Double) -> C) throws -> ParticleEvaluation<C> {
      try ParticleSweep<C>(
        beamline: beamline, turns: turns, slices: 2, effects: options.effects, parameters: [],
        values: [], requests: requests, workers: .one
      ).forward(
        bunch,
        from: BeamStart(
          bunch.reference.map(lift),
          charge: lift(
            bunch.weights.reduce(0, +) * bunch.reference.species.chargeNumber
              * PhysicalConstants.elementaryCharge)))
    }
    let values = try sweep { $0 }
    #expect(values.losses == losses.sorted { $0.particle < $1.particle }, "\(element)")
    #expect(
      values.losses.map(\.passage) == losses.sorted { $0.particle < $1.particle }.map(\.passage))
    for particle in 0..<600 where tracked.isAlive(particle) {
      let (tile, i) = particle.quotientAndRemainder(dividingBy: Tile<Double>.capacity)
      let base = values.tiles.address(ofTile: tile) + i
      let swept = PhaseSpace<Double>(loadedFrom: base, stride: Tile<Double>.componentStride)
      #expect(swept == tracked[particle], "\(element)")
    }
    for (seen, (moments, reference)) in zip(values.observations, record.seen) {
      #expect(seen.particles == moments.count, "\(element)")
      #expect(seen.reference.s == reference.s && seen.reference.t == reference.t)
      #expect(seen.reference.kineticEnergyOverMass == reference.kineticEnergyOverMass)
      for j in 0..<6 {
        #expect(
          seen.mean[j] == moments.mean[j], "\(element)")
        for k in j..<6 {
          let (a, b) = (seen.covariance[j, k], moments.covariance?[j, k] ?? 0)
          let sizes = seen.covariance[j, j] * seen.covariance[k, k]
          let bound = 4 * 0x1p-52 * sizes.squareRoot()
          #expect((a - b).magnitude <= bound, "\(element): \(a) \(b)")
        }
      }
    }
    #expect(record.seen.count == requests.count)

    let tangents = try sweep { Tangent($0, tangent: 0) }
    for (a, b) in zip(tangents.observations, values.observations) {
      for j in 0..<6 {
        let size = b.covariance[j, j].squareRoot() + b.mean[j].magnitude
        #expect(
          (a.mean[j].value - b.mean[j]).magnitude <= 1e-12 * max(size, 1e-6), "\(element)")
      }
    }
  }
}

/// Keeps what the tracker shows in the last turn, and at the start.
private struct LastTurn: TrackingObserver {
  let turn: Int
  var seen: [(Moments, ReferenceParticle<Double>)] = []

  init(turn: Int) { self.turn = turn }

  mutating func record(_ observation: Observation, _ moments: Moments) {
    if observation.place == nil || observation.turn == turn {
      seen.append((moments, observation.reference))
    }
  }

  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) {}
}
