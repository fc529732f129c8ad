import AutoDiff
import Communication

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
  /// Whether consecutive linear elements become one matrix where nobody looks in between.
  public var mergesLinearElements = true
  /// A kick that particles give each other in every slice, or only where the beamline has places for
  /// it.
  public var collectiveKick: (any CollectiveKick)?
  /// Places at whose kicks the observer looks in the last turn.
  public var observedKicks: Set<Int> = []
  /// Told at the end what the parts of all kicks took [s].
  public var kickReport: (@Sendable ([(part: String, seconds: Double)]) -> Void)?
  /// Told at the end what should be known before trusting the kicks; see
  /// ``CollectiveKickRun/remarks``.
  public var kickRemarks: (@Sendable ([String]) -> Void)?

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
  /// All particles in the frame of a collective kick, just before it, at one of
  /// ``TrackingOptions/observedKicks``.
  mutating func record<Word: ParticleWord>(
    _ particles: ParticleBlocks<Word>, before kick: any CollectiveKickRun,
    _ inputs: KickInputs<Double>, at place: KickPlace) throws
}

extension TrackingObserver {
  /// Looks away.
  public mutating func record<Word: ParticleWord>(
    _ particles: ParticleBlocks<Word>, before kick: any CollectiveKickRun,
    _ inputs: KickInputs<Double>, at place: KickPlace
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
    // A tile yields one set of moments for each observation. Tiles are gathered into at most 256
    // chunks, aligned powers of two, and the observations of one segment are limited, so that all
    // of these together stay small.
    var chunkSize = 1
    while bunch.tileCount > 256 * chunkSize { chunkSize *= 2 }
    let chunkCount = (bunch.tileCount + chunkSize - 1) / chunkSize
    var program = TrackingProgram<Word>(
      beamline, options, from: bunch.reference,
      observationLimit: 65_536 / max(chunkCount, 1))
    var losses: [ParticleLoss] = []
    var occurrences: [Int: Int] = [:]
    var fractionBefore = 0.0

    let kick = options.collectiveKick?.begin(workers)
    while let segment = try program.nextSegment() {
      let span = segment.fractionDone - fractionBefore
      let results = try pass(
        segment, &bunch, chunkSize: chunkSize, from: fractionBefore, span: span)
      fractionBefore = segment.fractionDone
      bunch.reference = program.reference
      try report(segment, results, to: &observer)
      losses += results.flatMap(\.losses).sorted {
        ($0.place, $0.particle) < ($1.place, $1.particle)
      }
      if let kick, let inputs = segment.kick {
        try bunch.withBlocks { particles in
          if let place = segment.kickPlace {
            try observer.record(particles, before: kick, inputs, at: place)
          }
          try Word.apply(kick, to: particles, inputs)
        }
      }
      if let place = segment.monitor {
        let key = segment.turn * beamline.elements.count + beamline.order[place]
        occurrences[key, default: 0] += 1
        try observer.record(
          bunch, atMonitor: beamline[place: place].name, occurrence: occurrences[key] ?? 1,
          turn: segment.turn)
      }
    }
    bunch.reference = program.reference
    if let kick {
      options.kickReport?(kick.seconds)
      options.kickRemarks?(kick.remarks)
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

  private struct ChunkResult: Sendable {
    var moments: [Moments] = []
    var losses: [ParticleLoss] = []
  }

  private func report<Word: ParticleWord, Observer: TrackingObserver>(
    _ segment: TrackingSegment<Word>, _ results: [ChunkResult], to observer: inout Observer
  ) throws {
    guard Observer.self != NoObserver.self else { return }
    var sum = TreeSum<[Moments]>()
    for result in results { sum.append(result.moments) }
    let total = sum.total ?? segment.observations.map { _ in Moments() }
    for (observation, moments) in zip(segment.observations, total) {
      try observer.record(observation, moments)
    }
  }

  private func pass<Word: ParticleWord>(
    _ segment: TrackingSegment<Word>, _ bunch: inout Bunch<Word>, chunkSize: Int,
    from fraction: Double, span: Double
  ) throws -> [ChunkResult] {
    let count = bunch.count
    let tileCount = bunch.tileCount
    let chunkCount = (tileCount + chunkSize - 1) / chunkSize
    let hasUniformWeights = bunch.hasUniformWeights
    return try bunch.storage.withUnsafeMutableBufferPointer { storage in
      guard let base = storage.baseAddress else { return [] }
      nonisolated(unsafe) let words = base
      let done = ProgressCounter(total: chunkCount, from: fraction, span: span, progress)
      return try workers.map(chunkCount) { chunk in
        let tiles = chunk * chunkSize..<min((chunk + 1) * chunkSize, tileCount)
        var moments = TreeSum<[Moments]>()
        var result = ChunkResult()
        let watch = OverflowWatch<Word>()
        for number in tiles {
          let first = number * Tile<Word>.capacity
          var tile = Tile(
            base: words + number * Tile<Word>.wordCount,
            count: min(Tile<Word>.capacity, count - first), firstParticle: first)
          tile.turn = segment.turn
          (tile.passage, tile.place, tile.s) = segment.start
          moments.append(Self.pass(segment, &tile, watch, hasUniformWeights: hasUniformWeights))
          result.losses += tile.losses
        }
        result.moments = moments.total ?? []
        done.advance()
        return result
      }
    }
  }

  /// Takes one tile through all steps.
  ///
  /// - Returns: The tile's moments at each observation.
  private static func pass<Word: ParticleWord>(
    _ segment: TrackingSegment<Word>, _ tile: inout Tile<Word>,
    _ watch: borrowing OverflowWatch<Word>, hasUniformWeights: Bool
  ) -> [Moments] {
    watch.pass(&tile) { tile, isCareful in
      var moments: [Moments] = []
      moments.reserveCapacity(segment.observations.count)
      var hasMoved = true
      for step in segment.steps {
        if case .observe = step {
          // Where nothing has happened since, as at a marker, the moments are those of the last
          // look.
          if hasMoved || moments.isEmpty {
            moments.append(Moments(of: tile, hasUniformWeights: hasUniformWeights))
          } else {
            moments.append(moments[moments.count - 1])
          }
          hasMoved = false
          continue
        }
        hasMoved = true
        watch.step(&tile, isCareful: isCareful) { step.apply(to: &$0) }
      }
      return moments
    }
  }
}

/// Looks at nothing.
private struct NoObserver: TrackingObserver {
  mutating func record(_ observation: Observation, _ moments: Moments) {}
  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) {}
}
