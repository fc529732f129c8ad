import Communication
import Foundation
import Support
import Testing

@testable import DataFiles

/// Rows that are put into words on several threads.
@Suite struct ParallelWritingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ count: Int, threads: Int, to path: String) throws {
    try AtomicFile.write(to: path) { file in
      var table = try CSVWriter(file, columns: ["id", "x", "name"])
      table.field(-1)
      table.field(nil)
      table.field("first, alone")
      try table.endRow()
      try table.append(rows: count, workers: Workers(count: threads)) { i, row in
        row.field(i)
        row.field(1 / Double(i + 1))
        row.field(i % 3 == 0 ? "a \"b\"" : "c")
      }
      #expect(table.rowCount == count + 1)
    }
  }

  @Test(arguments: [0, 1, 2047, 2048, 30_001])
  func theBytesAreThoseOfRowsOneByOne(count: Int) throws {
    try AtomicFile.write(to: folder.file("serial.csv")) { file in
      var table = try CSVWriter(file, columns: ["id", "x", "name"])
      table.field(-1)
      table.field(nil)
      table.field("first, alone")
      try table.endRow()
      for i in 0..<count {
        table.field(i)
        table.field(1 / Double(i + 1))
        table.field(i % 3 == 0 ? "a \"b\"" : "c")
        try table.endRow()
      }
    }
    let expected = try contents(ofFile: folder.file("serial.csv"))
    for threads in [1, 2, 5] {
      try write(count, threads: threads, to: folder.file("t.csv"))
      #expect(try contents(ofFile: folder.file("t.csv")) == expected)
    }
  }

  @Test func workThatIsStoppedLeavesTheOldFile() throws {
    let path = folder.file("t.csv")
    try write(10, threads: 1, to: path)
    let old = try folder.text("t.csv")
    #expect(throws: Interruption.self) {
      try AtomicFile.write(to: path) { file in
        var table = try CSVWriter(file, columns: ["id"])
        try table.append(rows: 100_000, workers: Workers(count: 2, shouldStop: { true })) {
          $1.field($0)
        }
      }
    }
    // Even if somebody goes on, a file with a gap does not get its name.
    let file = try FileWriter(path: path)
    var table = try CSVWriter(file, columns: ["id"])
    try? table.append(rows: 100_000, workers: Workers(count: 2, shouldStop: { true })) {
      $1.field($0)
    }
    let thrown = #expect(throws: DataFileError.self) { try file.commit() }
    #expect(thrown?.message == "cannot write: it was stopped in the middle")
    #expect(try folder.text("t.csv") == old)
    #expect(try folder.contents == ["t.csv"])
  }

  /// On a disk that is full after some bytes, whichever thread writes them.
  @Test(arguments: [1, 3])
  func aFullDiskLeavesTheOldFile(threads: Int) throws {
    // /dev/full (Linux) accepts no byte; the temporary file is made by hand to stand on it.
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let path = folder.file("t.csv")
    try AtomicFile.write(to: path) { try $0.append("old") }
    func fullFile() throws -> FileWriter {
      let file = try TemporaryFile(path: path)
      let full = open("/dev/full", O_WRONLY)
      dup2(full, file.descriptor)
      close(full)
      return FileWriter(file)
    }
    let file = try fullFile()
    var table = try CSVWriter(file, columns: ["id"])
    let thrown = #expect(throws: DataFileError.self) {
      try table.append(rows: 100_000, workers: Workers(count: threads)) { $1.field($0) }
    }
    #expect(thrown?.description == "\(path): cannot write: No space left on device")
    #expect(throws: DataFileError.self) { try file.commit() }
    let arrayFile = try fullFile()
    var array = try NPYRowStream(arrayFile, rowShape: [8])
    let failure = #expect(throws: DataFileError.self) {
      try array.append([Double](repeating: 0, count: 80_000))
    }
    #expect(failure?.message == "cannot write: No space left on device")
    #expect(throws: DataFileError.self) { try arrayFile.commit() }
    #expect(try folder.text("t.csv") == "old")
    #expect(try folder.contents == ["t.csv"])
  }

  @Test func arraysInPiecesAreThoseOfTheWhole() throws {
    let values = (0..<90_000).map { 1 / Double($0 + 1) }
    for format in [NPYFile.Format.float64, .float32] {
      try NPYFile(shape: [10_000, 9], values: values).write(to: folder.file("a.npy"), as: format)
      try AtomicFile.write(to: folder.file("b.npy")) { file in
        var array = try NPYRowStream(file, rowShape: [9], as: format)
        for first in stride(from: 0, to: values.count, by: 40_000) {
          try array.append(values[first..<min(first + 40_000, values.count)])
        }
        try array.end()
      }
      let whole = try contents(ofFile: folder.file("a.npy"))
      #expect(try contents(ofFile: folder.file("b.npy")) == whole)
    }
    try AtomicFile.write(to: folder.file("empty.npy")) {
      try NPYRowStream($0, rowShape: [2, 3]).end()
    }
    #expect(try NPYFile.read(folder.file("empty.npy")) == NPYFile(shape: [0, 2, 3], values: []))
  }
}
