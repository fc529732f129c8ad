import BeamDynamics
import Communication
import Foundation
import Synchronization
import Testing

@testable import CollectiveEffects

/// Space charge in whole runs of a tracker.
@Suite struct RunTests {
  private static let line = Beamline([
    BeamlineElement("d", Drift(length: 0.5), slices: 4),
    BeamlineElement("q", Quadrupole(length: 0.2, k1: 3), slices: 2),
  ])

  private static func bunch(_ seed: UInt64) -> Bunch<Double> {
    var random = Sequence64(seed: seed)
    let sigma = [1e-3, 1e-3, 2e-3, 1e-3, 1e-2, 1e-3]
    var bunch = Bunch<Double>(
      count: 1500, reference: ReferenceParticle(species: .proton, kineticEnergy: 3))
    for i in 0..<bunch.count {
      var z = PhaseSpace<Double>.zero
      for coordinate in 0..<6 { z[coordinate] = sigma[coordinate] * random.normal() }
      bunch[i] = z
    }
    bunch.setWeights(to: 1e7)
    return bunch
  }

  private static func options(_ slicing: EffectSlicing = .strang) throws -> TrackingOptions {
    var charge = SpaceChargeOptions()
    charge.cells = [12, 12, 12]
    charge.slicing = slicing
    var options = TrackingOptions()
    options.effects = [try MeshSpaceCharge(charge)]
    return options
  }

  private static func coordinates(_ bunch: Bunch<Double>) -> [Double] {
    (0..<bunch.count).flatMap { i in (0..<6).map { bunch[i][$0] } }
  }

  /// A mesh that grows in steps is scaled, and not computed anew: a run in pieces has the same bits
  /// all the same, in each pair of precisions.
  @Test(arguments: [MeshPrecision.double, .single])
  func aRunInPiecesIsTheWhole(_ precision: MeshPrecision) throws {
    func check<Word: ParticleWord>(_: Word.Type) throws {
      var charge = SpaceChargeOptions(cells: [6, 6, 6])
      charge.box = .growing(padding: 1.1, factor: 1.05)
      charge.precision = precision
      let start = Self.bunch(3)
      var bunch = Bunch<Word>(count: start.count, reference: start.reference)
      for i in 0..<start.count { bunch[i] = start[i] }
      bunch.setWeights(to: 1e7)
      var whole = TrackingState(bunch)
      var pieces = whole
      var options = TrackingOptions(turns: 6, effects: [try MeshSpaceCharge(charge)])
      var nobody = Nobody()
      try Tracker(Self.line, options: options, workers: .one).resume(&whole, observer: &nobody)
      for turns in [1, 2, 4, 5, 6] {
        options.turns = turns
        try Tracker(Self.line, options: options).resume(&pieces, observer: &nobody)
      }
      for i in 0..<start.count { #expect(pieces.bunch[i] == whole.bunch[i]) }
    }
    try check(Double.self)
    try check(Float.self)
  }

  private struct Nobody: TrackingObserver {
    mutating func record(_ observation: Observation, _ moments: Moments) {}
    mutating func record<Word: ParticleWord>(
      _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
    ) {}
  }

  /// Runs of one model at the same time, and one after the other on meshes that were used before, are
  /// each as a run by itself.
  @Test func runsDoNotMeet() throws {
    let alone = try (1...4).map { seed -> [Double] in
      var bunch = Self.bunch(UInt64(seed))
      try Tracker(Self.line, options: try Self.options(), workers: .one).track(&bunch)
      return Self.coordinates(bunch)
    }
    let shared = try Self.options()
    let results = Mutex<[Int: [Double]]>([:])
    for _ in 0..<2 {
      DispatchQueue.concurrentPerform(iterations: 4) { i in
        var bunch = Self.bunch(UInt64(i + 1))
        _ = try? Tracker(Self.line, options: shared, workers: .one).track(&bunch)
        let end = Self.coordinates(bunch)
        results.withLock { $0[i] = end }
      }
      for i in 0..<4 { #expect(results.withLock { $0[i] } == alone[i]) }
    }
  }

  @Test func theBitsDoNotDependOnTheThreads() throws {
    let ends = try [1, 2, 3, 7].map { threads -> [Double] in
      var bunch = Self.bunch(1)
      try Tracker(Self.line, options: try Self.options(), workers: Workers(count: threads))
        .track(&bunch)
      return Self.coordinates(bunch)
    }
    for end in ends { #expect(end == ends[0]) }
  }

  /// The halves of a slice and the kick between them are symmetric in time: a line and the same line
  /// backward, with reversed momenta, lead back but for roundings.
  @Test func strangIsSymmetricInTime() throws {
    var bunch = Self.bunch(1)
    let start = Self.coordinates(bunch)
    try Tracker(Self.line, options: try Self.options(), workers: .one).track(&bunch)
    func reverse() {
      for i in 0..<bunch.count {
        var z = bunch[i]
        z.px = -z.px
        z.py = -z.py
        z.t = -z.t
        bunch[i] = z
      }
    }
    reverse()
    let backward = Beamline(elements: Self.line.elements, order: [1, 0])
    try Tracker(backward, options: try Self.options(), workers: .one).track(&bunch)
    reverse()
    let end = Self.coordinates(bunch)
    let scale = [1e-3, 1e-3, 2e-3, 1e-3, 1e-2, 1e-3]
    let deviation = start.indices.map { abs(end[$0] - start[$0]) / scale[$0 % 6] }.max() ?? 1
    #expect(deviation < 1e-9)
  }

  /// Without the order of Strang the kick comes first, as other codes have it: two different answers,
  /// which agree as slices become thin.
  @Test func bothOrdersAgreeInThinSlices() throws {
    func size(_ slicing: EffectSlicing, _ slices: Int) throws -> Double {
      var options = try Self.options(slicing)
      options.slices = slices
      var bunch = Self.bunch(1)
      try Tracker(
        Beamline([BeamlineElement("d", Drift(length: 0.5))]), options: options, workers: .one
      ).track(&bunch)
      return try bunch.moments().covariance?[0, 0] ?? 0
    }
    let coarse = abs(try size(.strang, 2) / size(.kickFirst, 2) - 1)
    let fine = abs(try size(.strang, 8) / size(.kickFirst, 8) - 1)
    #expect(coarse > 1e-6)
    #expect(abs(coarse / fine - 4) < 1)
  }

  /// Parts of kicks are reported once, at the end of a run.
  @Test func timesAreReported() throws {
    let reported = Mutex<[[String]]>([])
    var options = try Self.options()
    options.effectReport = { parts in reported.withLock { $0.append(parts.map(\.part)) } }
    var bunch = Self.bunch(1)
    try Tracker(Self.line, options: options, workers: .one).track(&bunch)
    #expect(
      reported.withLock { $0 } == [
        KickTimes.Part.allCases.filter { $0 != .messages }.map(\.rawValue)
      ])
  }
}
