import BeamDynamics
import Communication
import DataFiles
import Documents

extension TrackingRun {
  /// The growing files of a run with checkpoints, and the state to go on from; nil at the start.
  struct OpenCheckpoints<Word: ParticleWord> {
    let files: RunCheckpoints
    let state: TrackingState<Word>?
  }

  private var hasCheckpoints: Bool { checkpointTurns != nil || restart != nil }

  /// - Throws: `InvalidInput` for a run that cannot have checkpoints.
  func checkCheckpoints() throws(InvalidInput) {
    if !hasCheckpoints { return }
    func refuse(_ reason: String) throws(InvalidInput) {
      throw InvalidInput(file: file.path, "the run cannot have checkpoints: " + reason)
    }
    if file.tracking.method != .particles {
      try refuse(
        "they are those of particles; the method \(quoted(file.tracking.method.rawValue)) takes "
          + "seconds")
    }
    if file.tracking.turns == 1 {
      try refuse(
        "they are made between turns, and the run has a single one; give it more \"turns\"")
    }
    if let checkpointTurns, checkpointTurns < 1 {
      try refuse("expected a number of turns of at least 1, found \(checkpointTurns)")
    }
  }

  /// Opens the files of a run with checkpoints; nil for one without. Nothing is changed on the disk
  /// before the checkpoint to go on from is known to be one of this run.
  ///
  /// - Parameter bunch: The particles at the start.
  func openCheckpoints<Word: ParticleWord>(
    _ bunch: Bunch<Word>
  ) throws -> OpenCheckpoints<Word>? {
    if !hasCheckpoints { return nil }
    let communicator = workers.communicator
    let fingerprint = try RunFingerprint(self, startingWith: bunch)
    guard let restart else {
      let files = try communicator.together(failing: DataFileError.self) {
        try RunCheckpoints(directory: directory, fingerprint, communicator)
      }
      return OpenCheckpoints(files: files, state: nil)
    }
    let stored = try StoredRun<Word>(
      restart, of: fingerprint, bunch.reference.species, turns: file.tracking.turns,
      communicator)
    if stored.state.turn == file.tracking.turns && !file.output.meshPlaces.isEmpty {
      throw InvalidInput(
        file: restart,
        "the mesh of space charge is that of the last turn, which is over; give the run more "
          + "\"turns\", or no \"mesh\"")
    }
    let files = try communicator.together(failing: DataFileError.self) {
      try RunCheckpoints(directory: directory, continuing: stored, communicator)
    }
    return OpenCheckpoints(files: files, state: stored.state)
  }

  /// The statistics of a bunch as it is.
  func statistics<Word: ParticleWord>(of bunch: Bunch<Word>) throws -> BeamStatistics {
    var copy = bunch
    let nowhere = Tracker(Beamline([BeamlineElement]()), workers: workers)
    return try nowhere.record(&copy).start?.statistics
      ?? BeamStatistics(Moments(), reference: bunch.reference)
  }
}
