import BeamDynamics
import Communication
import DataFiles

/// What a monitor has seen in a run with checkpoints, turn after turn, before it becomes a file of
/// particles.
///
/// For each turn the file has the turn in 64 bits, and the words of the bunch as they are stored: tile
/// after tile, x of ``Tile/capacity`` particles, then px, y, py, t, pt, weights, and 1 for the living. Several processes have whole
/// tiles: the first writes those of all, and a run may go on with another number of processes.
struct MonitorLog {
  let file: GrowingFile

  /// The name of the log of a monitor with this result.
  static func name(of result: ResultFile) -> String { result.name + ".words" }

  /// So many tiles are sent, or read, at once.
  private static let tilesAtOnce = ParticleFile.rowCount / Tile<Double>.capacity

  /// Appends the particles in a turn; all processes call it.
  ///
  /// - Parameter log: The log, in the first process; nil in the others.
  /// - Throws: `DataFileError` if the file cannot be written, in all processes.
  static func append<Word: ParticleWord>(
    _ bunch: Bunch<Word>, turn: Int, to log: MonitorLog?, _ communicator: any Communicator
  ) throws {
    let pieces = (bunch.tileCount + tilesAtOnce - 1) / tilesAtOnce
    try communicator.together(failing: DataFileError.self) {
      try communicator.collect(values: pieces) { piece in
        bunch.storage.withUnsafeBufferPointer { words in
          let bytes = UnsafeRawBufferPointer(words)
          let first = piece * tilesAtOnce * tileSize(Word.self)
          return Array(bytes[first..<min(first + tilesAtOnce * tileSize(Word.self), bytes.count)])
        }
      } within: { collect in
        guard let file = log?.file else { return }
        try withUnsafeBytes(of: UInt64(turn).littleEndian) { try file.append(bytes: $0) }
        try collect { words in try words.withUnsafeBytes { try file.append($0) } }
      }
    }
  }

  /// The words of a tile [byte].
  private static func tileSize<Word: ParticleWord>(_: Word.Type) -> Int {
    Tile<Word>.wordCount * MemoryLayout<Word>.stride
  }

  /// Writes the particles of all turns to a file of particles; the first process alone calls it.
  ///
  /// - Parameter like: The bunch, for its reference particle and the number of its particles.
  /// - Throws: `DataFileError` if a file cannot be read or written.
  func write<Word: ParticleWord>(to particles: inout ParticleFile, like: Bunch<Word>) throws {
    let capacity = Tile<Word>.capacity
    let total = like.share.total
    let size = 8 + (total + capacity - 1) / capacity * Self.tileSize(Word.self)
    for start in stride(from: 0, to: file.length, by: size) {
      let turn = try file.bytes(start..<start + 8).withUnsafeBytes {
        UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))
      }
      for first in stride(from: 0, to: total, by: ParticleFile.rowCount) {
        let count = min(ParticleFile.rowCount, total - first)
        let begin = start + 8 + first / capacity * Self.tileSize(Word.self)
        let tiles = (count + capacity - 1) / capacity
        let bytes = try file.bytes(begin..<begin + tiles * Self.tileSize(Word.self))
        let storage = TileStorage<Word>(uninitialized: tiles * Tile<Word>.wordCount) { words in
          UnsafeMutableRawBufferPointer(words).copyBytes(from: bytes)
        }
        let seen = Bunch(
          reference: like.reference, share: BunchShare(allOf: count), storage: storage)
        let rows = seen.rows(of: 0..<count)
        try particles.append(
          ParticleRows(
            first: first, coordinates: rows.coordinates, weights: rows.weights, alive: rows.alive,
            turn: Int(turn)))
      }
    }
  }
}
