import BeamDynamics
import Communication
import DataFiles
import Documents
import Sensitivity
import Synchronization

/// The scan of a run file: many settings at once, one table.
///
/// What is finished is in `scan.part` while it runs. A scan that was interrupted or killed goes on
/// from there, and leaves the same table as one that was not.
///
/// Several processes share the settings: of those that are left to do, each computes every n-th by itself.
public struct ScanRun: Sendable {
  /// The run file.
  public let file: RunFile
  /// The folder of the results.
  public var directory: String
  /// The threads and processes.
  public var workers: Workers
  /// Receives the fraction of the settings left to do that is done, from any thread.
  public var progress: (@Sendable (Double) -> Void)?

  /// The result of a scan.
  public struct Summary: Sendable {
    /// The number of settings.
    public var settings: Int
    /// How many of them an earlier, interrupted run had finished.
    public var continued: Int
    /// The settings without a result, and why.
    public var failures: [(number: Int, reason: String)]
    /// For some columns of the table, how the settings with a result are distributed.
    public var columns: [ScanColumn]
    /// The computing time [s].
    public var seconds: Double
  }

  /// A scan that writes where the file says, unless ``directory`` is changed.
  public init(_ file: RunFile, workers: Workers = .all) {
    self.file = file
    self.workers = workers
    directory = file.resultsDirectory
  }

  /// Runs, and leaves `scan.csv`, `scan.npz` and `run.json` behind.
  ///
  /// - Throws: `InvalidInput` for a run file without a scan, `DataFileError`, `SpaceChargeError`,
  ///   `Interruption`; what the communicator of the workers throws.
  public func callAsFunction() throws -> Summary {
    let processes = workers.communicator
    guard let scan = try file.makeScan(workers: workers.alone), let description = file.scan else {
      throw InvalidInput(file: file.path, "the run file has no \"scan\"")
    }
    let clock = ContinuousClock()
    let start = clock.now
    let table = ScanTable(description, gradient: file.variables?.names ?? [])
    try Folders.make(directory)
    let journal = try ScanJournal(in: directory, header: try header(of: table), processes)
    let lines = Mutex(
      [ArraySlice<UInt8>?](repeating: nil, count: scan.settings.count))
    for line in journal.finished {
      guard let number = table.number(ofLine: line), scan.settings.indices.contains(number)
      else { continue }
      lines.withLock { $0[number] = line }
    }
    let missing = lines.withLock { lines in lines.indices.filter { lines[$0] == nil } }
    // Neighbours often take the same time: they go to different processes.
    let own = stride(from: processes.rank, to: missing.count, by: processes.size).map {
      missing[$0]
    }
    let done = Atomic<Int>(0)
    try scan(own, workers: workers.alone) { result in
      let line = table.line(result)
      try journal.append(line)
      lines.withLock { $0[result.number] = line[...] }
      let count = done.wrappingAdd(1, ordering: .relaxed).newValue
      progress?(Double(count) / Double(own.count))
    }
    let computed = lines.withLock { lines in own.compactMap { lines[$0].map(Array.init) } }
    for (rank, others) in try processes.allGather(values: computed).enumerated() {
      for (i, line) in others.enumerated() {
        lines.withLock { $0[missing[rank + i * processes.size]] = line[...] }
      }
    }
    let rows = lines.withLock { $0.compactMap(\.self) }
    let columns = try write(rows, table)
    let seconds = (clock.now - start) / .seconds(1)
    if processes.isFirst {
      try AtomicFile.write(to: directory + "/run.json") { writer in
        try writer.append(RunRecord(TrackingRun(file, workers: workers)).text)
      }
    }
    // Until the table is in its place.
    try processes.barrier()
    try journal.remove()
    return Summary(
      settings: rows.count, continued: rows.count - missing.count,
      failures: rows.enumerated().compactMap { number, row in
        ScanTable.failure(row).map { (number, $0) }
      }, columns: columns, seconds: seconds)
  }

  /// The first line of the journal, which says what it belongs to.
  private func header(of table: ScanTable) throws -> String {
    var text = RunRecord(TrackingRun(file, workers: workers)).input.pretty
    text += table.columns.joined(separator: ",") + PackageVersion.current
    if case .file(let path, _) = file.beam.source {
      text += Fingerprint(of: try FileBytes.read(path)).rawValue
    }
    return "scan \(Fingerprint(of: text).rawValue)"
  }

  /// Writes the table in both forms, in the first process.
  ///
  /// - Returns: How the settings are distributed.
  private func write(_ rows: [ArraySlice<UInt8>], _ table: ScanTable) throws -> [ScanColumn] {
    var text: [UInt8] = []
    var header = CSVRows(columnCount: table.columns.count)
    for column in table.columns { header.field(column) }
    header.endRow()
    text += header.bytes
    for row in rows { text += row }
    let path = directory + "/scan.csv"
    let isFirst = workers.communicator.isFirst
    if isFirst { try AtomicFile.write(to: path) { try $0.append(bytes: text) } }
    let numbers = try CSVFile.parse(
      text, path: path, columns: { $0 != "status" }, mayBeEmpty: { _ in true })
    let isSuccess = rows.map { ScanTable.failure($0) == nil }
    if isFirst {
      try AtomicFile.write(to: directory + "/scan.npz") { writer in
        var archive = NPZWriter(writer)
        for column in table.columns {
          let values = numbers.values(of: column) ?? isSuccess.map { $0 ? 1 : 0 }
          try archive.append(
            NPYFile(shape: [rows.count], values: values),
            named: column == "status" ? "succeeded" : column)
        }
        try archive.end()
      }
    }
    return table.columns.compactMap { column in
      guard let values = numbers.values(of: column), !ScanTable.leading.contains(column) else {
        return nil
      }
      return ScanColumn(
        column, zip(values, isSuccess).compactMap { $1 && $0.isFinite ? $0 : nil },
        isVariable: file.scan?.variables.names.contains(column) ?? false)
    }
  }
}

/// How the values of a column of a scan's table are distributed.
public struct ScanColumn: Sendable {
  /// The name of the column.
  public let name: String
  /// The number of settings with a value.
  public let count: Int
  /// The least value.
  public let minimum: Double
  /// The mean over the settings.
  public let mean: Double
  /// The standard deviation, with n − 1 in the denominator; 0 for one value.
  public let deviation: Double
  /// The greatest value.
  public let maximum: Double
  /// Whether it is a variable of the scan, and not a result.
  public let isVariable: Bool

  /// Of some values; nil if there are none.
  init?(_ name: String, _ values: [Double], isVariable: Bool) {
    self.isVariable = isVariable
    guard let minimum = values.min(), let maximum = values.max() else { return nil }
    self.name = name
    count = values.count
    self.minimum = minimum
    self.maximum = maximum
    // Equal values have an exact mean.
    let shift = values[0]
    let mean = values.reduce(0) { $0 + ($1 - shift) } / Double(count)
    self.mean = shift + mean
    let squares = values.reduce(0) { $0 + ($1 - shift - mean) * ($1 - shift - mean) }
    deviation = count > 1 ? (squares / Double(count - 1)).squareRoot() : 0
  }
}
