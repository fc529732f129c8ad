import BeamDynamics
import DataFiles

/// A file of particles that is being written.
struct ParticleFile {
  let writer: FileWriter
  private var table: CSVWriter?
  private let hasTurns: Bool
  private var rows: [Double] = []
  private var rowCount = 0

  private static let columns = ["id"] + PhaseSpace<Double>.names + ["weight", "alive"]

  init(path: String, _ format: RunFile.ParticleFormat, hasTurns: Bool) throws {
    writer = try FileWriter(path: path)
    self.hasTurns = hasTurns
    if format == .csv {
      table = try CSVWriter(writer, columns: Self.columns + (hasTurns ? ["turn"] : []))
    }
  }

  /// Adds all particles of `bunch`.
  mutating func append<Word: ParticleWord>(_ bunch: Bunch<Word>, turn: Int) throws {
    for i in 0..<bunch.count {
      let z = bunch[i]
      if table != nil {
        table?.field(i)
        for j in 0..<6 { table?.field(z[j]) }
        table?.field(bunch.weight(of: i))
        table?.field(bunch.isAlive(i) ? 1 : 0)
        if hasTurns { table?.field(turn) }
        try table?.endRow()
      } else {
        for j in 0..<6 { rows.append(z[j]) }
        rows.append(bunch.weight(of: i))
        rows.append(bunch.isAlive(i) ? 1 : 0)
        if hasTurns { rows.append(Double(turn)) }
        rowCount += 1
      }
    }
  }

  /// Writes what was kept back; a NumPy file says its length first.
  mutating func complete() throws {
    guard table == nil else { return }
    let array = NPYFile(shape: [rowCount, hasTurns ? 9 : 8], values: rows)
    try array.write(to: writer, as: .float64)
    rows = []
  }

  mutating func commit() throws {
    try complete()
    try writer.commit()
  }
}
