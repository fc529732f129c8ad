import AutoDiff
import BeamDynamics
import CollectiveEffects
import Communication
import DataFiles
import LinearAlgebra

/// The files that a tracking run leaves behind, each whole or not there at all.
///
/// Everything is written beside its final name and takes its place only with ``commit()``, or, for
/// a monitor's file, when the run has passed the monitor for the last time.
public struct ResultFiles: TrackingObserver {
  /// The folder of the results.
  public let directory: String
  /// The beam where it was observed first; nil before.
  public private(set) var first: BeamStatistics?
  /// The beam where it was observed last; nil before the first observation.
  public private(set) var last: BeamStatistics?
  /// The reference particle where the beam was observed last.
  public private(set) var lastReference: ReferenceParticle<Double>?
  /// The files that have been written, or begun, in this order.
  public private(set) var files: [ResultFile] = []
  /// The threads that files of particles are written on.
  public var workers = Workers.one

  private let output: RunFile.OutputDescription
  private let turns: Int
  /// How often a turn passes each monitor: files of several passages are numbered.
  private let monitorPassages: [String: Int]
  /// How often the present turn has.
  private var passages: (turn: Int, counts: [String: Int]) = (0, [:])
  private var names: ResultNames
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
    monitorPassages = passages
    let monitors = passages.flatMap { name, count in
      (1...count).map { Self.monitor(name, passage: $0, of: count) }
    }
    // The slices of a kick are not known yet; what they are called ends as no exchanged name does.
    let meshes = output.meshPlaces.map { Self.mesh(beamline.placeNames[$0], slice: Slice()) }
    names = ResultNames(for: monitors + meshes)
    let referenceFile = try FileWriter(path: directory + "/reference.csv")
    writers = [referenceFile]
    reference = try CSVWriter(referenceFile, columns: Self.referenceColumns)
    files = [ResultFile(name: "reference.csv", what: "reference particle")]
    if output.moments != .none && method != .reference {
      moments = try table(
        "moments.csv", "moments", ["s", "element"] + BeamStatistics.columnNames)
    }
    if method == .envelope || (output.covariance && method == .particles) {
      covariance = try table(
        "covariance.csv", "covariance matrices", ["s", "element"] + Self.covarianceColumns)
    }
    if !beamline.errors.isEmpty {
      var writer = try table(ErrorTable.fileName, "errors of elements", ErrorTable.columns)
      try ErrorTable(beamline).write(to: &writer)
    }
  }

  /// Begins a table.
  private mutating func table(
    _ name: String, _ what: String, _ columns: [String]
  ) throws -> CSVWriter {
    let file = try FileWriter(path: directory + "/" + name)
    writers.append(file)
    files.append(ResultFile(name: name, what: what))
    return try CSVWriter(file, columns: columns)
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

  /// Writes a row for the beam at one place.
  ///
  /// - Throws: `DataFileError` if a file cannot be written.
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
    if passages.turn != turn { passages = (turn, [:]) }
    passages.counts[name, default: 0] += 1
    let passage = passages.counts[name, default: 1]
    let count = monitorPassages[name, default: 1]
    let file = names(Self.monitor(name, passage: passage, of: count)) + "." + output.format.name
    var monitor: ParticleFile
    if let begun = monitors[file] {
      monitor = begun
    } else {
      monitor = try ParticleFile(
        path: directory + "/" + file, output.format, hasTurns: turns > 1, workers: workers)
      files.append(
        ResultFile(
          name: file, what: "particles", place: count > 1 ? "\(name)#\(passage)" : name))
    }
    try monitor.append(bunch, turn: turn)
    if turn == turns { try monitor.commit() }
    monitors[file] = turn == turns ? nil : monitor
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
    writers += try MeshFiles(fields: fields, inputs: inputs, place: place)
      .write(to: directory + "/" + name)
    let known = Set(files.map(\.name))
    files += MeshFiles.endings.map { ending, what in
      ResultFile(
        name: name + ending, what: what, place: place.name,
        slice: place.slice.count > 1 ? place.slice.index + 1 : nil)
    }.filter { !known.contains($0.name) }
  }

  /// Writes the final particles and the losses.
  ///
  /// - Throws: `DataFileError` if a file cannot be written.
  public mutating func finish<Word: ParticleWord>(
    _ bunch: Bunch<Word>, _ losses: [ParticleLoss], _ beamline: Beamline
  ) throws {
    if output.particles {
      let name = "particles." + output.format.name
      files.append(ResultFile(name: name, what: "particles", place: "end"))
      var file = try ParticleFile(
        path: directory + "/" + name, output.format, hasTurns: false, workers: workers)
      try file.append(bunch, turn: turns)
      writers.append(file.file)
      try file.complete()
    }
    var writer = try table(
      "lost.csv", "lost particles",
      ["id", "s", "element", "turn", "cause"] + PhaseSpace<Double>.names)
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

  /// Gives all files their final names.
  ///
  /// - Throws: `DataFileError` if a file cannot be written or renamed.
  public mutating func commit() throws {
    for writer in writers { try writer.commit() }
    writers = []
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
