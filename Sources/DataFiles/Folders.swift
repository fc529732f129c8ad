import SystemLibrary

/// Folders for results.
public enum Folders {
  /// Makes the folder at `path`, and those above it, where they are missing.
  ///
  /// - Throws: ``DataFileError`` if it cannot be made.
  public static func make(_ path: String) throws(DataFileError) {
    func fail(_ code: Int32) throws(DataFileError) -> Never {
      throw DataFileError(path: path, "the folder cannot be made: \(systemMessage(code))")
    }
    // "" names no folder.
    if path.isEmpty { try fail(ENOENT) }
    var end = path.startIndex
    while end < path.endIndex {
      end = path[end...].drop { $0 == "/" }.firstIndex(of: "/") ?? path.endIndex
      let folder = String(path[..<end])
      if folder.allSatisfy({ $0 == "/" }) || isFolder(folder) { continue }
      if mkdir(folder, 0o777) == 0 { continue }
      let code = errno
      // Another process may have made it meanwhile.
      if !isFolder(folder) { try fail(code) }
    }
  }

  /// The names of what is in the folder at `path`; none if it cannot be read.
  package static func contents(of path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names
  }

  /// Whether there is a folder at `path`.
  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
