import Support
import Testing

@testable import DataFiles

@Suite struct InflateTests {
  /// What all of ``NPZFixtures/streams`` stand for.
  private let text =
    Array((0..<400).map { "\($0 * $0) " }.joined().utf8)

  @Test(arguments: ["fixed", "dynamic", "literals", "raw"])
  func eachKindOfBlockIsRestored(kind: String) throws {
    let stream = try #require(NPZFixtures.streams[kind])
    #expect(try Inflate.bytes(stream, size: text.count) == text)
  }

  @Test func aCopyMayOverlapItself() throws {
    let bytes = try Inflate.bytes(NPZFixtures.repeated, size: 100_000)
    #expect(bytes == [UInt8](repeating: 0x61, count: 100_000))
  }

  @Test func nothingMayBeCompressedToo() throws {
    // The last block, fixed code: only its end (0000000).
    #expect(try Inflate.bytes([0b011, 0], size: 0) == [])
    #expect(throws: Inflate.Mistake.ended) { try Inflate.bytes([], size: 0) }
  }

  @Test func theDeclaredSizeIsNeverExceededAndAlwaysReached() {
    #expect(throws: Inflate.Mistake.tooLong) {
      try Inflate.bytes(NPZFixtures.repeated, size: 99_999)
    }
    #expect(throws: Inflate.Mistake("the compressed data hold less than declared")) {
      try Inflate.bytes(NPZFixtures.repeated, size: 100_001)
    }
  }

  @Test(arguments: ["fixed", "dynamic", "literals", "raw"])
  func everyTruncationIsSeen(kind: String) throws {
    let stream = try #require(NPZFixtures.streams[kind])
    for length in stride(from: 0, to: stream.count, by: 3) {
      #expect(throws: Inflate.Mistake.ended) {
        try Inflate.bytes(Array(stream[..<length]), size: text.count)
      }
    }
    #expect(throws: Inflate.Mistake("something follows the last block")) {
      try Inflate.bytes(stream + [0], size: text.count)
    }
  }

  @Test func malformedStreamsAreRefusedInWords() {
    let cases: [([UInt8], String)] = [
      // Last block, kind 3.
      ([0b111], "invalid block type"),
      // Stored, with a length and a complement that do not fit.
      ([0b001, 1, 0, 0, 0, 0], "invalid stored block lengths"),
      // Fixed code: length symbol 257 (code 0000001), distance symbol 0 (00000), end (0000000).
      ([0b0000_0011, 0b0000_0010, 0], "invalid distance too far back"),
      // The code for code lengths: nineteen words of one bit.
      (
        [0b0000_0101, 0xE0] + [0x49, 0x92, 0x24, 0x49, 0x92, 0x24, 0x49, 0x92],
        "invalid code lengths set"
      ),
    ]
    for (stream, message) in cases {
      #expect(throws: Inflate.Mistake("the compressed data are damaged: \(message)")) {
        try Inflate.bytes(stream, size: 100)
      }
    }
  }

  @Test func noMutationCrashesOrOverrunsTheResult() throws {
    var generator = SeededGenerator(seed: 41)
    let streams = NPZFixtures.streams.sorted { $0.key < $1.key }.map(\.value)
    let alphabet = (0...255).map { UInt8($0) }
    var accepted = 0
    for round in 0..<40_000 {
      let stream = generator.mutated(streams[round % streams.count], alphabet: alphabet)
      if let bytes = try? Inflate.bytes(stream, size: text.count) {
        accepted += 1
        #expect(bytes.count == text.count)
      }
    }
    // Changes within stored bytes and literals are no mistakes of the stream.
    #expect(accepted > 500 && accepted < 39_500)
  }

  @Test func theChecksumIsTheStandardOne() {
    // The check value of CRC-32 in ISO 3309's catalogues, and zlib.crc32(text).
    #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.of([]) == 0)
    var pieces = CRC32()
    for start in stride(from: 0, to: text.count, by: 13) {
      Array(text[start..<min(start + 13, text.count)]).withUnsafeBytes { pieces.append($0) }
    }
    #expect(pieces.value == CRC32.of(text))
  }
}
