import Support
import Testing

@testable import DataFiles

@Suite struct NPZTests {
  private let stored = NPZFixtures.stored
  private let compressed = NPZFixtures.compressed

  @Test(arguments: [false, true]) func archivesThatNumPyWroteAreRead(isCompressed: Bool) throws {
    let archive = try NPZFile.parse(isCompressed ? compressed : stored, path: "a.npz")
    #expect(archive.names.prefix(4) == ["momenta", "flags", "transposed", "mass"])
    #expect(
      try archive.array("momenta")
        == NPYFile(shape: [3, 4], values: (0..<12).map { Double($0) / 8 }))
    #expect(try archive.array("flags") == NPYFile(shape: [3], values: [1, 0, -7]))
    #expect(try archive.array("transposed") == NPYFile(shape: [2, 3], values: [0, 1, 2, 3, 4, 5]))
    #expect(try archive.array("mass") == NPYFile(shape: [], values: [0.13957039]))
    #expect(try archive.arrays().count == archive.names.count)
  }

  @Test func aLargerCompressedArrayIsRestored() throws {
    let waves = try NPZFile.parse(compressed, path: "a.npz").array("waves")
    #expect(waves.shape == [20_000])
    let expected = (0..<20_000).map { n -> Double in
      let whole: Int = (n * n % 97) * (n / 3000)
      return Double(whole) / 4
    }
    #expect(waves.values == expected)
  }

  @Test func archivesComeBackWithTheirBits() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.npz")
    let first = NPYFile(
      shape: [2, 3], values: [0.1, -0.0, .infinity, .leastNonzeroMagnitude, .pi, -5])
    let second = NPYFile(shape: [40_000], values: (0..<40_000).map { 1 / Double($0 + 1) })
    let empty = NPYFile(shape: [0, 7], values: [])
    try NPZFile.write(["first": first, "π/second": second, "empty": empty], to: path)
    let archive = try NPZFile.read(path)
    #expect(archive.names == ["first", "π/second", "empty"])
    #expect(
      try archive.array("first").values.map(\.bitPattern) == first.values.map(\.bitPattern))
    #expect(try archive.array("π/second") == second)
    #expect(try archive.array("empty") == empty)
    let rows = try archive.rows(of: "first")
    #expect(try rows.rows(1..<2) == [.leastNonzeroMagnitude, .pi, -5])
  }

  @Test func equalArraysMakeEqualFiles() throws {
    let folder = try TemporaryFolder()
    for name in ["a.npz", "b.npz"] {
      let array = NPYFile(shape: [3], values: [1, 2, 3])
      try NPZFile.write(["x": array], to: folder.file(name), as: .float32)
    }
    let bytes = try contents(ofFile: folder.file("a.npz"))
    #expect(try contents(ofFile: folder.file("b.npz")) == bytes)
  }

  // MARK: Mistakes

  /// The places of a pattern in an archive.
  private func places(_ signature: UInt32, in bytes: [UInt8]) -> [Int] {
    let pattern = (0..<4).map { UInt8(truncatingIfNeeded: signature >> (8 * $0)) }
    return bytes.indices.filter { bytes[$0...].starts(with: pattern) }
  }

  private func replacing(_ bytes: [UInt8], at place: Int, by new: [UInt8]) -> [UInt8] {
    var result = bytes
    result.replaceSubrange(place..<(place + new.count), with: new)
    return result
  }

  @Test func malformedDirectoriesAreRefusedInWords() throws {
    let entries = places(NPZDirectory.entrySignature, in: stored)
    let end = try #require(places(NPZDirectory.endSignature, in: stored).last)
    let momenta = entries[0]
    let flags = entries[1]
    let packed = places(NPZDirectory.entrySignature, in: compressed)[0]
    let large = [UInt8](repeating: 0xFF, count: 4)
    let cases: [([UInt8], String)] = [
      ([], "this is no .npz archive: it has no ZIP directory"),
      (Array("this is a text".utf8), "this is no .npz archive: it has no ZIP directory"),
      (Array(stored.prefix(600)), "the archive is truncated: its directory is missing"),
      (Array(stored.dropLast()), "the archive is truncated: its directory is missing"),
      (Array(stored.dropFirst(100)), "the directory reaches beyond the file"),
      (replacing(stored, at: end + 10, by: [200, 0]), "archives of several parts"),
      (
        replacing(stored, at: end + 8, by: [200, 0, 200, 0]),
        "the directory is too short for its 200 entries"
      ),
      (replacing(stored, at: end + 16, by: large), "the 64-bit directory is missing"),
      (replacing(stored, at: end + 16, by: [0, 0, 0, 0x70]), "the directory reaches beyond"),
      (replacing(stored, at: end + 16, by: [1, 0, 0, 0]), "the directory is malformed"),
      (replacing(stored, at: momenta + 8, by: [1]), "\"momenta.npy\" is encrypted"),
      (
        replacing(stored, at: momenta + 10, by: [14]),
        "\"momenta.npy\" is compressed by method 14; expected 0 (stored, numpy.savez) or 8"
      ),
      (replacing(stored, at: momenta + 24, by: [9]), "\"momenta.npy\" is stored in 224 bytes"),
      (
        replacing(stored, at: momenta + 20, by: [0, 0, 1, 0, 0, 0, 1, 0]),
        "\"momenta.npy\" reaches beyond its place"
      ),
      (
        replacing(stored, at: flags + 42, by: [200, 0]), "\"momenta.npy\" reaches beyond its place"
      ),
      (
        replacing(compressed, at: packed + 24, by: large),
        "\"momenta.npy\" cannot hold 4294967295 bytes in"
      ),
      (replacing(stored, at: momenta + 46, by: [0xFF]), "the name of a member is not valid UTF-8"),
    ]
    for (bytes, message) in cases {
      let thrown = #expect(throws: DataFileError.self) {
        try NPZFile.parse(bytes, path: "a.npz")
      }
      #expect(thrown?.message.hasPrefix(message) == true, "\(thrown?.message ?? "") ≠ \(message)")
    }
  }

  @Test func aNameThatStandsTwiceIsRefused() throws {
    let folder = try TemporaryFolder()
    let array = NPYFile(shape: [1], values: [1])
    try NPZFile.write(["a1": array, "a2": array], to: folder.file("a.npz"))
    let bytes = try contents(ofFile: folder.file("a.npz")).map { $0 == 0x32 ? 0x31 : $0 }
    let thrown = #expect(throws: DataFileError.self) { try NPZFile.parse(bytes, path: "a.npz") }
    #expect(thrown?.message == "\"a1.npy\" stands twice in the archive")
  }

  @Test func aDamagedMemberIsNamedWhenItIsRead() throws {
    let start = try #require(places(NPZDirectory.memberSignature, in: stored).first)
    let damaged = try NPZFile.parse(
      replacing(stored, at: start + 240, by: [0xAA]), path: "a.npz")
    #expect(try damaged.array("mass").values == [0.13957039])
    let checksum = #expect(throws: DataFileError.self) { try damaged.array("momenta") }
    #expect(
      checksum?.description
        == "a.npz: \"momenta.npy\" has a wrong checksum: the archive is damaged")
    let unknown = #expect(throws: DataFileError.self) { try damaged.array("weights") }
    #expect(
      unknown?.message
        == "the archive has no array \"weights\"; it has: momenta, flags, transposed, mass")
    let headless = try NPZFile.parse(replacing(stored, at: start, by: [0]), path: "a.npz")
    let missing = #expect(throws: DataFileError.self) { try headless.array("momenta") }
    #expect(missing?.message == "\"momenta.npy\" has no header where the directory says")
    let packed = #expect(throws: DataFileError.self) {
      try NPZFile.parse(compressed, path: "a.npz").rows(of: "momenta")
    }
    #expect(packed?.message.hasPrefix("\"momenta.npy\" is compressed; rows are read") == true)
    let columns = #expect(throws: DataFileError.self) {
      try NPZFile.parse(stored, path: "a.npz").rows(of: "transposed")
    }
    #expect(columns?.message.hasPrefix("\"transposed.npy\": the array is stored column") == true)
  }

  @Test func aCommentBehindTheDirectoryIsPassedOver() throws {
    let comment = Array("PK\u{5}\u{6} made by hand, and long enough for a record".utf8)
    let count = stored.count
    let bytes = replacing(stored, at: count - 2, by: [UInt8(comment.count), 0]) + comment
    #expect(try NPZFile.parse(bytes, path: "a.npz").names.count == 4)
  }

  @Test(arguments: [false, true]) func everyTruncationIsSeen(isCompressed: Bool) {
    let bytes = isCompressed ? compressed : stored
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: DataFileError.self) {
        try NPZFile.parse(Array(bytes[..<length]), path: "a.npz")
      }
    }
  }

  @Test func noMutationCrashesTheArchiveReader() throws {
    var generator = SeededGenerator(seed: 42)
    let alphabet = Array("PK\u{0}\u{1}\u{2}\u{3}\u{5}\u{6}\u{8}".utf8) + [0xFF, 0x2D, 0x7F]
    var opened = 0
    var read = 0
    for round in 0..<30_000 {
      let original = round % 2 == 0 ? stored : compressed
      // Half of the changes in the directory only, where nearly everything is decided.
      let split = round % 4 < 2 ? original.count - 300 : 0
      let bytes =
        original[..<split] + generator.mutated(Array(original[split...]), alphabet: alphabet)
      guard let archive = try? NPZFile.parse(Array(bytes), path: "a.npz") else { continue }
      opened += 1
      for name in archive.names {
        if let array = try? archive.array(name) {
          read += 1
          #expect(array.values.count == array.shape.reduce(1, *))
        }
      }
    }
    #expect(opened > 500 && opened < 29_500)
    #expect(read > 500)
  }
}
