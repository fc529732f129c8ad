import Foundation

/// Questions about files.
enum FileNames {
  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
