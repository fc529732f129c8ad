import BeamDynamics
import BeamSamples
import Communication
import Testing

/// The same result however the work is divided.
@Suite struct SameBitsTests {
  /// 50 tiles and a part, over several segments, with losses of both kinds.
  @Test(arguments: [2, 3, 7])
  func theNumberOfThreadsChangesNoBit(_ threads: Int) throws {
    func check<Word: ParticleWord>(_: Word.Type) throws {
      var options = TrackingOptions()
      options.turns = 2
      options.slices = 2
      var alone = Bunch<Word>.spread(25_700)
      var shared = alone
      let expected = try Tracker(.eventful, options: options, workers: .one).track(&alone)
      let losses = try Tracker(
        .eventful, options: options, workers: Workers(count: threads)
      ).track(&shared)
      #expect(losses == expected)
      #expect(shared.bits == alone.bits)
      for cause in [ParticleLoss.Cause.aperture, .domain] {
        #expect(losses.contains { $0.cause == cause })
      }
      #expect(losses.count < 25_700)
    }
    try check(Double.self)
    try check(Float.self)
  }

  /// A particle does not notice which others are in its tile, nor whether anyone is lost beside it.
  @Test(arguments: [
    0, 1, 7, Tile<Double>.capacity - 1, Tile<Double>.capacity, Tile<Double>.capacity + 1,
  ])
  func aParticleDoesNotSeeItsNeighbours(_ count: Int) throws {
    var many = Bunch<Double>.spread(1_100)
    try Tracker(.eventful).track(&many)
    var few = Bunch<Double>.spread(count)
    try Tracker(.eventful).track(&few)
    #expect(few.count == count)
    #expect(few.bits == Array(many.bits.prefix(7 * count)))

    for i in [3, 600] where i < count {
      var alone = Bunch<Double>(count: 1, reference: TestBeam.electrons.reference())
      alone[0] = Bunch<Double>.spread(count)[i]
      try Tracker(.eventful).track(&alone)
      #expect(alone[0] == many[i])
    }
  }

  /// Looking on does not change what is seen.
  @Test func observersChangeNoBitOfUnmergedElements() throws {
    var options = TrackingOptions()
    options.mergesLinearElements = false
    var unseen = Bunch<Double>.spread(1_100)
    try Tracker(.eventful, options: options).track(&unseen)
    for places in ObservationPlaces.allCases {
      options.moments = places
      var seen = Bunch<Double>.spread(1_100)
      var notebook = Notebook()
      try Tracker(.eventful, options: options).track(&seen, observer: &notebook)
      #expect(seen.bits == unseen.bits)
    }
  }
}
