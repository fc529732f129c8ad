import BeamDynamics
import DataFiles

/// What a monitor has seen in a run with checkpoints, turn after turn, before it becomes a file of
/// particles.
///
/// For each turn the file has the turn in 64 bits, and the words of the bunch as they are stored: tile
/// after tile, x of 512 particles, then px, y, py, t, pt, weights, and 1 for the living.
struct MonitorLog {
  let file: GrowingFile

  /// The name of the log of a monitor with this result.
  static func name(of result: ResultFile) -> String { result.name + ".words" }

  /// Appends the particles in a turn.
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
  func append<Word: ParticleWord>(_ bunch: Bunch<Word>, turn: Int) throws {
    try withUnsafeBytes(of: UInt64(turn).littleEndian) { try file.append(bytes: $0) }
    try bunch.storage.withUnsafeBufferPointer { try file.append(UnsafeRawBufferPointer($0)) }
  }

  /// Writes the particles of all turns to a file of particles.
  ///
  /// - Parameter like: A bunch of as many particles, for its reference particle.
  /// - Throws: `DataFileError` if a file cannot be read or written.
  func write<Word: ParticleWord>(to particles: inout ParticleFile, like: Bunch<Word>) throws {
    let wordCount = like.tileCount * Tile<Word>.wordCount
    let size = 8 + wordCount * MemoryLayout<Word>.stride
    for start in stride(from: 0, to: file.length, by: size) {
      let bytes = try file.bytes(start..<start + size)
      let turn = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
      let storage = TileStorage<Word>(uninitialized: wordCount) { words in
        bytes.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(words).copyMemory(from: .init(rebasing: $0[8...]))
        }
      }
      var seen = Bunch(reference: like.reference, share: like.share, storage: storage)
      seen.hasUniformWeights = like.hasUniformWeights
      try particles.append(seen, turn: Int(turn))
    }
  }
}
