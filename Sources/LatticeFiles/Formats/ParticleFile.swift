import BeamDynamics
import Communication
import DataFiles

/// A file of particles that is being written.
struct ParticleFile {
  private var writer: any ParticleWriter

  /// So many particles are handed to the writer at once.
  private static let rowCount = 64 * 1024

  /// Begins a file.
  ///
  /// - Throws: `DataFileError` if it cannot be written, or if the format is only read.
  init(
    path: String, _ format: any BeamFormat.Type, hasTurns: Bool, workers: Workers
  ) throws {
    guard let writer = try format.writer(to: path, hasTurns: hasTurns, workers: workers) else {
      throw DataFileError(path: path, "files of the format \(format.name) are only read")
    }
    self.writer = writer
  }

  var file: FileWriter { writer.file }

  /// Adds all particles of `bunch`.
  mutating func append<Word: ParticleWord>(_ bunch: Bunch<Word>, turn: Int) throws {
    for first in stride(from: 0, to: bunch.count, by: Self.rowCount) {
      let particles = first..<min(first + Self.rowCount, bunch.count)
      let rows = bunch.rows(of: particles)
      try writer.append(
        ParticleRows(
          first: first, coordinates: rows.coordinates, weights: rows.weights, alive: rows.alive,
          turn: turn))
    }
  }

  /// Writes what was kept back.
  mutating func complete() throws { try writer.complete() }

  /// Completes the file and puts it in its place.
  mutating func commit() throws {
    try complete()
    try file.commit()
  }
}
