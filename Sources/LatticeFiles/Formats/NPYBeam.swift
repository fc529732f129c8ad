import BeamDynamics
import Communication
import DataFiles

/// One NumPy array, a row for each particle.
public enum NPYBeam: BeamFormat {
  public static let name = "npy"
  public static let endings = [".npy"]
  public static let summary =
    "A NumPy array of shape (particles, 6 to 9): x, px, y, py, t, pt, weight, alive, turn."
  public static let canWrite = true

  public static func read(_ path: String) throws(DataFileError) -> ParticleTable {
    try read(path, SingleProcess())
  }

  public static func readShare(_ path: String, workers: Workers) throws -> ParticleTable {
    try read(path, workers.communicator)
  }

  private static func read(
    _ path: String, _ communicator: any Communicator
  ) throws(DataFileError) -> ParticleTable {
    // Rows of particles go straight into columns; other arrays are read whole, and refused.
    if let rows = try? NPYRows(path: path), rows.shape.count == 2 {
      return try ParticleTable(rows, path, BunchShare(of: rows.rowCount, in: communicator))
    }
    return try ParticleTable(NPYFile.read(path), path).shared(in: communicator)
  }

  public static func writer(to path: String, hasTurns: Bool) throws -> (any ParticleWriter)? {
    try Writer(path: path, hasTurns: hasTurns)
  }

  private struct Writer: ParticleWriter {
    let file: FileWriter
    let hasTurns: Bool
    private var array: NPYRowStream

    init(path: String, hasTurns: Bool) throws {
      file = try FileWriter(path: path)
      self.hasTurns = hasTurns
      array = try NPYRowStream(file, rowShape: [hasTurns ? 9 : 8])
    }

    mutating func append(_ rows: ParticleRows) throws {
      let width = hasTurns ? 9 : 8
      let count = width * rows.count
      let values = [Double](unsafeUninitializedCapacity: count) { values, initialized in
        for i in 0..<rows.count {
          let row = width * i
          for j in 0..<6 { values[row + j] = rows.coordinates[6 * i + j] }
          values[row + 6] = rows.weights[i]
          values[row + 7] = rows.alive[i] ? 1 : 0
          if hasTurns { values[row + 8] = Double(rows.turn) }
        }
        initialized = count
      }
      try array.append(values)
    }

    mutating func complete() throws { try array.end() }
  }
}
