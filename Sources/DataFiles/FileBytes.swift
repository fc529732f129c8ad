import Foundation

/// The bytes of a file.
public enum FileBytes {
  /// Why a file cannot be read.
  public struct Failure: Error {
    public let reason: String
  }

  /// Where the user is.
  public static var currentFolder: String { FileManager.default.currentDirectoryPath }

  public static func read(_ path: String) throws(Failure) -> [UInt8] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw Failure(reason: "no such file")
    }
    if isDirectory.boolValue { throw Failure(reason: "is a folder, expected a file") }
    do {
      return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw Failure(reason: "cannot be read: \(error.localizedDescription)")
    }
  }
}
