import BeamSamples
import Communication
import LinearAlgebra
import Testing

@testable import BeamElements
@testable import BeamTracking

/// Coordinates that are no finite numbers any more.
@Suite struct OverflowTests {
  /// Huge numbers in each coordinate in turn, among particles that stay small; the tiles have others
  /// before and after.
  private static func bunch<Word: ParticleWord>(
    _ beam: TestBeam, sick: Bool, _ word: Word.Type
  ) -> Bunch<Word> {
    let points = beam.points
    var bunch = Bunch<Word>(count: 530, reference: beam.reference())
    for i in 0..<530 { bunch[i] = points[i % points.count] }
    for i in sickParticles {
      let huge = Double(Word.greatestFiniteMagnitude) * (i % 2 == 0 ? 0.9 : -0.7)
      bunch[i][(i / 3) % 6] = huge
      // More energetic than the reference: it does not fall below its rest energy.
      if (i / 3) % 6 == 5 { bunch[i].pt = -huge.magnitude }
      if !sick { bunch.setAlive(i, to: false) }
    }
    return bunch
  }

  private static let sickParticles =
    Array(stride(from: 3, to: 48, by: 3)) + [Tile<Double>.capacity - 1, Tile<Double>.capacity, 529]

  /// Whatever happens to them in any element, misplaced or not, nobody living has coordinates that
  /// are not finite, nor has a moment; whoever is lost is so with a place and finite coordinates; and
  /// all others are what they are without them, to the last bit.
  @Test(arguments: catalogKinds)
  func whatOverflowsIsLostAndChangesNobodyElse(_ name: String) throws {
    func check<E: Element, Word: ParticleWord>(_: E.Type, _ word: Word.Type) throws {
      var overflows = 0
      for (i, element) in ElementSamples<E>().all.enumerated() where i % 8 == 0 {
        let beam = TestBeam.allCases[i % 2]
        let placement = i % 2 == 0 ? Placement() : Placement(dx: 2e-4, dy: -3e-4, tilt: 0.1)
        let beamline = Beamline([
          BeamlineElement("d", Drift(length: 0.2, model: .linear)),
          BeamlineElement("e", element, placement: placement),
          BeamlineElement("t", ThinMultipole(normal: [0, 0.1, 3])),
        ])
        for moments in [ObservationPlaces.element, .none] {
          var options = TrackingOptions()
          options.turns = 3
          options.moments = moments
          let tracker = Tracker(beamline, options: options, workers: .one)
          var bunch = Self.bunch(beam, sick: true, word)
          var clean = Self.bunch(beam, sick: false, word)
          var sights = FiniteMoments()
          let losses = try tracker.track(&bunch, observer: &sights)
          try tracker.track(&clean, observer: &sights)
          #expect(sights.areFinite, "\(element)")
          for n in 0..<530 {
            #expect(bunch[n].isFinite, "\(element): \(n) \(bunch[n])")
            if !Self.sickParticles.contains(n) {
              #expect(bunch[n] == clean[n] && bunch.isAlive(n) == clean.isAlive(n), "\(element)")
            }
          }
          for loss in losses where loss.cause == .overflow {
            #expect(Self.sickParticles.contains(loss.particle))
          }
          overflows += losses.count { $0.cause == .overflow }
        }
      }
      // Others are outside the domain of exact maps, and all are outside that of a fringe.
      // A structure stops whoever falls behind its wave.
      #expect(
        overflows > 0 || E.models == [.nonlinear] || E.self == AcceleratingStructure.self)
    }
    try check(kind(name), Double.self)
    try check(kind(name), Float.self)
  }

  /// px ← px − k₂L·x²/2, x ← x + L·px: by hand until a number is infinite. The turn, the place and
  /// the coordinates before it are those of the map by hand, whether or not anybody looks on.
  @Test(arguments: [ObservationPlaces.element, .none, .slice])
  func aThinSextupoleLosesAParticleInTheTurnOfItsOverflow(_ moments: ObservationPlaces) throws {
    let beamline = Beamline([
      BeamlineElement("d", Drift(length: 1, model: .linear)),
      BeamlineElement("s", ThinMultipole(normal: [0, 0, 60])),
    ])
    var (x, px, turn) = (0.5, 0.0, 1)
    var expected: (turn: Int, x: Double, px: Double)?
    while expected == nil {
      x += px
      // ThinMultipole's coefficient k₂ stands for x²/2.
      let kicked = px - 30 * (x * x)
      if kicked.isFinite { px = kicked } else { expected = (turn, x, px) }
      turn += 1
    }
    let end = try #require(expected)
    var options = TrackingOptions()
    options.turns = 30
    options.moments = moments
    var bunch = Bunch<Double>(count: 3, reference: TestBeam.electrons.reference())
    bunch[1].x = 0.5
    let losses = try Tracker(beamline, options: options).track(&bunch)
    #expect(
      losses == [
        ParticleLoss(particle: 1, place: 1, turn: end.turn, s: Double(end.turn), cause: .overflow)
      ])
    // Doubly exponential growth: each turn doubles the relative rounding of all turns before.
    #expect((bunch[1].x / end.x - 1).magnitude < 1e-12)
    #expect(bunch.isAlive(0) && bunch.isAlive(2))
  }

  /// As many threads as there are.
  @Test func lossesByOverflowAreTheSameForAnyNumberOfThreads() throws {
    func run(_ workers: Workers) throws -> ([ParticleLoss], [UInt64]) {
      var options = TrackingOptions()
      options.turns = 20
      var bunch = Bunch<Double>.spread(20_000, widths: [0.3, 1e-3, 0.3, 1e-3, 1e-3, 1e-2])
      let losses = try Tracker(
        Beamline([Drift(length: 1, model: .linear), ThinMultipole(normal: [0, 0, 9])]),
        options: options, workers: workers
      ).track(&bunch)
      return (losses, bunch.bits)
    }
    let one = try run(.one)
    #expect(one.0.contains { $0.cause == .overflow })
    for count in [2, 3] {
      let other = try run(Workers(count: count))
      #expect(other.0 == one.0 && other.1 == one.1)
    }
  }

  /// The size of what overflowed is not 0, and not a number either.
  @Test func aCovarianceThatIsNoNumberHasNoSizes() {
    var covariance = Matrix6<Double>.identity
    covariance[0, 0] = .infinity
    covariance[2, 2] = .nan
    covariance[4, 4] = .nan
    covariance[5, 5] = .nan
    let reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    let beam = BeamStatistics(
      mean: Vector6(repeating: 0), covariance: covariance, charge: nil, reference: reference)
    for name in [
      "sigma_x", "sigma_y", "sigma_t", "sigma_pt", "emittance_x", "emittance_y", "emittance_t",
      "normalized_emittance_y", "beta_x", "alpha_y", "dispersion_x", "eigenemittance_1",
    ] {
      #expect(beam[name] == nil, "\(name)")
    }
    #expect(beam["sigma_px"] == 1)
  }
}

/// Whether all moments that were seen are finite.
private struct FiniteMoments: TrackingObserver {
  var areFinite = true

  mutating func record(_ observation: Observation, _ moments: Moments) {
    guard moments.count > 0 else { return }
    for i in 0..<6 {
      areFinite =
        areFinite && moments.minimum[i].isFinite && moments.maximum[i].isFinite
    }
  }

  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) {}
}
