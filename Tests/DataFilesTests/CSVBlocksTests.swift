import Communication
import Support
import Testing

@testable import DataFiles

/// Tables that are read in blocks on several threads, against the one parser of the whole.
@Suite struct CSVBlocksTests {
  private struct Reading: Equatable {
    var description: String
    var bits: [[UInt64]?]
    var columns: [String]
    var firstRowLine: Int

    init(_ read: () throws -> CSVFile) {
      do {
        let file = try read()
        description = "\(file.rowCount) rows"
        bits = file.columns.map { name in file.values(of: name)?.map(\.bitPattern) }
        columns = file.columns
        firstRowLine = file.firstRowLine
      } catch {
        description = "\(error)"
        bits = []
        columns = []
        firstRowLine = 0
      }
    }
  }

  private static func choice(_ name: String) -> CSVHeader.Column {
    .init(name: name, isWanted: name != "name", mayBeEmpty: name == "y")
  }

  /// What the parser of the whole makes of a text, and whether blocks of some size were enough.
  private func expectSame(_ bytes: [UInt8], size: Int, threads: Int = 1) -> Bool {
    let source = ByteSource(bytes, path: "t.csv")
    let whole = Reading { try CSVFile.readWhole(source, Self.choice) }
    let workers = Workers(count: threads)
    let read = Reading {
      try CSVFile.read(source, workers: workers, blockSize: size, Self.choice)
    }
    #expect(read == whole, "\(String(decoding: bytes, as: UTF8.self))")
    let blocks = CSVBlocks(source, size: size, Self.choice)?.read(workers: workers)
    if let blocks { #expect(Reading { blocks } == whole) }
    return blocks != nil
  }

  private static let plain = """
    x,y,name,z
    1.5e-3,-0.25,drift,12345678901234567
    4.9e-324,+7,"a, b",.5e+3
    9007199254740993,1e308,é,2
    -0.0,,,0.1
    123456789.123456789,0.00000000000001234,q,-1.2345678901234567e-40
    1,2,"said \"\"so\"\"",3

    """

  @Test(arguments: ["\n", "\r\n"])
  func rowsAreReadInBlocks(_ lineEnd: String) {
    let lines = Self.plain.split(separator: "\n", omittingEmptySubsequences: true)
    let rows = (0..<60).map { lines[1 + $0 % 6] }
    let text = ([lines[0]] + rows).joined(separator: lineEnd)
    for end in ["", lineEnd, lineEnd + lineEnd, lineEnd + "# the end" + lineEnd] {
      for size in [400, 401, 513, 700, 1000] {
        #expect(expectSame(Array((text + end).utf8), size: size, threads: 3))
      }
    }
  }

  @Test func commentsAboveTheNamesAreReadInBlocks() {
    for head in ["# by hand\n# x,y\n", "# by hand\nx,y\n", "\u{FEFF}x,y\n", "x;y\n", "x y\n"] {
      let separator = head.contains(";") ? ";" : head.contains(",") ? "," : " "
      let rows = (0..<200).map { "\($0).5\(separator)\($0)" }.joined(separator: "\n")
      #expect(expectSame(Array((head + rows).utf8), size: 256, threads: 2))
    }
  }

  @Test func decimalCommasAreReadInBlocksIfAllNumbersHaveThem() {
    let rows = (0..<100).map { "\($0),5;\($0)" }.joined(separator: "\n")
    #expect(expectSame(Array("x;y\n\(rows)\n".utf8), size: 256))
    #expect(!expectSame(Array("x;y\n\(rows)\n1.5;2\n".utf8), size: 256))
  }

  /// Each mistake at the beginning, in the middle and at the end of many right rows.
  @Test func mistakesAreThoseOfTheWhole() {
    let row = "1,2,q,3"
    let wrong = [
      "1,2,q", "1,2,q,3,4", "1,2,3,q", "1,,q,", ",1,q,2", "", "  ", "# a comment", "1,2,\"q,3",
      "1,2,\"q\"r,3",
      "1,2,\"q\n1,2,\",3", "\"1\n\",2,q,3", "1 2,3,q,4", "nan,1,q,2", "1e999,1,q,2",
      "1,5,2,5,q,3,5", "****,1,q,2",
      "1\r2,3,q,4", "1,2,q,3\r", "\u{1},2,q,3", "é,2,q,3",
      String(repeating: "1", count: 300) + ",2,q,3",
      "1,2," + String(repeating: "q", count: 300) + ",3",
    ]
    for line in wrong {
      for place in [0, 1, 20, 59, 60] {
        var lines = Array(repeating: row, count: 60)
        lines.insert(line, at: place)
        for text in ["x,y,name,z\n" + lines.joined(separator: "\n"), lines.joined(separator: "\n")]
        {
          for size in [32, 64, 100] {
            _ = expectSame(Array(text.utf8), size: size)
            _ = expectSame(Array((text + "\n").utf8), size: size, threads: 2)
          }
        }
      }
    }
    // More mistakes than are listed.
    let many = (0..<60).map { $0 % 2 == 0 ? "1,2,q" : row }.joined(separator: "\n")
    #expect(!expectSame(Array("x,y,name,z\n\(many)\n".utf8), size: 64))
  }

  @Test func mutatedTablesAreReadAsTheWhole() {
    let original = Array((Self.plain + Self.plain.dropFirst(11)).utf8)
    let alphabet = Array("0123456789.,;+-eE\"\"\n\n\r\t #naif\u{0}".utf8)
    var generator = SeededGenerator(seed: 51)
    var inBlocks = 0
    for round in 0..<15_000 {
      let bytes = generator.mutated(original, alphabet: alphabet)
      let size = Int.random(in: 16...200, using: &generator)
      if expectSame(bytes, size: size, threads: round % 100 == 0 ? 3 : 1) { inBlocks += 1 }
    }
    // Neither all nor none, so that both ways are exercised.
    #expect(inBlocks > 100 && inBlocks < 14_000, "\(inBlocks)")
  }

  /// Blocks of the standard size, from a file, on any number of threads.
  @Test func aFileHasTheSameNumbersForAnyNumberOfThreads() throws {
    let folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: 52)
    let values = (0..<120_000).map { _ in Double.random(in: -1e-3...1e-3, using: &generator) }
    let path = folder.file("t.csv")
    try AtomicFile.write(to: path) { file in
      var table = try CSVWriter(file, columns: ["a", "b", "c"])
      for row in stride(from: 0, to: values.count, by: 3) {
        table.fields(values[row..<(row + 3)])
        try table.endRow()
      }
    }
    #expect(try contents(ofFile: path).count > 3 * CSVBlocks.standardSize)
    let source = try ByteSource(path: path)
    let blocks = CSVBlocks(source, size: CSVBlocks.standardSize) {
      .init(name: $0, isWanted: true, mayBeEmpty: false)
    }
    #expect(blocks?.read(workers: .one) != nil)
    for threads in [1, 2, 5] {
      let table = try CSVFile.read(path, workers: Workers(count: threads))
      #expect(table.rowCount == 40_000)
      for (j, name) in ["a", "b", "c"].enumerated() {
        let written = stride(from: j, to: values.count, by: 3).map { values[$0] }
        #expect(table.values(of: name) == written)
      }
    }
  }
}
