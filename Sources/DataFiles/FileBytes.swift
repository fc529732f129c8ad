import SystemLibrary

/// The bytes of a file.
public enum FileBytes {
  /// Why a file cannot be read.
  public struct Failure: Error {
    /// The reason as the end of a message that begins with the file's name: "no such file".
    public let reason: String
  }

  /// The working folder of the process; relative paths begin there.
  public static var currentFolder: String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
  }

  /// The whole content of the file at `path`.
  ///
  /// - Throws: ``Failure`` if there is no such file, if it is a folder, or if the system does not let
  ///   it be read.
  public static func read(_ path: String) throws(Failure) -> [UInt8] {
    try check(path)
    do {
      return try bytes(ofFile: path)
    } catch {
      throw Failure(reason: "cannot be read: \(error.reason)")
    }
  }

  /// - Throws: ``Failure`` if there is no such file, or if it is a folder.
  static func check(_ path: String) throws(Failure) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Failure(reason: "no such file") }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(reason: "is a folder, expected a file")
    }
  }
}
