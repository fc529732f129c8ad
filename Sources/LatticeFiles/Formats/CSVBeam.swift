import BeamDynamics
import DataFiles

/// A table of particles with named columns, one line for each.
public enum CSVBeam: BeamFormat {
  public static let name = "csv"
  public static let endings = [".csv", ".txt", ".dat"]
  public static let summary =
    "A table with the columns x, px, y, py, t, pt, and weight and alive where there are such."
  public static let canWrite = true

  public static func read(_ path: String) throws(DataFileError) -> ParticleTable {
    let table = try CSVFile.read(path, columns: { ParticleTable.columns.contains($0) })
    return try ParticleTable(path, table.columns, firstLine: table.firstRowLine) {
      (name) throws(DataFileError) in table.values(of: name)
    }
  }

  public static func writer(to path: String, hasTurns: Bool) throws -> (any ParticleWriter)? {
    try Writer(path: path, hasTurns: hasTurns)
  }

  private struct Writer: ParticleWriter {
    let file: FileWriter
    private var table: CSVWriter
    private let hasTurns: Bool

    init(path: String, hasTurns: Bool) throws {
      file = try FileWriter(path: path)
      self.hasTurns = hasTurns
      table = try CSVWriter(
        file, columns: ["id"] + ParticleTable.columns + (hasTurns ? ["turn"] : []))
    }

    mutating func append(_ rows: ParticleRows) throws {
      for i in 0..<rows.count {
        table.field(rows.first + i)
        for j in 0..<6 { table.field(rows.coordinates[6 * i + j]) }
        table.field(rows.weights[i])
        table.field(rows.alive[i] ? 1 : 0)
        if hasTurns { table.field(rows.turn) }
        try table.endRow()
      }
    }

    mutating func complete() {}
  }
}
