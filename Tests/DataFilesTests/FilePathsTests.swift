import DataFiles
import Foundation
import Support
import Testing

@Suite("Paths, folders and whole files")
struct FilePathsTests {
  static let paths = [
    "a", "./a", "a/../b", "/x/./y", "/x/../y", "a/", "a//b", "/x//y//", "", "é", "a b", "/x/y/..",
    "../q", "/", "//", "///a", "..", ".", "./", "a/./b", "a//../c", "a/..", "a/.", "a/b//",
    "../../../../../../../../../../../../q",
  ]

  @Test(arguments: paths) func absolutePathsAreThoseOfFoundation(_ path: String) {
    #expect(FilePaths.absolute(path) == URL(fileURLWithPath: path).path)
  }

  @Test func theWorkingFolderIsThatOfFoundation() {
    #expect(FileBytes.currentFolder == FileManager.default.currentDirectoryPath)
  }

  @Test func foldersAreMadeWithThoseAbove() throws {
    let folder = try TemporaryFolder()
    for path in ["a", "b/c//d/", "b/c", "./b/../e"] {
      try Folders.make(folder.file(path))
      try Folders.make(folder.file(path))
      var isFolder: ObjCBool = false
      #expect(
        FileManager.default.fileExists(atPath: folder.file(path), isDirectory: &isFolder)
          && isFolder.boolValue)
    }
    _ = try folder.write("", to: "file")
    for path in ["file", "file/a"] {
      #expect(throws: DataFileError.self) { try Folders.make(folder.file(path)) }
    }
    #expect(throws: DataFileError.self) { try Folders.make("") }
  }

  @Test func aFileIsReadWhole() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("ab\n", to: "file")
    #expect(try FileBytes.read(path) == Array("ab\n".utf8))
    for (path, reason) in [
      (folder.path, "is a folder, expected a file"), (folder.file("none"), "no such file"),
      (path + "/a", "no such file"), ("", "no such file"),
    ] {
      let failure = #expect(throws: FileBytes.Failure.self) { try FileBytes.read(path) }
      #expect(failure?.reason == reason)
    }
  }
}
