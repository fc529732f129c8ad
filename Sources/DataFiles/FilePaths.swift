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
}
