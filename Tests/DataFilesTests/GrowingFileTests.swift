import DataFiles
import Support
import Testing

/// Files that grow in place, and are taken up again.
@Suite struct GrowingFileTests {
  @Test func whatIsBeyondTheLengthThatWasKeptIsCutOff() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("rows.csv")
    let file = try GrowingFile(path: path)
    try file.append(bytes: "first\n".utf8)
    let length = file.length
    try file.append(bytes: "second\n".utf8)
    try file.synchronize()
    #expect(try folder.text("rows.csv") == "first\nsecond\n")
    let again = try GrowingFile(path: path, keeping: length)
    try again.append(bytes: "other\n".utf8)
    #expect(again.length == 12)
    #expect(try again.bytes(6..<11) == Array("other".utf8))
    try AtomicFile.write(to: folder.file("result.csv")) { try again.copy(to: $0) }
    #expect(try folder.text("result.csv") == "first\nother\n")
    #expect(try folder.text("rows.csv") == "first\nother\n")
  }

  @Test func aFolderHasOneLock() throws {
    let folder = try TemporaryFolder()
    var lock: FolderLock? = try FolderLock(folder.path)
    #expect(throws: DataFileError.self) { try FolderLock(folder.path) }
    withExtendedLifetime(lock) {}
    lock = nil
    lock = try FolderLock(folder.path)
    #expect(throws: DataFileError.self) { try FolderLock(folder.path + "/none") }
    withExtendedLifetime(lock) {}
  }

  @Test func aShorterFileIsRefusedAndStaysAsItIs() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("abc", to: "rows.csv")
    #expect(throws: DataFileError.self) { try GrowingFile(path: path, keeping: 4) }
    #expect(throws: DataFileError.self) {
      try GrowingFile(path: folder.file("none.csv"), keeping: 1)
    }
    #expect(try folder.text("rows.csv") == "abc")
    #expect(try folder.contents == ["rows.csv"])
    let copy = try GrowingFile(path: folder.file("copy.csv"))
    try copy.append(first: 2, of: path)
    #expect(try copy.bytes(0..<2) == Array("ab".utf8))
  }
}
