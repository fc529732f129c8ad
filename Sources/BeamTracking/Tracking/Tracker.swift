import AutoDiff
import BeamMaps
import Communication

/// Tracks bunches through a beamline.
///
/// Between two places where all particles must have arrived, a tile of particles passes all
/// elements before the next tile starts, so that memory is read once for any number of elements.
/// Tiles are distributed over threads. Sums over particles are made in one fixed tree, so that
/// their bits do not depend on the number of threads.
public struct Tracker: Sendable {
  /// The beamline.
  public let beamline: Beamline
  /// The options of each run.
  public var options: TrackingOptions
  /// The threads that move the tiles.
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
  /// - Returns: The particles that were lost, in the order of place, then of number.
  /// - Throws: `Interruption` if the workers were stopped; `StoppedBeam` if an element took all
  ///   of the reference particle's kinetic energy; the errors of effects and of the observer. After
  ///   an error the bunch is at some place along the beamline.
  @discardableResult
  public func track<Word: ParticleWord, Observer: TrackingObserver>(
    _ bunch: inout Bunch<Word>, observer: inout Observer
  ) throws -> [ParticleLoss] {
    let beamline = beamline.choosingSteps(
      from: bunch.reference, slices: options.slices, effects: options.effects)
    let line = VariedBeamline<Double>(beamline)
    let varied = VariedEffects<Double>(options.effects, along: line)
    let itinerary = Itinerary(
      line.beamline, turns: options.turns, slices: options.slices,
      effects: varied.itineraries(along: line))
    // Each chunk of tiles yields one set of moments for each observation point; the limit bounds
    // their total memory.
    let chunkCount = TileChunks(tileCount: bunch.tileCount).count
    var builder = SectionBuilder<Double, Word>(
      itinerary, line, varied, from: bunch.reference, charge: bunch.reference.species.charge,
      options.sectionSettings(observationLimit: max(65_536 / max(chunkCount, 1), 1)))
    var losses: [ParticleLoss] = []
    var occurrences: [Int: Int] = [:]
    var fractionBefore = 0.0
    let hasUniformWeights = bunch.hasUniformWeights

    let effects = varied.effects.map { $0.begin(workers) }
    while let section = try builder.next() {
      let (seen, lost) = try bunch.withBlocks { particles in
        try section.pass(
          particles, workers, progress: progress.map { (fractionBefore, $0) },
          observe: { tile, _, last in
            // If the particles have not moved since, as at a marker, the last moments are still
            // valid.
            last ?? Moments(of: tile, hasUniformWeights: hasUniformWeights)
          })
      }
      fractionBefore = section.fractionDone
      bunch.reference = builder.reference
      for (point, moments) in zip(
        section.points, seen ?? section.points.map { _ in Moments() })
      where Observer.self != NoObserver.self {
        try observer.record(
          Observation(
            name: point.name, place: point.place, turn: point.turn,
            reference: point.reference), moments)
      }
      losses += lost.sorted { ($0.place, $0.particle) < ($1.place, $1.particle) }
      if let call = section.effect {
        let run = effects[call.effect]
        losses += try bunch.withBlocks { particles in
          if section.observesEffect {
            try observer.record(particles, before: run, call.slice)
          }
          let lost = try call.act(run, on: particles)
          for loss in lost where itinerary.frames[call.effect] == .fixedTime {
            particles.leaveFixedTime(loss.particle, call.slice.reference)
          }
          return lost
        }
      }
      if let place = section.monitor {
        let key = section.turn * beamline.elements.count + beamline.order[place]
        occurrences[key, default: 0] += 1
        let (name, occurrence) = (beamline[place: place].name, occurrences[key] ?? 1)
        var seen = bunch
        if let reading = line.beamline[place: place].element.reading, !reading.isExact {
          seen = reading.read(
            bunch, atMonitor: name, occurrence: occurrence, turn: section.turn)
        }
        try observer.record(seen, atMonitor: name, occurrence: occurrence, turn: section.turn)
      }
    }
    bunch.reference = builder.reference
    if !effects.isEmpty {
      options.effectReport?(effects.flatMap(\.seconds))
      options.effectRemarks?(effects.flatMap(\.remarks))
    }
    return losses
  }

  /// Tracks `bunch` through the beamline without observing it, as ``track(_:observer:)`` does.
  ///
  /// - Returns: The particles that were lost, in the order of place, then of number.
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
  fileprivate func sectionSettings<Word: ParticleWord>(
    observationLimit: Int
  ) -> SectionBuilder<Double, Word>.Settings {
    var selection = ObservationSelection(behind: moments == .none ? [] : nil)
    selection.behindSlices = moments == .slice && observedPlaces == nil
    selection.atEnd = moments == .none && observedPlaces == nil
    if let observedPlaces { selection.places = observedPlaces }
    selection.inLastTurnOnly = observesLastTurnOnly
    var settings = SectionBuilder<Double, Word>.Settings(selecting: selection)
    settings.observationLimit = observationLimit
    settings.mergesLinearElements = mergesLinearElements
    settings.observedKicks = observedKicks
    return settings
  }
}

/// Observes nothing.
private struct NoObserver: TrackingObserver {
  mutating func record(_ observation: Observation, _ moments: Moments) {}
  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) {}
}
