import BeamDynamics
import DataFiles

/// One NumPy array, a row for each particle.
public enum NPYBeam: BeamFormat {
  public static let name = "npy"
  public static let endings = [".npy"]
  public static let summary =
    "A NumPy array of shape (particles, 6 to 9): x, px, y, py, t, pt, weight, alive, turn."
  public static let canWrite = true

  public static func read(_ path: String) throws(DataFileError) -> ParticleTable {
    try ParticleTable(NPYFile.read(path), path)
  }

  public static func writer(to path: String, hasTurns: Bool) throws -> (any ParticleWriter)? {
    Writer(file: try FileWriter(path: path), hasTurns: hasTurns)
  }

  private struct Writer: ParticleWriter {
    let file: FileWriter
    let hasTurns: Bool
    private var values: [Double] = []
    private var rowCount = 0

    init(file: FileWriter, hasTurns: Bool) {
      self.file = file
      self.hasTurns = hasTurns
    }

    mutating func append(_ rows: ParticleRows) {
      for i in 0..<rows.count {
        for j in 0..<6 { values.append(rows.coordinates[6 * i + j]) }
        values.append(rows.weights[i])
        values.append(rows.alive[i] ? 1 : 0)
        if hasTurns { values.append(Double(rows.turn)) }
      }
      rowCount += rows.count
    }

    /// The array says its length first.
    mutating func complete() throws {
      let array = NPYFile(shape: [rowCount, hasTurns ? 9 : 8], values: values)
      try array.write(to: file, as: .float64)
      values = []
    }
  }
}
