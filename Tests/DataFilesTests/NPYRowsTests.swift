import Support
import Testing

@testable import DataFiles

@Suite struct NPYRowsTests {
  /// More rows than fit into one piece of a mebibyte, in a type of each size.
  @Test(arguments: [NPYFile.Format.float64, .float32])
  func rowsAreThoseOfTheWholeArray(format: NPYFile.Format) throws {
    let folder = try TemporaryFolder()
    let values = (0..<400_000).map { Double($0) }  // whole numbers, exact in single precision
    let array = NPYFile(shape: [100_000, 2, 2], values: values)
    try array.write(to: folder.file("a.npy"), as: format)
    let rows = try NPYRows(path: folder.file("a.npy"))
    #expect(rows.rowCount == 100_000 && rows.rowLength == 4 && rows.shape == [100_000, 2, 2])
    for range in [0..<1, 99_999..<100_000, 31..<97, 500..<90_000, 7..<7] {
      let expected = Array(values[(4 * range.lowerBound)..<(4 * range.upperBound)])
      #expect(try rows.rows(range) == expected)
    }
    #expect(try NPYFile.read(folder.file("a.npy")) == array)
  }

  @Test func manyThreadsMayReadAtOnce() async throws {
    let folder = try TemporaryFolder()
    let values = (0..<80_000).map { Double($0) }
    try NPYFile(shape: [20_000, 4], values: values).write(to: folder.file("a.npy"))
    let rows = try NPYRows(path: folder.file("a.npy"))
    let sums = try await withThrowingTaskGroup(of: Double.self) { group in
      for part in 0..<20 {
        group.addTask { try rows.rows((1000 * part)..<(1000 * (part + 1))).reduce(0, +) }
      }
      return try await group.reduce(0, +)
    }
    #expect(sums == values.reduce(0, +))  // whole numbers below 2⁵³: exact in any order
  }

  @Test func piecesMakeTheFileOfTheWhole() throws {
    let folder = try TemporaryFolder()
    let array = NPYFile(shape: [5, 3], values: (0..<15).map { Double($0) / 7 })
    for format in [NPYFile.Format.float64, .float32] {
      try array.write(to: folder.file("whole.npy"), as: format)
      try AtomicFile.write(to: folder.file("pieces.npy")) { file in
        var rows = try NPYRowWriter(file, shape: [5, 3], as: format)
        for piece in [0..<6, 6..<6, 6..<13, 13..<15] { try rows.append(array.values[piece]) }
        rows.end()
      }
      let whole = try contents(ofFile: folder.file("whole.npy"))
      #expect(try contents(ofFile: folder.file("pieces.npy")) == whole)
    }
  }

  @Test func arraysWithoutRowsAreRefusedInWords() throws {
    let folder = try TemporaryFolder()
    let number = NPYFile(shape: [], values: [1])
    try number.write(to: folder.file("number.npy"))
    let thrown = #expect(throws: DataFileError.self) {
      try NPYRows(path: folder.file("number.npy"))
    }
    #expect(thrown?.message == "a single number has no rows; expected an array")
    try NPYFile(shape: [0, 3], values: []).write(to: folder.file("empty.npy"))
    let empty = try NPYRows(path: folder.file("empty.npy"))
    #expect(empty.rowCount == 0 && empty.rowLength == 3)
    #expect(try empty.rows(0..<0) == [])
  }

  @Test func aFileThatShrinksIsAnErrorAndNoCrash() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.npy")
    try NPYFile(shape: [100], values: [Double](repeating: 1, count: 100)).write(to: path)
    let rows = try NPYRows(path: path)
    try folder.write("short", to: "a.npy")  // written in place: the open file is the same
    let thrown = #expect(throws: DataFileError.self) { try rows.rows(0..<100) }
    #expect(thrown?.message == "the file has become shorter while it was read")
  }
}
