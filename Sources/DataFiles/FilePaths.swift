import SystemLibrary

/// Names of files.
public enum FilePaths {
  /// The path of a file from the root of the file system, without a slash at the end.
  ///
  /// A relative path begins at ``FileBytes/currentFolder``; `.` and `..` are then resolved by the
  /// text alone. Symbolic links stay.
  public static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/") else {
      let end = path.lastIndex { $0 != "/" }
      return end.map { String(path[...$0]) } ?? "/"
    }
    var names: [Substring] = []
    let whole = FileBytes.currentFolder + "/" + path
    for name in whole.split(separator: "/", omittingEmptySubsequences: false) {
      switch name {
      case ".": break
      case "..": if names.count > 1 { names.removeLast() }
      default: names.append(name)
      }
    }
    while names.count > 1, names.last == "" { names.removeLast() }
    return names == [""] ? "/" : names.joined(separator: "/")
  }

  /// Whether two paths lead to one file or folder, which is there.
  public static func areSame(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    guard stat(a, &first) == 0, stat(b, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
}
