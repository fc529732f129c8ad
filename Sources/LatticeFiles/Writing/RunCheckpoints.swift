import BeamDynamics
import Communication
import DataFiles
import Documents

/// The checkpoints of a run: `checkpoint.npz`, from which it can go on, and the folder `checkpoint` beside
/// it with the results that grow from turn to turn.
///
/// A checkpoint says how long the growing files were when it was made. It is written in three steps: the
/// growing files are put on the disk; the new checkpoint is written under a temporary name; it takes the
/// place of the old one, which is one step for the operating system. The growing files only ever get
/// longer, so that whichever of the two is there after the program was killed, the bytes that it tells of
/// are there too; what was written after it is cut off.
///
/// Of several processes the first has the files, which are those of one process: a run may go on with another
/// number of them.
struct RunCheckpoints {
  /// The folder of the results.
  let directory: String
  private let fingerprint: RunFingerprint
  private let communicator: any Communicator
  /// Two runs at once would mix their rows. The first process has it.
  private let lock: FolderLock?
  /// The growing files that have been opened, by their names; none but in the first process.
  private var files: [String: GrowingFile] = [:]

  /// The checkpoint of the results in a folder.
  static func path(in directory: String) -> String { directory + "/checkpoint.npz" }
  /// The folder of the growing files.
  static func folder(in directory: String) -> String { directory + "/checkpoint" }

  /// Begins a run without an earlier part.
  ///
  /// - Throws: `DataFileError` if the folder cannot be made or written to: in the first process, which alone does
  ///   so.
  init(
    directory: String, _ fingerprint: RunFingerprint, _ communicator: any Communicator
  ) throws(DataFileError) {
    self.directory = directory
    self.fingerprint = fingerprint
    self.communicator = communicator
    guard communicator.isFirst else {
      lock = nil
      return
    }
    try Folders.make(directory)
    try Folders.make(Self.folder(in: directory))
    lock = try FolderLock(Self.folder(in: directory))
    // An old checkpoint tells of growing files that are begun anew now.
    try AtomicFile.remove(Self.path(in: directory))
  }

  /// Goes on with the growing files of a stored run, in its own folder or in another one.
  ///
  /// - Throws: `DataFileError` if a growing file cannot be read or written: in the first process, which alone
  ///   does so.
  init<Word>(
    directory: String, continuing stored: StoredRun<Word>, _ communicator: any Communicator
  ) throws(DataFileError) {
    self.directory = directory
    self.communicator = communicator
    fingerprint = stored.fingerprint
    guard communicator.isFirst else {
      lock = nil
      return
    }
    let folder = Self.folder(in: directory)
    try Folders.make(directory)
    try Folders.make(folder)
    lock = try FolderLock(folder)
    if !FilePaths.areSame(stored.path, Self.path(in: directory)) {
      try AtomicFile.remove(Self.path(in: directory))
    }
    let isThere = FilePaths.areSame(folder, stored.folder)
    for (name, length) in stored.lengths {
      let path = folder + "/" + name
      let file = try GrowingFile(path: path, keeping: isThere ? length : 0)
      if !isThere { try file.append(first: length, of: stored.folder + "/" + name) }
      files[name] = file
    }
  }

  /// Whether a growing file has been opened, or comes from the earlier part of the run.
  func hasFile(_ name: String) -> Bool { files[name] != nil }

  /// The growing file of this name, which is begun if need be.
  ///
  /// - Throws: `DataFileError` if it cannot be written.
  mutating func file(_ name: String) throws(DataFileError) -> GrowingFile {
    if let file = files[name] { return file }
    let file = try GrowingFile(path: Self.folder(in: directory) + "/" + name)
    files[name] = file
    return file
  }

  /// Writes a checkpoint; it takes its place when the file is committed. All processes call it.
  ///
  /// - Returns: The file, in the first process.
  /// - Throws: `DataFileError` if a file cannot be written, in all processes; `EffectWithoutMemory`.
  func write<Word: ParticleWord>(_ state: TrackingState<Word>) throws -> FileWriter? {
    let writer = try communicator.together(failing: DataFileError.self) { () -> FileWriter? in
      for file in files.values { try file.synchronize() }
      return communicator.isFirst ? try FileWriter(path: Self.path(in: directory)) : nil
    }
    var archive = SharedArchive(writer, communicator)
    try communicator.together(failing: DataFileError.self) {
      try state.append(to: &archive)
      fingerprint.append(to: &archive)
      for (name, file) in files.sorted(by: { $0.key < $1.key }) {
        archive.append(
          NPYFile(shape: [], values: [Double(file.length)]), named: StoredRun<Word>.prefix + name)
      }
      try archive.end()
    }
    return writer
  }
}

/// A run as a checkpoint has stored it.
struct StoredRun<Word: ParticleWord> {
  let path: String
  let state: TrackingState<Word>
  let fingerprint: RunFingerprint
  /// The lengths of the growing files [bytes].
  let lengths: [(name: String, length: Int)]
  /// The folder of the growing files.
  var folder: String { RunCheckpoints.folder(in: RunFile.folder(of: path)) }

  static var prefix: String { "length_" }

  /// Reads a checkpoint, and checks that it is one of the run with this fingerprint and that its
  /// growing files are there.
  ///
  /// Each process reads its share of the particles.
  ///
  /// - Parameters:
  ///   - turns: How many turns the run has.
  ///   - communicator: The processes, all of which call this.
  /// - Throws: `InvalidInput` with the reason if the run cannot go on from it, in all processes; what the processes
  ///   throw if they cannot communicate.
  init(
    _ path: String, of run: RunFingerprint, _ species: Species, turns: Int,
    _ communicator: any Communicator
  ) throws {
    do {
      self = try communicator.together(failing: DataFileError.self) {
        try Self(path, of: run, species, communicator)
      }
    } catch let error as DataFileError {
      throw InvalidInput(file: error.path, error.message)
    }
    if state.turn > turns {
      throw InvalidInput(
        file: path,
        "the checkpoint is that after \(state.turn) turns, and the run has \(turns): give it more "
          + "\"turns\"")
    }
  }

  private init(
    _ path: String, of run: RunFingerprint, _ species: Species, _ communicator: any Communicator
  ) throws(DataFileError) {
    self.path = path
    let archive = try NPZFile.read(path)
    // The fingerprint first: it names what differs.
    fingerprint = try RunFingerprint(archive)
    if let part = run.difference(from: fingerprint) {
      throw DataFileError(
        path: path,
        "the checkpoint is of a run with another \(quoted(part)): a run goes on with what it has "
          + "begun with; only \"turns\", threads, processes and the folder of the results may differ"
      )
    }
    state = try TrackingState(archive, species, communicator)
    var lengths: [(name: String, length: Int)] = []
    for name in archive.names where name.hasPrefix(Self.prefix) {
      let length = try archive.array(name).values.first.flatMap { Int(exactly: $0) } ?? 0
      lengths.append((String(name.dropFirst(Self.prefix.count)), length))
    }
    self.lengths = lengths
    for (name, length) in lengths {
      try GrowingFile.requireLength(length, of: folder + "/" + name)
    }
  }
}
