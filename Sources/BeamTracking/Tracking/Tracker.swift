import AutoDiff
import BeamMaps
import Communication

/// Where the moments of the beam are taken.
public enum MomentsPlaces: String, Sendable, CaseIterable {
  /// At the start and after each element.
  case element
  /// At the start and after each slice.
  case slice
  /// At the start and at the end only.
  case none
}

/// A place where the beam is looked at, and the reference particle there.
public struct Observation: Sendable {
  /// The name of the place: "start", or that of the element just passed.
  public let name: String
  /// The place after which it is; nil at the start.
  public let place: Int?
  /// From 1.
  public let turn: Int
  public let reference: ReferenceParticle<Double>

  package init(name: String, place: Int?, turn: Int, reference: ReferenceParticle<Double>) {
    self.name = name
    self.place = place
    self.turn = turn
    self.reference = reference
  }
}

/// What a tracking run does besides moving particles.
public struct TrackingOptions: Sendable {
  /// How often the beamline is passed.
  public var turns = 1
  /// Slices of elements that name none.
  public var slices = 1
  /// Where moments are taken.
  public var moments = MomentsPlaces.element
  /// If given, moments are taken at the start and after these places, and not where ``moments``
  /// says.
  public var observedPlaces: Set<Int>?
  /// Whether nobody looks before the last turn.
  package var looksInLastTurnOnly = false
  /// Whether consecutive linear elements become one matrix where nobody looks in between.
  public var mergesLinearElements = true
  /// What particles do to each other, one after the other, in every slice, or only where the beamline
  /// has places for it.
  public var effects: [any CollectiveEffect] = []
  /// Places at whose kicks the observer looks in the last turn.
  public var observedKicks: Set<Int> = []
  /// Told at the end what the parts of all effects took [s].
  public var effectReport: (@Sendable ([(part: String, seconds: Double)]) -> Void)?
  /// Told at the end what should be known before trusting the effects; see ``EffectRun/remarks``.
  public var effectRemarks: (@Sendable ([String]) -> Void)?

  public init() {}
}

/// What a tracking run reports while it goes on.
public protocol TrackingObserver {
  /// The beam at one place; called in the order of the places.
  mutating func record(_ observation: Observation, _ moments: Moments) throws
  /// All particles, at a monitor: `occurrence` counts the passages of this monitor in one turn,
  /// from 1.
  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int) throws
  /// All particles in the frame of a collective effect, just before it, at one of
  /// ``TrackingOptions/observedKicks``.
  mutating func record<Word: ParticleWord>(
    _ particles: ParticleBlocks<Word>, before effect: any EffectRun,
    _ slice: EffectSlice<Double>) throws
}

extension TrackingObserver {
  /// Looks away.
  public mutating func record<Word: ParticleWord>(
    _ particles: ParticleBlocks<Word>, before effect: any EffectRun,
    _ slice: EffectSlice<Double>
  ) throws {}
}

/// Tracks bunches through a beamline.
///
/// Between two places where particles must wait for each other, a tile of particles passes all
/// elements before the next tile starts, so that memory is read once whatever the number of
/// elements. Tiles are shared out over threads; what is summed over them is summed in one fixed
/// tree, so that the result's bits do not depend on the threads.
public struct Tracker: Sendable {
  public let beamline: Beamline
  public var options: TrackingOptions
  public var workers: Workers
  /// Told the fraction of the run that is done, from any thread.
  public var progress: (@Sendable (Double) -> Void)?

  public init(_ beamline: Beamline, options: TrackingOptions = .init(), workers: Workers = .all) {
    self.beamline = beamline
    self.options = options
    self.workers = workers
  }

  /// Takes `bunch` through the beamline.
  ///
  /// - Returns: The particles that were lost on the way, in the order of place, then of number.
  /// - Throws: ``Interruption`` if the workers were stopped, ``StoppedBeam`` if an element took all of
  ///   the reference particle's energy, with the bunch somewhere on its way; what the observer
  ///   throws.
  @discardableResult
  public func track<Word: ParticleWord, Observer: TrackingObserver>(
    _ bunch: inout Bunch<Word>, observer: inout Observer
  ) throws -> [ParticleLoss] {
    let beamline = beamline.choosingSteps(
      from: bunch.reference, slices: options.slices, effects: options.effects)
    let line = VariedBeamline<Double>(beamline)
    let varied = VariedEffects<Double>(options.effects, along: line)
    let itinerary = Itinerary(
      beamline, turns: options.turns, slices: options.slices,
      effects: varied.itineraries(along: line))
    // Each chunk of tiles yields one set of moments for each observation point: together they stay small.
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
            // Where nothing has happened since, as at a marker, the moments are those of the last
            // look.
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
        let run = effects[call.number]
        losses += try bunch.withBlocks { particles in
          if section.observesEffect {
            try observer.record(particles, before: run, call.slice)
          }
          let lost = try call.act(run, on: particles)
          for loss in lost where itinerary.frames[call.number] == .fixedTime {
            particles.leaveFixedTime(loss.particle, call.slice.reference)
          }
          return lost
        }
      }
      if let place = section.monitor {
        let key = section.turn * beamline.elements.count + beamline.order[place]
        occurrences[key, default: 0] += 1
        try observer.record(
          bunch, atMonitor: beamline[place: place].name, occurrence: occurrences[key] ?? 1,
          turn: section.turn)
      }
    }
    bunch.reference = builder.reference
    if !effects.isEmpty {
      options.effectReport?(effects.flatMap(\.seconds))
      options.effectRemarks?(effects.flatMap(\.remarks))
    }
    return losses
  }

  /// Takes `bunch` through the beamline without looking at it on the way.
  @discardableResult
  public func track<Word: ParticleWord>(_ bunch: inout Bunch<Word>) throws -> [ParticleLoss] {
    var silent = self
    silent.options.moments = .none
    var nobody = NoObserver()
    return try silent.track(&bunch, observer: &nobody)
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
    selection.inLastTurnOnly = looksInLastTurnOnly
    var settings = SectionBuilder<Double, Word>.Settings(selecting: selection)
    settings.observationLimit = observationLimit
    settings.mergesLinearElements = mergesLinearElements
    settings.observedKicks = observedKicks
    return settings
  }
}

/// Looks at nothing.
private struct NoObserver: TrackingObserver {
  mutating func record(_ observation: Observation, _ moments: Moments) {}
  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) {}
}
