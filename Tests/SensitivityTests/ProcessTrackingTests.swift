import BeamDynamics
import BeamSamples
import CollectiveEffects
import Communication
import LinearAlgebra
import SampleEffects
import Testing

@testable import Sensitivity

/// Bunches that several processes track, each with its share of the particles.
@Suite struct ProcessTrackingTests {
  /// Fields, apertures, a map that turns particles round, monitors with an error of reading, and a cavity that is
  /// ramped.
  private static let line = Beamline([
    BeamlineElement("d1", Drift(length: 0.4, model: .exact)),
    BeamlineElement(
      "q1", Quadrupole(length: 0.2, k1: 1, model: .chromatic), slices: 2,
      placement: Placement(dx: 1e-4, tilt: 0.3, aperture: .ellipse(x: 1.9e-3, y: 1.9e-3))),
    BeamlineElement("m1", Monitor()),
    BeamlineElement("l1", Quadrupole(length: 0.1, k1: -1, model: .linear)),
    BeamlineElement("t1", ThinMultipole(normal: [0, -800])),
    BeamlineElement("d2", Drift(length: 1e-6, model: .exact)),
    BeamlineElement("t2", ThinMultipole(normal: [0, 800])),
    BeamlineElement("c", ShortRFCavity(voltage: 1e4, frequency: 1e8, phase: 0.2)),
    BeamlineElement("m2", Monitor(gainX: 1.01, gainY: 1, noiseX: 1e-5)),
  ])

  private static func effects(_ name: String) -> [any CollectiveEffect] {
    var wake = Wake()
    (wake.bins, wake.strength) = (21, 4e14)
    var fading = FadingWake()
    fading.strength = 4e14
    return switch name {
    case "none": []
    case "own": [wake, Scattering(), EnergyLoss(), fading]
    default: [GaussianSpaceCharge(SpaceChargeOptions())]
    }
  }

  /// Particles that differ, of two weights, or of one.
  private static func bunch<Word: ParticleWord>(
    _ count: Int, isUniform: Bool, of _: Word.Type
  ) -> Bunch<Word> {
    var bunch = Bunch<Word>(count: count, reference: TestBeam.electrons.reference())
    let widths = [1.3e-3, 1e-4, 1.3e-3, 1e-4, 1e-3, 1e-2]
    for i in 0..<count {
      bunch[i] = PhaseSpace<Double> { j in
        let fraction = (Double(i + 1) * [2.0, 3, 5, 7, 11, 13][j].squareRoot())
          .truncatingRemainder(dividingBy: 1)
        return widths[j] * (2 * fraction - 1)
      }
    }
    bunch.setWeights(to: 1e6)
    if !isUniform { for i in stride(from: 0, to: count, by: 3) { bunch.setWeight(of: i, to: 2e6) } }
    return bunch
  }

  /// What a run leaves behind in one process.
  private struct Part: Sendable {
    var bits: [UInt64] = []
    var reference: Double = 0
    var moments: [Moments] = []
    /// What monitors have seen of the particles of this process, monitor after monitor.
    var monitors: [[UInt64]] = []
    var losses: [ParticleLoss] = []
    var map: LossMap?
  }

  private static func run<Word: ParticleWord>(
    _ whole: Bunch<Word>, _ effects: [any CollectiveEffect], _ workers: Workers, inTwoParts: Bool
  ) throws -> Part {
    var options = TrackingOptions(turns: 2, slices: 2, effects: effects)
    options.ramps = [
      ParameterRamp(try line.parameter(named: "c.voltage")) { 1e4 + 3e3 * Double($0) }
    ]
    var state = TrackingState(whole.shared(in: workers.communicator))
    var notebook = Notebook()
    for turns in inTwoParts ? [1, 2] : [2] {
      options.turns = turns
      try Tracker(line, options: options, workers: workers).resume(&state, observer: &notebook)
    }
    var part = Part(bits: state.bunch.bits, reference: state.bunch.reference.t)
    part.moments = notebook.moments
    part.monitors = notebook.monitors
    part.losses = state.losses
    part.map = try LossMap(state.losses, of: state.bunch, along: line, workers.communicator)
    return part
  }

  private struct Notebook: TrackingObserver {
    var moments: [Moments] = []
    var monitors: [[UInt64]] = []

    mutating func record(_ observation: Observation, _ moments: Moments) {
      self.moments.append(moments)
    }
    mutating func record<Word: ParticleWord>(
      _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
    ) {
      monitors.append(bunch.bits)
    }
  }

  private static func check<Word: ParticleWord>(
    _: Word.Type, _ count: Int, _ effectNames: String
  ) throws {
    for isUniform in count == 700 ? [true, false] : [false] {
      let whole = bunch(count, isUniform: isUniform, of: Word.self)
      let effects = effects(effectNames)
      let expected = try run(whole, effects, .one, inTwoParts: false)
      if count > 1000 { #expect(expected.losses.count > 10 && expected.losses.count < count) }
      for (processes, threads) in [(1, 3), (3, 2), (4, 1)] {
        let parts = try ThreadedProcesses.run(processes) { communicator in
          try run(
            whole, Self.effects(effectNames), Workers(count: threads, communicator: communicator),
            // A fading wake has no memory to go on from.
            inTwoParts: processes == 3 && effectNames != "own")
        }
        #expect(parts.flatMap(\.bits) == expected.bits)
        #expect(parts.allSatisfy { $0.reference.bitPattern == expected.reference.bitPattern })
        #expect(parts[0].losses == expected.losses)
        #expect(parts[0].map == expected.map)
        #expect(parts.dropFirst().allSatisfy { $0.losses.isEmpty })
        for i in expected.monitors.indices {
          #expect(parts.flatMap { $0.monitors[i] } == expected.monitors[i])
        }
        // In two parts the beam is seen at the same places.
        #expect(parts.allSatisfy { $0.moments == expected.moments })
      }
    }
  }

  /// Four tiles; two for up to four processes, so that some have none; none at all.
  @Test(arguments: [1600, 700, 0], ["none", "own", "gaussian"])
  func theNumberOfProcessesChangesNoBit(_ count: Int, _ effects: String) throws {
    try Self.check(Double.self, count, effects)
    if count == 700 { try Self.check(Float.self, count, effects) }
  }

  /// A chunk of several tiles: 260 tiles are 130 chunks.
  @Test func chunksOfSeveralTilesAreSharedOut() throws {
    let initial = InitialBeam(
      GaussianDistribution(), shape: try BeamShape(covariance: Matrix6<Double>.identity),
      particles: 260 * Tile<Double>.capacity - 7, charge: 1e-9)
    let reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    let whole = try Bunch<Double>(initial, reference: reference)
    let expected = try whole.moments()
    let parts = try ThreadedProcesses.run(3) { communicator in
      let workers = Workers(count: 1, communicator: communicator)
      let own = try Bunch<Double>(initial, reference: reference, workers: workers)
      return (own[0] == whole.shared(in: communicator)[0], try own.moments(workers: workers))
    }
    #expect(parts.allSatisfy { $0.0 && $0.1 == expected })
  }

  /// Runs with many settings, as a scan makes them.
  @Test func repeatedRunsAreSharedOut() throws {
    let whole = Self.bunch(1600, isUniform: true, of: Double.self)
    let k1 = try Self.line.parameter(named: "q1.k1")
    @Sendable func track(_ workers: Workers) throws -> [(Moments, [ParticleLoss])] {
      let reference = whole.reference
      let made = try RepeatedTracker<Double>(
        Self.line, choosing: Self.line, turns: 2, slices: 1, varying: [k1], from: reference)
      let tracker = try #require(made)
      return try [1.0, 0.9].map { value in
        var own = whole.shared(in: workers.communicator)
        let found = try tracker.track(&own, [value], workers: workers)
        return try #require(found)
      }
    }
    let expected = try track(.one)
    let parts = try ThreadedProcesses.run(3) { try track(Workers(count: 1, communicator: $0)) }
    for part in parts { #expect(part.map(\.0) == expected.map(\.0)) }
    #expect(parts[0].map(\.1) == expected.map(\.1))
    #expect(expected[0].1.count > 10)
  }
}

extension Bunch {
  /// All coordinates of the particles of this process, and whether they live: equal lists are equal bits.
  fileprivate var bits: [UInt64] {
    (0..<count).flatMap { i in
      (0..<6).map { self[i][$0].bitPattern } + [isAlive(i) ? 1 : 0]
    }
  }
}
