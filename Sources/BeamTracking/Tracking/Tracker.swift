import AutoDiff
import BeamMaps
import Communication
import SystemLibrary

/// Tracks bunches through a beamline.
///
/// Between two places where all particles must have arrived, a tile of particles passes all
/// elements before the next tile starts, so that memory is read once for any number of elements.
/// Tiles are distributed over threads. Sums over particles are made in one fixed tree, so that
/// their bits do not depend on the number of threads.
///
/// Where `Workers.communicator` has several processes, each tracks its share of the bunch (`Bunch.share`), and
/// all of them call the same functions. Moments are those of all particles. Losses are told to the first
/// process, those of all particles; to the others none.
public struct Tracker: Sendable {
  /// The beamline.
  public let beamline: Beamline
  /// The options of each run.
  public var options: TrackingOptions
  /// The threads that move the tiles, and the processes that share the bunch.
  public var workers: Workers
  /// Receives the completed fraction of the run, from any thread.
  public var progress: (@Sendable (Double) -> Void)?

  /// A tracker for a beamline.
  public init(_ beamline: Beamline, options: TrackingOptions = .init(), workers: Workers = .all) {
    self.beamline = beamline
    self.options = options
    self.workers = workers
  }

  /// Tracks `bunch` through the beamline, in place.
  ///
  /// - Returns: The particles that were lost, in the order of place, then of number; of several processes in
  ///   the first.
  /// - Throws: `Interruption` if the workers were stopped; `StoppedBeam` if an element took all
  ///   of the reference particle's kinetic energy; the errors of effects, of the observer and of the
  ///   communicator. After an error the bunch is at some place along the beamline.
  @discardableResult
  public func track<Word: ParticleWord, Observer: TrackingObserver>(
    _ bunch: inout Bunch<Word>, observer: inout Observer
  ) throws -> [ParticleLoss] {
    // The state is moved, not shared: a shared bunch would be copied.
    var state = TrackingState(bunch)
    bunch = Bunch(count: 0, reference: bunch.reference)
    defer { bunch = state.bunch }
    try resume(&state, observer: &observer)
    return state.losses
  }

  /// Tracks on from a state, until ``TrackingOptions/turns`` are over. The bits are those of a run in one
  /// go.
  ///
  /// - Parameters:
  ///   - state: The state at the start, or at the end of a turn of a run through the same beamline with
  ///     the same options; only ``TrackingOptions/turns`` may be more. It becomes that at the end.
  ///   - observer: Receives the results of the turns that are not over; the beam at the start only if
  ///     the run starts there.
  /// - Throws: As ``track(_:observer:)``; ``InvalidRamp`` where a ramp has a value that its element cannot
  ///   have; ``EffectWithoutMemory`` if the state, or one that the observer asks for, lacks that of an
  ///   effect.
  public func resume<Word: ParticleWord, Observer: TrackingObserver>(
    _ state: inout TrackingState<Word>, observer: inout Observer
  ) throws {
    require(
      state.turn <= options.turns,
      "the state is that after \(state.turn) turns, and the run has \(options.turns)")
    state.bunch.requireShare(in: workers.communicator)
    let beamline = beamline.choosingSteps(
      from: state.start, slices: options.slices, effects: options.effects,
      alsoFor: beamline.extremes(of: options.ramps))
    let line = VariedBeamline<Double>(beamline)
    var ramps = try BeamlineRamps(options.ramps, of: beamline)
    var lastLine = line
    if state.turn > 0 { _ = try ramps.advance(to: state.turn, &lastLine) }
    let varied = VariedEffects<Double>(options.effects, along: line)
    let itinerary = Itinerary(
      line.beamline, turns: options.turns, slices: options.slices,
      effects: varied.itineraries(along: line))
    // Each chunk of tiles yields one set of moments for each observation point; the limit bounds
    // their total memory. The first process has as many chunks as any.
    let share = BunchShare(of: state.bunch.share.total, in: workers.communicator, rank: 0)
    let chunkCount = TileChunks(share).count
    var builder = SectionBuilder<Double, Word>(
      itinerary, lastLine, varied, from: state.start, charge: state.start.species.charge,
      options.sectionSettings(observationLimit: max(65_536 / max(chunkCount, 1), 1))
    ).continued(after: state.turn, state.bunch.reference, state.energyChanges(along: line.beamline))
    var occurrences: [Int: Int] = [:]
    var fractionBefore = builder.fractionDone
    let hasUniformWeights = state.bunch.hasUniformWeights

    let effects = varied.effects.map { $0.begin(workers) }
    try state.restore(effects, of: varied.effects)
    while true {
      if let turn = builder.turnsDone, turn < options.turns {
        occurrences.removeAll(keepingCapacity: true)
        try builder.change { (line) throws(InvalidRamp) in try ramps.advance(to: turn + 1, &line) }
      }
      guard let section = try builder.next() else { break }
      let (seen, lost) = try state.bunch.withBlocks { particles in
        try section.pass(
          particles, workers, progress: progress.map { (fractionBefore, $0) },
          observe: { tile, _, kept, seen in
            seen.append(of: tile, hasUniformWeights: hasUniformWeights, kept: kept)
          })
      }
      fractionBefore = section.fractionDone
      state.bunch.reference = builder.reference
      for (point, moments) in zip(
        section.points, seen ?? section.points.map { _ in Moments() })
      where Observer.self != NoObserver.self {
        try observer.record(
          Observation(
            name: point.name, place: point.place, turn: point.turn,
            reference: point.reference), moments)
      }
      state.losses += try workers.communicator.gather(losses: lost).sorted {
        ($0.place, $0.particle) < ($1.place, $1.particle)
      }
      if let call = section.effect {
        let run = effects[call.effect]
        let lost = try state.bunch.withBlocks { particles in
          if section.observesEffect {
            try observer.record(particles, before: run, call.slice)
          }
          let lost = try call.act(run, on: particles)
          for loss in lost where itinerary.frames[call.effect] == .fixedTime {
            particles.leaveFixedTime(loss.particle, call.slice.reference)
          }
          return lost
        }
        state.losses += try workers.communicator.gather(losses: lost)
      }
      if let place = section.monitor {
        let element = beamline.order[place]
        occurrences[element, default: 0] += 1
        let (name, occurrence) = (beamline[place: place].name, occurrences[element] ?? 1)
        var seen = state.bunch
        if let reading = builder.line.beamline[place: place].element.reading, !reading.isExact {
          seen = reading.read(
            state.bunch, atMonitor: name, occurrence: occurrence, turn: section.turn)
        }
        try observer.record(seen, atMonitor: name, occurrence: occurrence, turn: section.turn)
      }
      if let turn = builder.turnsDone {
        state.turn = turn
        if options.wantsState(after: turn) {
          state.keep(effects, of: varied.effects, builder.energyChanges)
          try state.requireMemory()
          try observer.record(state)
        }
      }
    }
    state.bunch.reference = builder.reference
    state.keep(effects, of: varied.effects, builder.energyChanges)
    if !effects.isEmpty {
      options.effectReport?(effects.flatMap(\.seconds))
      options.effectRemarks?(effects.flatMap(\.remarks))
    }
  }

  /// Tracks `bunch` through the beamline without observing it, as ``track(_:observer:)`` does.
  ///
  /// - Returns: The particles that were lost, in the order of place, then of number; of several processes in
  ///   the first.
  /// - Throws: As ``track(_:observer:)``, except for the errors of the observer.
  @discardableResult
  public func track<Word: ParticleWord>(_ bunch: inout Bunch<Word>) throws -> [ParticleLoss] {
    var silent = self
    silent.options.moments = .none
    var observer = NoObserver()
    return try silent.track(&bunch, observer: &observer)
  }
}

extension TrackingOptions {
  /// Whether the observer receives the state after so many turns.
  fileprivate func wantsState(after turn: Int) -> Bool {
    stateTurns.map { turn == turns || turn.isMultiple(of: $0) } ?? false
  }

  fileprivate func sectionSettings<Word: ParticleWord>(
    observationLimit: Int
  ) -> SectionBuilder<Double, Word>.Settings {
    var selection = ObservationSelection(behind: moments == .none ? [] : nil)
    selection.behindSlices = moments == .slice && observedPlaces == nil
    selection.atEnd =
      (moments == .none || !turns.isMultiple(of: everyTurns)) && observedPlaces == nil
    if let observedPlaces { selection.places = observedPlaces }
    selection.inLastTurnOnly = observesLastTurnOnly
    selection.everyTurns = everyTurns
    var settings = SectionBuilder<Double, Word>.Settings(selecting: selection)
    settings.observationLimit = observationLimit
    settings.mergesLinearElements = mergesLinearElements
    settings.observedKicks = observedKicks
    return settings
  }
}

extension ParticleLoss: Packable {}

extension Communicator {
  /// The losses of all processes, in the order of their ranks, in the first one; none in the others.
  func gather(losses: [ParticleLoss]) throws -> [ParticleLoss] {
    size == 1 ? losses : try gather(values: losses).flatMap(\.self)
  }
}

/// Observes nothing.
private struct NoObserver: TrackingObserver {
  mutating func record(_ observation: Observation, _ moments: Moments) {}
  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) {}
}
