import AutoDiff
import BeamDynamics
import CollectiveEffects
import Communication
import DataFiles
import LinearAlgebra

/// The files that a tracking run leaves behind, each whole or not there at all.
///
/// Everything is written beside its final name and takes its place only with ``commit()``, or, for
/// a monitor's file, when the run has passed the monitor for the last time. In a run with checkpoints,
/// what grows from turn to turn stands in the folder `checkpoint` until then, and stays there for a run
/// that goes on.
///
/// Several processes call the same functions; the first alone has files, which are those of one process.
public struct ResultFiles: TrackingObserver {
  /// The folder of the results.
  public let directory: String
  /// The beam where it was observed first; nil before.
  public private(set) var first: BeamStatistics?
  /// The beam where it was observed last; nil before the first observation.
  public private(set) var last: BeamStatistics?
  /// The reference particle where the beam was observed last.
  public private(set) var lastReference: ReferenceParticle<Double>?
  /// The files that have been written, or begun, in this order; of several processes the first knows them all.
  public private(set) var files: [ResultFile] = []

  private let workers: Workers
  private var communicator: any Communicator { workers.communicator }
  private let output: RunFile.OutputDescription
  private let turns: Int
  /// How often a turn passes each monitor: files of several passages are numbered.
  private let monitorPassages: [String: Int]
  /// How often the present turn has.
  private var passages: (turn: Int, counts: [String: Int]) = (0, [:])
  private var names: ResultNames
  private var moments: ResultTable?
  private var covariance: ResultTable?
  private var reference: ResultTable?
  /// The row at the end of a run whose moments are written at its start and end only: a run that goes
  /// on has it elsewhere.
  private var end: (observation: Observation, statistics: BeamStatistics)?
  private var monitors: [String: ParticleFile] = [:]
  private var logs: [(file: String, log: MonitorLog)] = []
  private var writers: [FileWriter] = []
  /// nil for a run without checkpoints.
  private var checkpoints: RunCheckpoints?
  /// The checkpoint at the end of the run, which takes its place after the results.
  private var lastCheckpoint: FileWriter?

  /// Begins the files in `directory`, which is made if need be.
  ///
  /// - Parameters:
  ///   - directory: The folder of the results.
  ///   - output: Which files there are.
  ///   - beamline: The beamline.
  ///   - turns: The number of turns.
  ///   - method: What is tracked.
  ///   - workers: The threads that files of particles are written on, and the processes that share the bunch, all of
  ///     which call this.
  /// - Throws: `DataFileError` if a file cannot be written there, in all processes.
  public init(
    directory: String, _ output: RunFile.OutputDescription, _ beamline: Beamline, turns: Int,
    method: RunFile.Method = .particles, workers: Workers = .one
  ) throws {
    try self.init(
      directory: directory, output, beamline, turns: turns, method: method, workers: workers,
      checkpoints: nil)
  }

  /// - Parameter checkpoints: Those of the run, with what an earlier part of it has left.
  init(
    directory: String, _ output: RunFile.OutputDescription, _ beamline: Beamline, turns: Int,
    method: RunFile.Method = .particles, workers: Workers, checkpoints: RunCheckpoints?
  ) throws {
    self.directory = directory
    self.output = output
    self.workers = workers
    self.turns = turns
    self.checkpoints = checkpoints
    var passages: [String: Int] = [:]
    for place in 0..<beamline.count where beamline[place: place].element.recordsParticles {
      passages[beamline[place: place].name, default: 0] += 1
    }
    monitorPassages = passages
    let monitors = passages.flatMap { name, count in
      (1...count).map { Self.monitor(name, passage: $0, of: count) }
    }
    // The slices of a kick are not known yet; what they are called ends as no exchanged name does.
    let meshes = output.meshPlaces.map { Self.mesh(beamline.placeNames[$0], slice: Slice()) }
    names = ResultNames(for: monitors + meshes)
    try asFirst { try $0.begin(beamline, method) }
  }

  /// Begins the files that grow during the run, in the first process.
  private mutating func begin(_ beamline: Beamline, _ method: RunFile.Method) throws {
    try Folders.make(directory)
    let turn = turns > 1 ? ["turn"] : []
    reference = try table(
      "reference.csv", "reference particle", Self.referenceColumns + turn)
    if output.moments != .none && method != .reference {
      moments = try table(
        "moments.csv", "moments", ["s", "element"] + BeamStatistics.columnNames + turn)
    }
    if method == .envelope || (output.covariance && method == .particles) {
      covariance = try table(
        "covariance.csv", "covariance matrices", ["s", "element"] + Self.covarianceColumns + turn)
    }
    if !beamline.errors.isEmpty {
      var writer = try plainTable(ErrorTable.fileName, "errors of elements", ErrorTable.columns)
      try ErrorTable(beamline).write(to: &writer)
    }
    // Those that an earlier part of the run has passed.
    for place in 0..<beamline.count where beamline[place: place].element.recordsParticles {
      let file = nextMonitor(beamline[place: place].name, turn: 0)
      if checkpoints?.hasFile(MonitorLog.name(of: file)) == true { try openLog(file) }
    }
  }

  /// Begins a table that grows from turn to turn, or goes on with it.
  private mutating func table(
    _ name: String, _ what: String, _ columns: [String]
  ) throws -> ResultTable {
    files.append(ResultFile(name: name, what: what))
    if let file = try checkpoints?.file(name) {
      return try ResultTable(name, columns: columns, growing: file)
    }
    return try ResultTable(name, columns: columns, to: beginFile(name))
  }

  /// Begins a table that is written in one go.
  private mutating func plainTable(
    _ name: String, _ what: String, _ columns: [String]
  ) throws -> CSVWriter {
    files.append(ResultFile(name: name, what: what))
    return try CSVWriter(beginFile(name), columns: columns)
  }

  /// Begins a file under a temporary name.
  private mutating func beginFile(_ name: String) throws -> FileWriter {
    let file = try FileWriter(path: directory + "/" + name)
    writers.append(file)
    return file
  }

  private static func monitor(
    _ name: String, passage: Int, of count: Int
  ) -> ResultNames.Result {
    .init(kind: "monitor", place: name, number: count > 1 ? passage : nil)
  }

  private static func mesh(_ place: String, slice: Slice) -> ResultNames.Result {
    .init(kind: "mesh", place: place, number: slice.count > 1 ? slice.index + 1 : nil)
  }

  private static let referenceColumns = [
    "s", "element", "x", "y", "z", "t", "px", "py", "pz", "gamma",
  ]

  private static let covarianceColumns: [String] = {
    let names = PhaseSpace<Double>.names
    return (0..<6).flatMap { i in (i..<6).map { j in names[i] + "_" + names[j] } }
  }()

  public mutating func record(_ observation: Observation, _ moments: Moments) throws {
    try record(observation, BeamStatistics(moments, reference: observation.reference))
  }

  /// Writes a row for the beam at one place, if rows are written in its turn.
  ///
  /// - Throws: `DataFileError` if a file cannot be written.
  public mutating func record(_ observation: Observation, _ statistics: BeamStatistics) throws {
    if first == nil { first = statistics }
    last = statistics
    lastReference = observation.reference
    if output.moments == .none && observation.place != nil {
      end = (observation, statistics)
      return
    }
    let isWritten =
      observation.place == nil || observation.turn.isMultiple(of: output.everyTurns)
    if isWritten { try write(observation, statistics) }
  }

  private mutating func write(_ observation: Observation, _ statistics: BeamStatistics) throws {
    try writeReference(observation)
    // Taken out, so that there is one of it.
    if var writer = moments.take() {
      writer.field(observation.reference.s)
      writer.field(observation.name)
      for value in statistics.values { writer.field(value) }
      try end(observation, &writer)
      moments = writer
    }
    if var writer = covariance.take() {
      writer.field(observation.reference.s)
      writer.field(observation.name)
      for i in 0..<6 {
        for j in i..<6 { writer.field(statistics.covariance?[i, j]) }
      }
      try end(observation, &writer)
      covariance = writer
    }
  }

  private mutating func writeReference(_ observation: Observation) throws {
    guard var writer = reference.take() else { return }
    let particle = observation.reference
    let momentum = particle.momentum
    writer.field(particle.s)
    writer.field(observation.name)
    for value in [
      particle.position.x, particle.position.y, particle.position.z, particle.t, momentum.x,
      momentum.y, momentum.z, particle.gamma,
    ] {
      writer.field(value)
    }
    try end(observation, &writer)
    reference = writer
  }

  /// Ends a row, with the turn if there are several; at the start 0 turns have been done.
  private func end(_ observation: Observation, _ writer: inout ResultTable) throws {
    if turns > 1 { writer.field(observation.place == nil ? 0 : observation.turn) }
    try writer.endRow()
  }

  public mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) throws {
    let file = nextMonitor(name, turn: turn)
    if checkpoints != nil {
      try communicator.together(failing: DataFileError.self) {
        if communicator.isFirst, !logs.contains(where: { $0.file == file.name }) {
          try openLog(file)
        }
      }
      let log = logs.first { $0.file == file.name }?.log
      return try MonitorLog.append(bunch, turn: turn, to: log, communicator)
    }
    var monitor: ParticleFile
    if let begun = monitors[file.name] {
      monitor = begun
    } else {
      monitor = try ParticleFile(
        path: directory + "/" + file.name, output.format, hasTurns: turns > 1, workers: workers)
      files.append(file)
    }
    try monitor.append(bunch, turn: turn)
    let isLast = turn + output.everyTurns > turns
    if isLast { try monitor.commit() }
    monitors[file.name] = isLast ? nil : monitor
  }

  /// The file of the next passage of a monitor in a turn.
  private mutating func nextMonitor(_ name: String, turn: Int) -> ResultFile {
    if passages.turn != turn { passages = (turn, [:]) }
    passages.counts[name, default: 0] += 1
    let passage = passages.counts[name, default: 1]
    let count = monitorPassages[name, default: 1]
    return ResultFile(
      name: names(Self.monitor(name, passage: passage, of: count)) + "." + output.format.name,
      what: "particles", place: count > 1 ? "\(name)#\(passage)" : name)
  }

  /// Begins to log what a monitor sees, or goes on with it.
  private mutating func openLog(_ file: ResultFile) throws {
    guard let growing = try checkpoints?.file(MonitorLog.name(of: file)) else { return }
    logs.append((file.name, MonitorLog(file: growing)))
    files.append(file)
  }

  public mutating func record<Word: ParticleWord>(
    _ particles: ParticleBlocks<Word>, before effect: any EffectRun,
    _ inputs: EffectSlice<Double>
  ) throws {
    guard let kick = effect as? MeshSpaceChargeRun,
      let fields = try kick.fields(of: particles, inputs)
    else { return }
    let place = inputs.place
    let name = names(Self.mesh(place.name, slice: place.slice))
    guard communicator.isFirst else { return }
    writers += try MeshFiles(fields: fields, inputs: inputs, place: place)
      .write(to: directory + "/" + name)
    let known = Set(files.map(\.name))
    files += MeshFiles.endings.map { ending, what in
      ResultFile(
        name: name + ending, what: what, place: place.name,
        slice: place.slice.count > 1 ? place.slice.index + 1 : nil)
    }.filter { !known.contains($0.name) }
  }

  /// Writes a checkpoint; that at the end of the run takes its place after the results.
  ///
  /// - Throws: `DataFileError` if a file cannot be written, in all processes.
  public mutating func record<Word: ParticleWord>(_ state: TrackingState<Word>) throws {
    guard let checkpoints else { return }
    let writer = try checkpoints.write(state)
    if state.turn < turns {
      try communicator.together(failing: DataFileError.self) { try writer?.commit() }
    } else {
      lastCheckpoint = writer
    }
  }

  /// Writes the final particles and the losses; all processes call it.
  ///
  /// - Parameters:
  ///   - bunch: The particles of this process.
  ///   - losses: The losses of all, in the first process.
  ///   - beamline: The beamline.
  /// - Throws: `DataFileError` if a file cannot be written, in all processes.
  public mutating func finish<Word: ParticleWord>(
    _ bunch: Bunch<Word>, _ losses: [ParticleLoss], _ beamline: Beamline
  ) throws {
    try asFirst { files in
      for (name, log) in files.logs {
        var file = try ParticleFile(
          path: files.directory + "/" + name, files.output.format, hasTurns: files.turns > 1,
          workers: files.workers.alone)
        try log.write(to: &file, like: bunch)
        try files.complete(&file)
      }
    }
    if output.particles {
      let name = "particles." + output.format.name
      files.append(ResultFile(name: name, what: "particles", place: "end"))
      var file = try ParticleFile(
        path: directory + "/" + name, output.format, hasTurns: false, workers: workers)
      try file.append(bunch, turn: turns)
      try asFirst { try $0.complete(&file) }
    }
    try writeLosses(losses, of: bunch, beamline)
    let map = try LossMap(losses, of: bunch, along: beamline, communicator)
    try asFirst { files in
      var byPlace = try files.plainTable(
        LossMap.placesFile, "losses by place", LossMap.placeColumns)
      try map.writePlaces(to: &byPlace)
      if files.turns > 1 {
        var byTurn = try files.plainTable(LossMap.turnsFile, "losses by turn", LossMap.turnColumns)
        try map.writeTurns(to: &byTurn)
      }
    }
  }

  /// Does what the first process does alone, and fails in all processes if it fails.
  private mutating func asFirst(_ body: (inout Self) throws -> Void) throws {
    try communicator.together(failing: DataFileError.self) {
      if communicator.isFirst { try body(&self) }
    }
  }

  /// Writes what was kept back of a file that takes its place with the others.
  private mutating func complete(_ file: inout ParticleFile) throws {
    if let writer = file.file { writers.append(writer) }
    try file.complete()
  }

  /// Writes the losses, with the coordinates of the lost, which some processes have; some ten thousand at a time.
  private mutating func writeLosses<Word: ParticleWord>(
    _ losses: [ParticleLoss], of bunch: Bunch<Word>, _ beamline: Beamline
  ) throws {
    var table: CSVWriter?
    try asFirst { files in
      table = try files.plainTable(
        "lost.csv", "lost particles",
        ["id", "s", "element", "turn", "cause"] + PhaseSpace<Double>.names)
    }
    let count = try communicator.broadcast(value: losses.count)
    for first in stride(from: 0, to: count, by: ParticleFile.rowCount) {
      let piece = losses.dropFirst(first).prefix(ParticleFile.rowCount)
      let lost = try bunch.collect(piece.map(\.particle), communicator)
      try asFirst { _ in
        guard var writer = table.take() else { return }
        for (loss, particle) in zip(piece, lost) {
          writer.field(loss.particle)
          writer.field(loss.s)
          writer.field(beamline.placeNames[loss.place])
          writer.field(loss.turn)
          writer.field(loss.cause.rawValue)
          for i in 0..<6 { writer.field(particle.coordinates[i]) }
          try writer.endRow()
        }
        table = writer
      }
    }
  }

  /// Gives all files their final names.
  ///
  /// - Throws: `DataFileError` if a file cannot be written or renamed, in all processes.
  public mutating func commit() throws {
    try asFirst { try $0.commitFiles() }
  }

  private mutating func commitFiles() throws {
    for path in [\Self.reference, \.moments, \.covariance] {
      guard var table = self[keyPath: path] else { continue }
      if let writer = try table.beginResult(in: directory) { writers.append(writer) }
      self[keyPath: path] = table
    }
    if let end { try write(end.observation, end.statistics) }
    end = nil
    for writer in writers { try writer.commit() }
    writers = []
  }

  /// Puts the checkpoint at the end of the run in its place, after the results: whoever goes on from an
  /// earlier one makes these again.
  ///
  /// - Throws: `DataFileError` if it cannot be renamed, in all processes.
  mutating func commitCheckpoint() throws {
    try asFirst { try $0.lastCheckpoint?.commit() }
    lastCheckpoint = nil
  }
}

/// A file that a run leaves behind.
public struct ResultFile: Sendable, Equatable {
  /// Within the folder of the results.
  public let name: String
  /// In words.
  public let what: String
  /// The place that it tells of, as `Beamline.placeNames` has it; nil for all of them.
  public var place: String?
  /// The slice of the element there, from 1, if there are several.
  public var slice: Int?
}
