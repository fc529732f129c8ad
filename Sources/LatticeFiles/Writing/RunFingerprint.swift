import BeamDynamics
import Communication
import DataFiles
import Documents

/// What a run is, part by part: two runs of the same fingerprint have the same bits in all turns that both
/// have. The number of turns, threads, and names of files are no part of it.
struct RunFingerprint {
  /// A name for each part as messages call it, with its fingerprint.
  let parts: [(name: String, fingerprint: Fingerprint)]

  /// - Parameter bunch: The particles at the start, whatever they were made of; each process has its share, and all
  ///   of them call this.
  /// - Throws: `Interruption` if the workers were stopped; what the processes throw if they cannot communicate.
  init<Word: ParticleWord>(_ run: TrackingRun, startingWith bunch: Bunch<Word>) throws {
    let particles = try bunch.fingerprint(run.workers)
    guard case .object(let members) = RunRecord(run).input else {
      preconditionFailure("a run file is an object")
    }
    let left: [String: Set<String>] = [
      "beam": ["file"], "tracking": ["turns"], "output": ["directory", "mesh"],
    ]
    parts = zip(members.keys, members.values).filter { !Self.designKeys.contains($0.0) }.map {
      name, value in
      var text = value.without(left[name] ?? []).line
      if name == "beam" { text += " " + particles.rawValue }
      return (name, Fingerprint(of: text))
    }
  }

  private init(parts: [(name: String, fingerprint: Fingerprint)]) { self.parts = parts }

  /// Members of a run file that say nothing of tracking.
  private static let designKeys: Set = ["variables", "objective", "optimizer", "scan"]

  /// The part that differs from that of another run; nil if none does.
  func difference(from other: RunFingerprint) -> String? {
    let (own, others) = (dictionary, other.dictionary)
    // First, as another precision of tracking rounds the beam, too.
    let names = ["tracking"] + parts.map(\.name) + other.parts.map(\.name)
    return names.first { own[$0] != others[$0] }
  }

  private var dictionary: [String: Fingerprint] {
    Dictionary(parts.map { ($0.name, $0.fingerprint) }, uniquingKeysWith: { a, _ in a })
  }

  // A double holds 53 bits of a whole number: the 64 bits stand in two halves.

  private static let prefix = "fingerprint_"

  func append(to archive: inout SharedArchive) {
    for (name, fingerprint) in parts {
      let bits = UInt64(fingerprint.rawValue, radix: 16) ?? 0
      let halves = [Double(bits >> 32), Double(bits & 0xFFFF_FFFF)]
      archive.append(NPYFile(shape: [2], values: halves), named: Self.prefix + name)
    }
  }

  init(_ archive: NPZFile) throws(DataFileError) {
    var parts: [(name: String, fingerprint: Fingerprint)] = []
    for name in archive.names where name.hasPrefix(Self.prefix) {
      let halves = try archive.array(name).values.compactMap { UInt64(exactly: $0) }
      let bits = halves.count == 2 ? halves[0] << 32 | halves[1] : 0
      parts.append(
        (
          String(name.dropFirst(Self.prefix.count)),
          Fingerprint(rawValue: String(bits, radix: 16))
        ))
    }
    self.init(parts: parts)
  }
}

extension JSONText {
  /// The same object without some of its members.
  fileprivate func without(_ keys: Set<String>) -> JSONText {
    guard case .object(let members) = self else { return self }
    return .object(zip(members.keys, members.values).filter { !keys.contains($0.0) })
  }
}

extension Bunch {
  /// A short hash of the particles of all processes and their reference particle.
  fileprivate func fingerprint(_ workers: Workers) throws -> Fingerprint {
    // One hash for each chunk of tiles, so that threads and processes share them.
    let chunks = TileChunks(share)
    let own = try storage.withUnsafeBufferPointer { words in
      nonisolated(unsafe) let words = words
      return try workers.map(chunks.count) { chunk in
        let tiles = chunks.tiles(chunks.first + chunk)
        var hash = NumberHash()
        for i in tiles.lowerBound * Tile<Word>.wordCount..<tiles.upperBound * Tile<Word>.wordCount {
          hash.add(Double(words[i]).bitPattern)
        }
        return hash.value
      }
    }
    var hash = NumberHash()
    for part in try workers.communicator.allGather(values: own).flatMap(\.self) { hash.add(part) }
    _ = reference.map { (number: Double) -> Double in
      hash.add(number.bitPattern)
      return number
    }
    return Fingerprint(rawValue: String(hash.value, radix: 16))
  }
}

/// FNV-1a as `Fingerprint` has it, number by number.
private struct NumberHash {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ bits: UInt64) {
    value = (value ^ bits) &* 0x0000_0100_0000_01B3
    // The product carries to higher bits only: what differs there must come down.
    value ^= value >> 32
  }
}
