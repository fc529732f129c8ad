import BeamSamples
import Communication
import Synchronization
import Testing

@testable import BeamElements
@testable import BeamTracking

/// What is reported on the way, and when.
@Suite struct ObservationTests {
  private func observations(
    _ beamline: Beamline, _ change: (inout TrackingOptions) -> Void
  ) throws -> Notebook {
    var options = TrackingOptions()
    change(&options)
    var bunch = Bunch<Double>.spread(10)
    var notebook = Notebook()
    try Tracker(beamline, options: options).track(&bunch, observer: &notebook)
    return notebook
  }

  private let line = Beamline(
    elements: [
      BeamlineElement("d", Drift(length: 0.5, model: .exact)),
      BeamlineElement(
        "q", Quadrupole(length: 0.4, k1: 1, model: .linear), slices: 2),
      BeamlineElement("k", Kicker(kickX: 1e-4)),
    ], order: [0, 1, 0, 2])

  @Test func elementsAreSeenOneByOneAfterTheStart() throws {
    let seen = try observations(line) { _ in }.observations
    #expect(seen.map(\.name) == ["start", "d#1", "q", "d#2", "k"])
    // Sums of lengths, rounded.
    for (s, expected) in zip(seen.map(\.reference.s), [0, 0.5, 0.9, 1.4, 1.4]) {
      // Some roundings of a metre.
      #expect((s - expected).magnitude <= 1e-15)
    }
    #expect(seen.allSatisfy { $0.turn == 1 })
  }

  /// Thin elements have one slice whatever the default is.
  @Test func slicesAreSeenOneByOne() throws {
    let seen = try observations(line) {
      $0.moments = .slice
      $0.slices = 3
    }.observations
    #expect(
      seen.map(\.name) == [
        "start", "d#1", "d#1", "d#1", "q", "q", "d#2", "d#2", "d#2", "k",
      ])
    for (s, expected) in zip(
      seen.map(\.reference.s), [0, 0.5 / 3, 1.0 / 3, 0.5, 0.7, 0.9, 0.9 + 0.5 / 3])
    {
      #expect((s - expected).magnitude <= 1e-15)
    }
  }

  @Test func withoutMomentsOnlyStartAndEndAreSeen() throws {
    let seen = try observations(line) {
      $0.moments = .none
      $0.turns = 3
    }.observations
    #expect(seen.map(\.name) == ["start", "end"])
    #expect(seen.map(\.turn) == [1, 3])
    // Units of 4.2 are 8.9e-16: two of them, for lengths that are no binary numbers and their sum.
    #expect((seen[1].reference.s - 4.2).magnitude <= 2e-15)
  }

  /// Of coordinates that are kept the moments are those of the observation before, and have the bits of new sums.
  @Test(arguments: [0, 2e-3, 1])
  func whatIsKeptIsNotSummedAgain(shift: Double) throws {
    func check<Word: ParticleWord>(_: Word.Type) throws {
      let items = Beamline.eventful.elements.enumerated().flatMap { i, item in
        [item, BeamlineElement("seen\(i)", Monitor())]
      }
      // Three tiles, and some particles more.
      var bunch = Bunch<Word>.spread(1600)
      for i in 0..<bunch.count { bunch[i].pt += shift }
      var comparison = FreshMoments()
      let options = TrackingOptions(slices: 3, moments: .slice)
      try Tracker(Beamline(items), options: options).track(&bunch, observer: &comparison)
      #expect(comparison.count == Beamline.eventful.elements.count + 2)
      #expect(comparison.differences == [])
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test func turnsAreCountedFromOne() throws {
    let seen = try observations(line) { $0.turns = 2 }.observations
    #expect(
      seen.map(\.name) == ["start", "d#1", "q", "d#2", "k", "d#1", "q", "d#2", "k"])
    #expect(seen.map(\.turn) == [1, 1, 1, 1, 1, 2, 2, 2, 2])
  }

  /// A line that is passed n times is the line written n times.
  @Test func turnsAreRepetitions() throws {
    var options = TrackingOptions()
    options.turns = 3
    options.mergesLinearElements = false
    var turning = Bunch<Double>.spread(600)
    try Tracker(line, options: options).track(&turning)
    options.turns = 1
    var straight = Bunch<Double>.spread(600)
    let order = line.order
    try Tracker(
      Beamline(elements: line.elements, order: order + order + order), options: options
    ).track(&straight)
    #expect(turning.bits == straight.bits)
    #expect(turning.reference.s == straight.reference.s)
  }

  /// The same monitor passed twice in a turn, another one once, in two turns; what is seen before a
  /// monitor is reported before it.
  @Test func monitorsAreCalledInTheirOrder() throws {
    let beamline = Beamline(
      elements: [
        BeamlineElement("d", Drift(length: 0.5, model: .exact)),
        BeamlineElement("screen", Monitor()),
        BeamlineElement("dump", Monitor()),
      ], order: [0, 1, 0, 1, 0, 2])
    let notebook = try observations(beamline) { $0.turns = 2 }
    func sight(_ name: String, _ occurrence: Int, _ turn: Int, _ after: Int, _ s: Double)
      -> Notebook.Sight
    {
      Notebook.Sight(
        name: name, occurrence: occurrence, turn: turn, after: after, s: s, alive: 10)
    }
    #expect(
      notebook.monitors == [
        sight("screen", 1, 1, 3, 0.5), sight("screen", 2, 1, 5, 1), sight("dump", 1, 1, 7, 1.5),
        sight("screen", 1, 2, 9, 2), sight("screen", 2, 2, 11, 2.5), sight("dump", 1, 2, 13, 3),
      ])
  }

  /// A monitor shows the particles as they pass it, also without moments.
  @Test func aMonitorSeesTheLossesBeforeIt() throws {
    let beamline = Beamline([
      BeamlineElement("before", Monitor()),
      BeamlineElement(
        "hole", Marker(), placement: Placement(aperture: ApertureShape.ellipse(x: 1e-3, y: 1e-3))),
      BeamlineElement("behind", Monitor()),
    ])
    for places in ObservationPlaces.allCases {
      var bunch = Bunch<Double>.spread(1_000)
      var notebook = Notebook()
      var options = TrackingOptions()
      options.moments = places
      let losses = try Tracker(beamline, options: options).track(&bunch, observer: &notebook)
      #expect(!losses.isEmpty)
      #expect(notebook.monitors.map(\.alive) == [1_000, 1_000 - losses.count])
      #expect(notebook.observations.count == (places == .none ? 2 : 4))
    }
  }

  @Test func anEmptyBunchAndAnEmptyLineAreTracked() throws {
    var none = Bunch<Double>(count: 0, reference: TestBeam.electrons.reference())
    var notebook = Notebook()
    #expect(try Tracker(line).track(&none, observer: &notebook).isEmpty)
    #expect(notebook.observations.map(\.name) == ["start", "d#1", "q", "d#2", "k"])
    var bunch = Bunch<Double>.spread(3)
    let before = bunch.bits
    #expect(try Tracker(Beamline([BeamlineElement]())).track(&bunch).isEmpty)
    #expect(bunch.bits == before)
  }

  /// Progress never goes back with one thread, and ends at 1.
  @Test func progressEndsAtOne() throws {
    let fractions = Mutex<[Double]>([])
    var options = TrackingOptions()
    options.turns = 3
    var tracker = Tracker(.eventful, options: options, workers: .one)
    tracker.progress = { fraction in fractions.withLock { $0.append(fraction) } }
    var bunch = Bunch<Double>.spread(5_000)
    try tracker.track(&bunch)
    let told = fractions.withLock { $0 }
    #expect(zip(told, told.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(told.allSatisfy { 0 <= $0 && $0 <= 1 + 1e-15 })
    #expect((told.last ?? 0) >= 1 - 1e-15)
  }

  @Test(arguments: [1, 3])
  func anInterruptedRunThrows(_ threads: Int) throws {
    let asked = Atomic<Int>(0)
    let workers = Workers(count: threads) { asked.add(1, ordering: .relaxed).newValue > 20 }
    var bunch = Bunch<Double>.spread(20_000)
    #expect(throws: Interruption()) { try Tracker(.eventful, workers: workers).track(&bunch) }
  }

  /// What the observer throws stops the run.
  @Test func anObserversErrorIsPassedOn() {
    struct Full: Error {}
    struct FullDisk: TrackingObserver {
      mutating func record(_ observation: Observation, _ moments: Moments) {}
      mutating func record<Word: ParticleWord>(
        _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
      ) throws { throw Full() }
    }
    var bunch = Bunch<Double>.spread(100)
    var observer = FullDisk()
    #expect(throws: Full.self) { try Tracker(.eventful).track(&bunch, observer: &observer) }
  }

  /// The rows of moments that the tiles of one segment keep are limited, and with them the memory
  /// that a line of any length needs; all rows come, in order.
  @Test func aLongLineIsTrackedInSegments() throws {
    let n = 10_000
    let beamline = Beamline(
      elements: [
        BeamlineElement("d", Drift(length: 0.01, model: .chromatic)),
        BeamlineElement("q", Quadrupole(length: 0.01, k1: 1, model: .linear)),
      ], order: (0..<n).map { $0 % 2 })
    // 16 chunks of one tile: segments of 4096 rows.
    var bunch = Bunch<Double>.spread(16 * Tile<Double>.capacity)
    var notebook = Notebook()
    try Tracker(beamline).track(&bunch, observer: &notebook)
    #expect(notebook.observations.count == n + 1)
    #expect(notebook.observations[n].name == "q#\(n / 2)")
    // 10⁴ additions of 0.01.
    #expect((notebook.observations[n].reference.s - 100).magnitude <= 1e4 * 0x1p-52 * 100)
    let s = notebook.observations.map(\.reference.s)
    #expect(zip(s, s.dropFirst()).allSatisfy { $0 < $1 })

    var settings = SectionBuilder<Double, Double>.Settings(
      selecting: ObservationSelection(behind: nil))
    settings.observationLimit = 100
    let reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    let line = VariedBeamline<Double>(beamline)
    var builder = SectionBuilder<Double, Double>(
      Itinerary(beamline), line, VariedEffects([], along: line), from: reference,
      charge: reference.species.charge, settings)
    var rows = 0
    while let section = try builder.next() {
      #expect(section.points.count <= 100)
      #expect(section.steps.count <= 2 * 100)
      rows += section.points.count
    }
    #expect(rows == n + 1)
  }
}

/// Compares moments with those of the particles at the same place.
private struct FreshMoments: TrackingObserver {
  private var last: Moments?
  var count = 0
  /// The names of the places where they differ.
  var differences: [String] = []

  mutating func record(_ observation: Observation, _ moments: Moments) { last = moments }

  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) throws {
    count += 1
    if try bunch.moments(workers: .one) != last { differences.append(name) }
  }
}
