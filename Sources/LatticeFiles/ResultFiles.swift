import AutoDiff
import BeamDynamics
import DataFiles
import LinearAlgebra
import SpaceCharge

/// The files that a tracking run leaves behind, each whole or not there at all.
///
/// Everything is written beside its final name and takes its place only with ``commit()``, or, for
/// a monitor's file, when the run has passed the monitor for the last time.
public struct ResultFiles: TrackingObserver {
  /// The folder of the results.
  public let directory: String
  /// The beam at the start and at the end, for a summary.
  public private(set) var first: BeamStatistics?
  public private(set) var last: BeamStatistics?
  public private(set) var lastReference: ReferenceParticle<Double>?

  private let output: RunFile.OutputDescription
  private let turns: Int
  /// Monitors that occur more than once: their files are numbered.
  private let repeatedMonitors: Set<String>
  private var moments: CSVWriter?
  private var covariance: CSVWriter?
  private var reference: CSVWriter
  private var monitors: [String: ParticleFile] = [:]
  private var writers: [FileWriter]

  /// Begins the files in `directory`, which is made if need be.
  ///
  /// - Throws: `DataFileError` if a file cannot be written there.
  public init(
    directory: String, _ output: RunFile.OutputDescription, _ beamline: Beamline, turns: Int,
    method: RunFile.Method = .particles
  ) throws {
    try Folders.make(directory)
    self.directory = directory
    self.output = output
    self.turns = turns
    var passages: [String: Int] = [:]
    for place in 0..<beamline.count where beamline[place: place].element.recordsParticles {
      passages[beamline[place: place].name, default: 0] += 1
    }
    repeatedMonitors = Set(passages.filter { $0.value > 1 }.keys)
    let referenceFile = try FileWriter(path: directory + "/reference.csv")
    writers = [referenceFile]
    reference = try CSVWriter(referenceFile, columns: Self.referenceColumns)
    if output.moments != .none && method != .reference {
      let file = try FileWriter(path: directory + "/moments.csv")
      writers.append(file)
      moments = try CSVWriter(file, columns: ["s", "element"] + BeamStatistics.columnNames)
    }
    if method == .envelope || (output.covariance && method == .particles) {
      let file = try FileWriter(path: directory + "/covariance.csv")
      writers.append(file)
      covariance = try CSVWriter(file, columns: ["s", "element"] + Self.covarianceColumns)
    }
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

  /// The beam at one place, whatever is known of it.
  public mutating func record(_ observation: Observation, _ statistics: BeamStatistics) throws {
    if first == nil { first = statistics }
    last = statistics
    lastReference = observation.reference
    try writeReference(observation)
    if var writer = self.moments {
      writer.field(observation.reference.s)
      writer.field(observation.name)
      for value in statistics.values { writer.field(value) }
      try writer.endRow()
      self.moments = writer
    }
    if var writer = covariance {
      writer.field(observation.reference.s)
      writer.field(observation.name)
      for i in 0..<6 {
        for j in i..<6 { writer.field(statistics.covariance?[i, j]) }
      }
      try writer.endRow()
      covariance = writer
    }
  }

  private mutating func writeReference(_ observation: Observation) throws {
    let particle = observation.reference
    let momentum = particle.momentum
    reference.field(particle.s)
    reference.field(observation.name)
    for value in [
      particle.position.x, particle.position.y, particle.position.z, particle.t, momentum.x,
      momentum.y, momentum.z, particle.gamma,
    ] {
      reference.field(value)
    }
    try reference.endRow()
  }

  public mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) throws {
    let suffix = repeatedMonitors.contains(name) ? "-\(occurrence)" : ""
    let path = directory + "/monitor-" + Self.fileName(name) + suffix + "." + output.format.rawValue
    var file = try monitors[path] ?? ParticleFile(path: path, output.format, hasTurns: turns > 1)
    try file.append(bunch, turn: turn)
    if turn == turns {
      try file.commit()
      monitors[path] = nil
    } else {
      monitors[path] = file
    }
  }

  public mutating func record<Word: ParticleWord>(
    _ particles: ParticleBlocks<Word>, before kick: any CollectiveKickRun,
    _ inputs: KickInputs<Double>, at place: KickPlace
  ) throws {
    guard let kick = kick as? MeshSpaceChargeRun,
      let fields = try kick.fields(of: particles, inputs)
    else { return }
    let suffix = place.slice.count > 1 ? "-\(place.slice.index + 1)" : ""
    writers += try MeshFiles(fields: fields, inputs: inputs, place: place)
      .write(to: directory + "/mesh-" + Self.fileName(place.name) + suffix)
  }

  /// A name without what file systems do not like.
  private static func fileName(_ name: String) -> String {
    let mapped = name.map { character -> Character in
      character == "/" || character == "\0" || character.isNewline ? "_" : character
    }
    return String(mapped)
  }

  /// Writes the final particles and the losses.
  public mutating func finish<Word: ParticleWord>(
    _ bunch: Bunch<Word>, _ losses: [ParticleLoss], _ beamline: Beamline
  ) throws {
    if output.particles {
      var file = try ParticleFile(
        path: directory + "/particles." + output.format.rawValue, output.format,
        hasTurns: false)
      try file.append(bunch, turn: turns)
      writers.append(file.writer)
      try file.complete()
    }
    let file = try FileWriter(path: directory + "/lost.csv")
    writers.append(file)
    var writer = try CSVWriter(
      file, columns: ["id", "s", "element", "turn", "cause"] + PhaseSpace<Double>.names)
    for loss in losses {
      writer.field(loss.particle)
      writer.field(loss.s)
      writer.field(beamline.placeNames[loss.place])
      writer.field(loss.turn)
      writer.field(loss.cause.rawValue)
      let z = bunch[loss.particle]
      for i in 0..<6 { writer.field(z[i]) }
      try writer.endRow()
    }
  }

  /// Puts all files in their places.
  public mutating func commit() throws {
    for writer in writers { try writer.commit() }
    writers = []
  }
}

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
