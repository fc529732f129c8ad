import AutoDiff
import BeamDynamics
import Communication
import DataFiles
import LinearAlgebra

extension TrackingRun {
  /// Tracks the envelope, or the reference particle alone.
  func runEnvelope() throws -> Summary {
    let method = file.tracking.method
    var timer = PhaseTimer()
    let (start, ignoredColumns) = try timer.time("beam") {
      try file.beam.envelope(for: method, workers: workers)
    }
    var results = try ResultFiles(
      directory: directory, file.output, file.beamline, turns: file.tracking.turns, method: method,
      workers: workers)
    var sweep = EnvelopeSweep(file.beamline, options: file.envelopeOptions, start: start.envelope)
    try timer.time("tracking") {
      try sweep.run { place in
        if workers.shouldStop() { throw Interruption() }
        let statistics =
          method == .reference
          ? BeamStatistics(Moments(), reference: place.reference)
          : BeamStatistics(
            mean: place.mean, covariance: place.covariance, charge: start.charge,
            reference: place.reference)
        try results.record(place.observation, statistics)
      }
    }
    let first = start.envelope.reference
    let empty = BeamStatistics(Moments(), reference: first)
    let summary = Summary(
      method: method, first: results.first ?? empty, last: results.last ?? empty,
      reference: (first, results.lastReference ?? first), particles: 0, losses: [],
      ignoredColumns: ignoredColumns, seconds: timer.seconds, files: results.files)
    try commit(&results, summary)
    progress?(1)
    return summary
  }
}

extension RunFile {
  /// What the run file asks of envelopes.
  public var envelopeOptions: EnvelopeOptions {
    var options = EnvelopeOptions()
    options.turns = tracking.turns
    options.slices = tracking.slices
    options.moments = output.moments
    options.spaceCharge = tracking.spaceCharge
    options.effects = tracking.effects
    options.tracksEnvelope = tracking.method != .reference
    return options
  }

  /// The envelope at the start.
  ///
  /// - Throws: `DataFileError` for a beam file that cannot be read, `Interruption` if the workers
  ///   were stopped.
  public func makeEnvelope(workers: Workers = .all) throws -> EnvelopeStart<Double> {
    try beam.envelope(for: tracking.method, workers: workers).start.envelope
  }
}

extension BeamDescription {
  /// The envelope, the charge of the bunch [C] with its sign if there is a bunch, and the columns of
  /// a file that were passed over.
  func envelope(
    for method: RunFile.Method, workers: Workers
  ) throws -> (start: (envelope: EnvelopeStart<Double>, charge: Double?), ignoredColumns: [String])
  {
    if method == .reference, case .file = source {
      return ((EnvelopeStart(reference: reference, covariance: .zero), nil), [])
    }
    let (beam, ignoredColumns) = try read(workers: workers)
    guard let (mean, covariance, charge) = try beam.moments(workers: workers) else {
      guard case .file(let path, _) = source else { preconditionFailure("a drawn beam is one") }
      throw DataFileError(path: path, "holds no living particles that have a weight")
    }
    let start = EnvelopeStart(
      reference: reference, mean: mean, covariance: covariance,
      intensity: current ?? charge.magnitude)
    return ((start, current == nil ? charge : nil), ignoredColumns)
  }
}
