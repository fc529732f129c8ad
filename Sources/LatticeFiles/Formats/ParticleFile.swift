import BeamDynamics
import Communication
import DataFiles

/// A file of particles that is being written: by the first process, those of all.
///
/// The other processes send rows of numbers, some ten thousand at a time, and the first process makes the file of
/// them, on its threads. In this way there is one place for any format. Numbers take a third of the bytes of their
/// digits, and to make the digits where the particles are would not save time: pieces are taken one after the other, so
/// that one process at a time would make them.
struct ParticleFile {
  /// nil in processes that only send.
  private var writer: (any ParticleWriter)?
  private let communicator: any Communicator

  /// So many particles are sent and handed to the writer at once.
  static let rowCount = 64 * 1024

  /// Begins a file; all processes call it.
  ///
  /// - Throws: `DataFileError` if it cannot be written, or if the format is only read.
  init(
    path: String, _ format: any BeamFormat.Type, hasTurns: Bool, workers: Workers
  ) throws {
    let communicator = workers.communicator
    self.communicator = communicator
    writer = try communicator.together(failing: DataFileError.self) {
      guard communicator.isFirst else { return nil }
      guard
        let writer = try format.writer(to: path, hasTurns: hasTurns, workers: workers.alone)
      else {
        throw DataFileError(path: path, "files of the format \(format.name) are only read")
      }
      return writer
    }
  }

  /// The file; nil in processes that only send.
  var file: FileWriter? { writer?.file }

  /// Adds all particles of `bunch`, of which each process has its share.
  ///
  /// - Throws: `DataFileError` if the file cannot be written, in all processes.
  mutating func append<Word: ParticleWord>(_ bunch: Bunch<Word>, turn: Int) throws {
    let pieces = (bunch.count + Self.rowCount - 1) / Self.rowCount
    try communicator.together(failing: DataFileError.self) {
      try communicator.collect(values: pieces) { piece in
        let first = piece * Self.rowCount
        return bunch.fileRows(first..<min(first + Self.rowCount, bunch.count), turn: turn)
      } take: { rows in
        try append(rows)
      }
    }
  }

  /// Adds some particles; the first process alone calls it.
  mutating func append(_ rows: ParticleRows) throws { try writer?.append(rows) }

  /// Writes what was kept back.
  mutating func complete() throws { try writer?.complete() }

  /// Completes the file and puts it in its place.
  ///
  /// - Throws: `DataFileError` if it cannot be written, in all processes.
  mutating func commit() throws {
    try communicator.together(failing: DataFileError.self) {
      try complete()
      try file?.commit()
    }
  }
}

extension Bunch {
  /// Some of the particles of this process, as they are written to files.
  func fileRows(_ particles: Range<Int>, turn: Int) -> ParticleRows {
    let rows = rows(of: particles)
    return ParticleRows(
      first: share.first + particles.lowerBound, coordinates: rows.coordinates,
      weights: rows.weights, alive: rows.alive, turn: turn)
  }
}
