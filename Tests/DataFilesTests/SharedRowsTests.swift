import Communication
import Support
import Testing

@testable import DataFiles

@Suite("Processes read their own rows of a file") struct SharedRowsTests {
  private static func table(_ rows: Int, extra: String = "") -> String {
    "a,name,b\n" + (0..<rows).map { "\(Double($0) / 7),row \($0),\($0 * $0)\n" }.joined() + extra
  }

  /// Blocks of about seven rows: rows move from the process that read them to that which has them.
  @Test(arguments: [1, 2, 3, 4, 7], [0, 1, 5, 60])
  func tablesAreSharedRowByRow(processes: Int, rows: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.table(rows, extra: "\n\n"), to: "a.csv")
    let found = try ThreadedProcesses.run(processes) { communicator in
      try CSVFile.read(
        path, columns: { $0 != "name" }, workers: Workers(count: 2, communicator: communicator),
        blockSize: 128
      ) { total, rank in
        // Ranges that are not those of the blocks; the last process has most rows.
        (rank == 0 ? 0 : total * rank / (2 * processes))..<(rank + 1 == processes
          ? total : total * (rank + 1) / (2 * processes))
      }
    }
    #expect(found.map(\.total) == Array(repeating: rows, count: processes))
    let files = found.map(\.file)
    func values(of column: String) -> [Double] {
      files.flatMap { file -> [Double] in file.values(of: column) ?? [] }
    }
    let (sevenths, squares) = (
      (0..<rows).map { row -> Double in Double(row) / 7 },
      (0..<rows).map { row -> Double in Double(row * row) }
    )
    #expect(values(of: "a") == sevenths)
    #expect(values(of: "b") == squares)
    for file in files {
      #expect(file.values(of: "name") == nil)
      #expect(file.columns.count == 3)
    }
    #expect(files.reduce(0) { $0 + $1.rowCount } == rows)
  }

  /// The mistake is in the part of one process, and an empty line in that of one before.
  @Test(arguments: ["x,row,1\n", "\n3,row,1\n", "1,row\n", "1,row,\"2\n2\"\n"])
  func mistakesAreThoseOfAllProcesses(_ wrong: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      Self.table(40) + wrong + Self.table(20).dropFirst(9), to: "a.csv")
    let expected = #expect(throws: DataFileError.self) {
      try CSVFile.read(path, columns: { $0 != "name" })
    }
    let errors = try ThreadedProcesses.run(3) { communicator -> DataFileError? in
      do {
        _ = try CSVFile.read(
          path, columns: { $0 != "name" }, workers: Workers(count: 1, communicator: communicator),
          blockSize: 128
        ) { total, rank in communicator.share(of: total, rank: rank) }
        return nil
      } catch let error as DataFileError {
        return error
      }
    }
    #expect(errors == Array(repeating: expected, count: 3))
  }

  @Test(arguments: [false, true])
  func someRowsOfAnArchiveAreThoseOfTheArray(isCompressed: Bool) throws {
    let archive = try NPZFile.parse(
      isCompressed ? NPZFixtures.compressed : NPZFixtures.stored, path: "a.npz")
    for (name, length) in [("momenta", 4), ("flags", 1), ("transposed", 3), ("waves", 1)]
    where archive.names.contains(name) {
      let all = try archive.array(name)
      let count = all.shape[0]
      for rows in [0..<count, 0..<0, 1..<2, count / 3..<count, count - 1..<count] {
        let found = try archive.rows(of: name, verifies: true) { _ in rows }
        #expect(found.rowCount == count)
        #expect(found.rows.shape == [rows.count] + all.shape.dropFirst())
        #expect(
          found.rows.values
            == Array(all.values[rows.lowerBound * length..<rows.upperBound * length])
        )
      }
    }
    let error = #expect(throws: DataFileError.self) {
      try archive.rows(of: "mass", verifies: true) { 0..<$0 }
    }
    #expect(error?.description.contains("a single number has no rows") == true)
  }

  @Test(arguments: [false, true])
  func aDamagedArchiveIsNoticed(isCompressed: Bool) throws {
    var bytes = isCompressed ? NPZFixtures.compressed : NPZFixtures.stored
    // In the middle of the largest array.
    bytes[bytes.count / 2] ^= 0x10
    let archive = try NPZFile.parse(bytes, path: "a.npz")
    #expect(throws: DataFileError.self) {
      for name in archive.names where name != "mass" {
        _ = try archive.rows(of: name, verifies: true) { 0..<min($0, 1) }
      }
    }
  }

  @Test func aFingerprintOfAFileIsThatOfItsBytes() throws {
    let folder = try TemporaryFolder()
    let text = Self.table(60_000)
    let path = try folder.write(text, to: "a.csv")
    let found = try Fingerprint.ofFile(path)
    #expect(found.fingerprint == Fingerprint(of: text))
    #expect(found.bytes == text.utf8.count)
    for wrong in [folder.file("nothing"), folder.path] {
      let reasons = [
        #expect(throws: FileBytes.Failure.self) { try Fingerprint.ofFile(wrong) }?.reason,
        #expect(throws: FileBytes.Failure.self) { try FileBytes.read(wrong) }?.reason,
      ]
      #expect(reasons[0] == reasons[1])
    }
  }

  @Test func aMistakeOfOneProcessIsOneOfAll() throws {
    struct Odd: Error {}
    let errors = try ThreadedProcesses.run(4) { communicator -> [String] in
      func message(_ body: () throws -> Void) -> String {
        do { try communicator.together(failing: DataFileError.self, body) } catch {
          return "\(error)"
        }
        return ""
      }
      return [
        message {},
        message {
          if communicator.rank > 1 {
            throw DataFileError(path: "\(communicator.rank).csv", line: 3, column: 2, "is wrong")
          }
        },
        message { if communicator.rank == 2 { throw Interruption() } },
        message { if communicator.rank == 3 { throw Odd() } },
      ]
    }
    for error in errors {
      #expect(error == ["", "2.csv:3:2: is wrong", "Interruption()", "Odd()"])
    }
  }
}
