import Foundation

/// The bytes of a file.
enum FileBytes {
  /// Where the user is.
  static var currentFolder: String { FileManager.default.currentDirectoryPath }

  /// Why a file cannot be read.
  struct Failure: Error {
    let reason: String
  }

  static func read(_ path: String) throws(Failure) -> [UInt8] {
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
