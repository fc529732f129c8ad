import BeamSamples
import Communication
import RandomNumbers
import Testing

@testable import BeamElements
@testable import BeamTracking

/// Rings tracked in pieces.
@Suite struct TrackingStateTests {
  /// A beamline in which particles get lost in several turns.
  private static var line: Beamline {
    get throws {
      try .eventful.withErrors([
        ErrorFamily(
          "strength", of: ["l2"], .parameter("k1"), .gaussian(1e-3, cut: nil), isRelative: true)
      ])
    }
  }

  private static func options(turns: Int) throws -> TrackingOptions {
    var options = TrackingOptions(turns: turns, effects: [Kick()])
    options.everyTurns = 3
    options.ramps = [
      ParameterRamp(try line.parameter(named: "l2.k1")) { -9 + 0.1 * Double($0) },
      ParameterRamp(
        try line.parameter(named: "k1.kick_x"),
        TurnTable(turns: [2, 12], values: [1e-3, 2e-4])),
    ]
    return options
  }

  /// A random kick, which differs from turn to turn.
  private struct Kick: RandomEffect {
    let seed = 3
    func move(
      _ z: inout PhaseSpace<Double>, by constants: LocalConstants<Double>,
      _ random: inout PhiloxGenerator
    ) { z.px += 1e-6 * random.nextNormalPair().0 }
  }

  /// 40 turns in one go, and in pieces with other numbers of threads: each particle, each loss and
  /// what observers saw.
  @Test(arguments: [[17], [1, 2, 39], [3, 30]]) func piecesAreTheWhole(_ ends: [Int]) throws {
    func check<Word: ParticleWord>(_: Word.Type) throws {
      let bunch = Bunch<Word>.spread(1_500)
      var whole = TrackingState(bunch)
      var notebook = Notebook()
      try Tracker(try Self.line, options: try Self.options(turns: 40), workers: .one)
        .resume(&whole, observer: &notebook)
      #expect(Set(whole.losses.map(\.turn)).count > 2)
      var pieces = TrackingState(bunch)
      var other = Notebook()
      for end in ends + [40] {
        try Tracker(
          try Self.line, options: try Self.options(turns: end), workers: Workers(count: 1 + end % 3)
        ).resume(&pieces, observer: &other)
        #expect(pieces.turn == end)
      }
      #expect(pieces.bunch.bits == whole.bunch.bits)
      #expect(pieces.losses == whole.losses)
      #expect(pieces.bunch.reference.s == whole.bunch.reference.s)
      #expect(pieces.bunch.reference.t == whole.bunch.reference.t)
      // A piece shows its own end, too, where it ends between the turns that are shown.
      let seen = { (book: Notebook) in
        book.observations.filter { $0.place == nil || $0.turn.isMultiple(of: 3) }
          .map { [Double($0.place ?? -1), Double($0.turn), $0.reference.s] }
      }
      #expect(seen(other) == seen(notebook))
      #expect(
        other.monitors.map { [$0.turn, $0.occurrence, $0.alive] }
          == notebook.monitors.map { [$0.turn, $0.occurrence, $0.alive] })
    }
    try check(Double.self)
    try check(Float.self)
  }

  /// The states that an observer receives are those of runs of so many turns.
  @Test func anObserverReceivesTheStateOfEachPiece() throws {
    struct States: TrackingObserver {
      var turns: [Int] = []
      var bits: [[UInt64]] = []
      mutating func record(_ observation: Observation, _ moments: Moments) {}
      mutating func record<Word: ParticleWord>(
        _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
      ) {}
      mutating func record<Word: ParticleWord>(_ state: TrackingState<Word>) {
        turns.append(state.turn)
        bits.append(state.bunch.bits)
      }
    }
    var options = try Self.options(turns: 11)
    options.stateTurns = 4
    var states = States()
    var bunch = Bunch<Double>.spread(600)
    try Tracker(try Self.line, options: options).track(&bunch, observer: &states)
    #expect(states.turns == [4, 8, 11])
    for (turns, bits) in zip(states.turns, states.bits) {
      var bunch = Bunch<Double>.spread(600)
      var notebook = Notebook()
      try Tracker(try Self.line, options: try Self.options(turns: turns))
        .track(&bunch, observer: &notebook)
      #expect(bunch.bits == bits)
    }
  }

  /// Every third turn is seen, and the end of the last.
  @Test func everyNthTurnIsSeen() throws {
    var options = TrackingOptions(turns: 8)
    options.everyTurns = 3
    var bunch = Bunch<Double>.spread(10)
    var notebook = Notebook()
    let line = Beamline([
      BeamlineElement("d", Drift(length: 1)), BeamlineElement("m", Monitor()),
      BeamlineElement("e", Drift(length: 1)),
    ])
    try Tracker(line, options: options).track(&bunch, observer: &notebook)
    #expect(notebook.observations.map(\.turn) == [1, 3, 3, 3, 6, 6, 6, 8])
    #expect(
      notebook.observations.map(\.name) == ["start", "d", "m", "e", "d", "m", "e", "end"])
    #expect(notebook.monitors.map(\.turn) == [3, 6])
    #expect(notebook.observations.last?.reference.s == 16)
  }

  /// An effect with a history that it does not give away.
  @Test func aHistoryWithoutMemoryIsRefused() throws {
    var options = TrackingOptions(turns: 3, effects: [Counting()])
    let line = Beamline([BeamlineElement("d", Drift(length: 1))])
    var bunch = Bunch<Double>.spread(10)
    var notebook = Notebook()
    try Tracker(line, options: options).track(&bunch, observer: &notebook)
    options.stateTurns = 2
    #expect(throws: EffectWithoutMemory(kind: "Counting")) {
      try Tracker(line, options: options).track(&bunch, observer: &notebook)
    }
    var state = TrackingState(bunch)
    options.stateTurns = nil
    try Tracker(line, options: options).resume(&state, observer: &notebook)
    options.turns = 4
    let more = Tracker(line, options: options)
    #expect(throws: EffectWithoutMemory(kind: "Counting")) {
      try more.resume(&state, observer: &notebook)
    }
  }

  private struct Counting: CollectiveEffect {
    func begin(_ workers: Workers) -> any EffectRun { Run() }

    final class Run: EffectRun, @unchecked Sendable {
      var state: (any Sendable)?
      func apply(to particles: ParticleBlocks<Double>, _ slice: EffectSlice<Double>) { state = 1 }
      func apply(to particles: ParticleBlocks<Float>, _ slice: EffectSlice<Double>) { state = 1 }
    }
  }
}
