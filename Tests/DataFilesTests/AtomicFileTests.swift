import Foundation
import Support
import Testing

@testable import DataFiles

@Suite struct AtomicFileTests {
  private struct Interruption: Error {}

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aCompleteFileTakesItsName() throws {
    let count = try AtomicFile.write(to: folder.file("a.txt")) { file in
      try file.append("é ")
      try file.append(-12)
      try file.append(byte: 0x20)
      try file.append(1e-5)
      try file.append(Double.nan)
      try file.append(bytes: [0x0A, 0x41])
      return 3
    }
    #expect(count == 3)
    #expect(try folder.text("a.txt") == "é -12 1e-05\nA")
    #expect(try folder.contents == ["a.txt"])
  }

  @Test func theOldFileIsWholeUntilTheCommit() throws {
    let path = folder.file("a.txt")
    try AtomicFile.write(to: path) { try $0.append("old") }
    let writer = try FileWriter(path: path)
    try writer.append(String(repeating: "new ", count: 100_000))  // more than the buffer holds
    #expect(try folder.text("a.txt") == "old")
    #expect(try folder.contents.count == 2)
    try writer.commit()
    #expect(try folder.text("a.txt").count == 400_000)
    #expect(try folder.contents == ["a.txt"])
  }

  @Test func aDiscardedFileLeavesTheOldOne() throws {
    let path = folder.file("a.txt")
    try AtomicFile.write(to: path) { try $0.append("old") }
    let writer = try FileWriter(path: path)
    try writer.append("new")
    writer.discard()
    writer.discard()
    #expect(try folder.text("a.txt") == "old")
    #expect(try folder.contents == ["a.txt"])
  }

  @Test func aWriterThatIsForgottenLeavesNothing() throws {
    do {
      let writer = try FileWriter(path: folder.file("a.txt"))
      try writer.append("new")
      #expect(try folder.contents.count == 1)
    }
    #expect(try folder.contents == [])
  }

  @Test func anErrorInTheMiddleLeavesTheOldFile() throws {
    let path = folder.file("a.txt")
    try AtomicFile.write(to: path) { try $0.append("old") }
    #expect(throws: Interruption.self) {
      try AtomicFile.write(to: path) { file in
        try file.append("half of the new")
        throw Interruption()
      }
    }
    #expect(try folder.text("a.txt") == "old")
    #expect(try folder.contents == ["a.txt"])
  }

  @Test func aTemporaryFileOfAnotherRunIsNeitherUsedNorRemoved() throws {
    let path = folder.file("a.txt")
    // The names that the next writers would take, left behind by a run with the same process
    // number.
    let first = try TemporaryFile(path: path)
    first.discard()
    let number = try #require(
      first.name.split(separator: "-").last?.split(separator: ".").first.flatMap { Int($0) })
    let prefix = "\(folder.path)/.a.txt.\(getpid())-"
    let stale = (1...500).map { "\(prefix)\(number + $0).partial" }
    for name in stale { try "stale".write(toFile: name, atomically: false, encoding: .utf8) }
    try AtomicFile.write(to: path) { try $0.append("new") }
    #expect(try folder.text("a.txt") == "new")
    #expect(try stale.allSatisfy { try String(contentsOfFile: $0, encoding: .utf8) == "stale" })
    #expect(try folder.contents.count == 501)
  }

  @Test func writersOfOneNameDoNotMeet() throws {
    let path = folder.file("a.txt")
    let (a, b) = (try FileWriter(path: path), try FileWriter(path: path))
    try a.append("first")
    try b.append("second")
    try b.commit()
    #expect(try folder.text("a.txt") == "second")
    try a.commit()
    #expect(try folder.text("a.txt") == "first")
  }

  @Test func permissionsOfTheOldFileStay() throws {
    let path = folder.file("a.txt")
    try AtomicFile.write(to: path) { try $0.append("old") }
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try AtomicFile.write(to: path) { try $0.append("new") }
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
  }

  @Test func aSymbolicLinkStaysALink() throws {
    try AtomicFile.write(to: folder.file("real.txt")) { try $0.append("old") }
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link.txt"), withDestinationPath: "real.txt")
    try AtomicFile.write(to: folder.file("link.txt")) { try $0.append("new") }
    #expect(try folder.text("real.txt") == "new")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link.txt"))
        == "real.txt")
  }

  @Test func aDestinationThatCannotBeIsNamed() throws {
    #expect(try failure(folder.file("none/a.txt")).hasSuffix("No such file or directory"))
    #expect(try failure(folder.path).hasSuffix("cannot write: it is a directory"))
    #expect(try failure("/dev/null") == "/dev/null: cannot write: it is not a regular file")
    #expect(try failure("").hasSuffix("expected the name of a file"))
    #expect(try failure(folder.file("a/")).hasSuffix("expected the name of a file"))
  }

  @Test func aVeryLongNameHasATemporaryFile() throws {
    let name = String(repeating: "n", count: 250)
    try AtomicFile.write(to: folder.file(name)) { try $0.append("x") }
    #expect(try folder.contents == [name])
  }

  @Test func aFullDiskIsReported() throws {
    // /dev/full (Linux) accepts no byte; the temporary file is made by hand to stand on it.
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let file = try TemporaryFile(path: folder.file("a.txt"))
    defer { file.discard() }
    let full = open("/dev/full", O_WRONLY)
    dup2(full, file.descriptor)
    close(full)
    let thrown = #expect(throws: DataFileError.self) {
      try [UInt8](repeating: 0x41, count: 10).withUnsafeBytes { try file.write($0) }
    }
    #expect(thrown?.message == "cannot write: No space left on device")
  }

  private func failure(_ path: String) throws -> String {
    let thrown = #expect(throws: DataFileError.self) {
      try AtomicFile.write(to: path) { try $0.append("x") }
    }
    return try #require(thrown).description
  }
}
