import BeamDynamics
import Communication
import DataFiles

/// A table of particles with named columns, one line for each.
public enum CSVBeam: BeamFormat {
  public static let name = "csv"
  public static let endings = [".csv", ".txt", ".dat"]
  public static let summary =
    "A table with the columns x, px, y, py, t, pt, and weight and alive where there are such."
  public static let canWrite = true

  public static func read(_ path: String) throws(DataFileError) -> ParticleTable {
    try read(path, workers: .one)
  }

  public static func read(
    _ path: String, workers: Workers
  ) throws(DataFileError) -> ParticleTable {
    let table = try CSVFile.read(
      path, columns: { ParticleTable.columns.contains($0) }, workers: workers)
    return try ParticleTable(path, table.columns, firstLine: table.firstRowLine) {
      (name) throws(DataFileError) in table.values(of: name)
    }
  }

  public static func readShare(_ path: String, workers: Workers) throws -> ParticleTable {
    func share(_ total: Int, _ rank: Int) -> BunchShare {
      BunchShare(of: total, in: workers.communicator, rank: rank)
    }
    let (table, total) = try CSVFile.read(
      path, columns: { ParticleTable.columns.contains($0) }, workers: workers,
      share: { share($0, $1).numbers })
    return try ParticleTable(
      path, table.columns, firstLine: table.firstRowLine,
      share: share(total, workers.communicator.rank)
    ) { (name) throws(DataFileError) in table.values(of: name) }
  }

  public static func writer(to path: String, hasTurns: Bool) throws -> (any ParticleWriter)? {
    try writer(to: path, hasTurns: hasTurns, workers: .one)
  }

  public static func writer(
    to path: String, hasTurns: Bool, workers: Workers
  ) throws -> (any ParticleWriter)? {
    try Writer(path: path, hasTurns: hasTurns, workers: workers)
  }

  private struct Writer: ParticleWriter {
    let file: FileWriter
    private var table: CSVWriter
    private let hasTurns: Bool
    private let workers: Workers

    init(path: String, hasTurns: Bool, workers: Workers) throws {
      file = try FileWriter(path: path)
      self.hasTurns = hasTurns
      self.workers = workers
      table = try CSVWriter(
        file, columns: ["id"] + ParticleTable.columns + (hasTurns ? ["turn"] : []))
    }

    mutating func append(_ rows: ParticleRows) throws {
      let hasTurns = hasTurns
      try table.append(rows: rows.count, workers: workers) { i, row in
        row.field(rows.first + i)
        for j in 0..<6 { row.field(rows.coordinates[6 * i + j]) }
        row.field(rows.weights[i])
        row.field(rows.alive[i] ? 1 : 0)
        if hasTurns { row.field(rows.turn) }
      }
    }

    mutating func complete() {}
  }
}
