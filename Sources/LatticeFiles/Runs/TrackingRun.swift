import AutoDiff
import BeamDynamics
import Communication
import DataFiles
import Documents
import Synchronization

/// A run of a run file: makes the beam, tracks it, writes the files.
public struct TrackingRun: Sendable {
  /// The run file.
  public let file: RunFile
  /// The folder of the results.
  public var directory: String
  /// The threads, and the processes that share the particles. All processes make the same run; the first writes the
  /// files.
  public var workers: Workers
  /// If given, a checkpoint is written after every so many turns, and at the end: `checkpoint.npz` in the
  /// folder of the results, and a folder `checkpoint` beside it.
  public var checkpointTurns: Int?
  /// The checkpoint of an earlier run from which this one goes on; there is one at the end then, too.
  public var restart: String?
  /// Receives the fraction of tracking that is done, from any thread.
  public var progress: (@Sendable (Double) -> Void)?

  /// The result of a run.
  public struct Summary: Sendable {
    /// What was tracked.
    public var method: RunFile.Method
    /// The beam at the start.
    public var first: BeamStatistics
    /// The beam at the end.
    public var last: BeamStatistics
    /// The reference particle at the start and at the end.
    public var reference: (first: ReferenceParticle<Double>, last: ReferenceParticle<Double>)
    /// The number of macro-particles; 0 for an envelope.
    public var particles: Int
    /// The lost particles, in the order of place, then of the particle's number; of several processes in the
    /// first.
    public var losses: [ParticleLoss]
    /// The columns of the beam file that are not used.
    public var ignoredColumns: [String]
    /// The computing time of each phase [s], in the order of the run.
    public var seconds: [(phase: String, seconds: Double)]
    /// The result files, without the record of the run itself; of several processes in the first.
    public var files: [ResultFile]
    /// Warnings, such as those of collective effects.
    public var remarks: [String] = []
  }

  /// Results go where the file says, unless ``directory`` is changed.
  public init(_ file: RunFile, workers: Workers = .all) {
    self.file = file
    self.workers = workers
    directory = file.resultsDirectory
  }

  /// Runs, and leaves the result files behind.
  ///
  /// - Throws: `DataFileError` for a beam file that cannot be read or a result that cannot be
  ///   written, `Interruption` if the workers were stopped, `InvalidInput` for a run that cannot have
  ///   checkpoints or go on from the one given, `InvalidRamp`.
  public func callAsFunction() throws -> Summary {
    try checkCheckpoints()
    return switch (file.tracking.method, file.tracking.precision) {
    case (.particles, .double): try run(in: Double.self)
    case (.particles, .float): try run(in: Float.self)
    case (.envelope, _), (.reference, _): try runEnvelope()
    }
  }

  private func run<Word: ParticleWord>(in word: Word.Type) throws -> Summary {
    var timer = PhaseTimer()
    let (bunch, ignoredColumns): (Bunch<Word>, [String]) = try timer.time("beam") {
      try file.beam.makeBunch(workers: workers)
    }
    let start = bunch.reference
    let checkpoints = try openCheckpoints(bunch)
    // Of a run that goes on, the beam at its start is known here alone.
    let first = try checkpoints?.state.map { _ in try statistics(of: bunch) }
    // No other reference may remain, or the bunch would be copied when it is moved. (A closure, such as the right side
    // of ??, would keep one.)
    var state: TrackingState<Word>
    if let saved = checkpoints?.state {
      state = saved
    } else {
      state = TrackingState(consume bunch)
    }
    var options = file.trackingOptions
    options.effects = try file.tracking.makeEffects()
    let kickSeconds = Mutex<[(part: String, seconds: Double)]>([])
    options.effectReport = { parts in kickSeconds.withLock { $0 = parts } }
    let remarks = Mutex<[String]>([])
    options.effectRemarks = { sentences in remarks.withLock { $0 = sentences } }
    options.stateTurns = checkpoints.map { _ in checkpointTurns ?? .max }
    var tracker = Tracker(file.beamline, options: options, workers: workers)
    tracker.progress = progress
    var results = try ResultFiles(
      directory: directory, file.output, file.beamline, turns: file.tracking.turns,
      workers: workers, checkpoints: checkpoints?.files)
    try timer.time("tracking") { try tracker.resume(&state, observer: &results) }
    timer.add(kickSeconds.withLock { $0 }, of: "space charge")
    try timer.time("writing") { try results.finish(state.bunch, state.losses, file.beamline) }

    let last = try results.last ?? statistics(of: state.bunch)
    let summary = Summary(
      method: .particles, first: first ?? results.first ?? last, last: last,
      reference: (start, state.bunch.reference), particles: state.bunch.share.total,
      losses: state.losses, ignoredColumns: ignoredColumns, seconds: timer.seconds,
      files: results.files,
      remarks: remarks.withLock { $0 })
    try commit(&results, summary)
    return summary
  }

  /// Puts the results in their places, and the record of the run beside them.
  func commit(_ results: inout ResultFiles, _ summary: Summary) throws {
    try results.commit()
    try workers.communicator.together(failing: DataFileError.self) {
      guard workers.communicator.isFirst else { return }
      try AtomicFile.write(to: directory + "/run.json") { writer in
        try writer.append(RunRecord(self, summary).text)
      }
    }
    try results.commitCheckpoint()
  }
}

extension RunFile {
  /// What the run file asks of the tracking engine, apart from collective kicks.
  public var trackingOptions: TrackingOptions {
    var options = TrackingOptions()
    options.turns = tracking.turns
    options.slices = tracking.slices
    options.moments = output.moments
    options.everyTurns = output.everyTurns
    options.ramps = tracking.ramps.flatMap(\.ramps)
    options.observedKicks = Set(output.meshPlaces)
    return options
  }

  /// The beam as particles of the precision `Word`.
  ///
  /// - Throws: `DataFileError` for a beam file that cannot be read, `Interruption` if the workers
  ///   were stopped.
  public func makeBunch<Word: ParticleWord>(
    of word: Word.Type = Double.self, workers: Workers = .all
  ) throws -> Bunch<Word> {
    try beam.makeBunch(workers: workers).bunch
  }
}

extension BeamDescription {
  /// Reads the beam file, if there is one, to find its mistakes.
  ///
  /// - Throws: `DataFileError`
  public func validateFile() throws {
    _ = try readFile(workers: .all)
  }
}
