import Foundation

/// Questions about files.
enum FileNames {
  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// Whether a file was written after another one.
  static func isNewer(_ path: String, than other: String) -> Bool {
    guard let written = date(path), let reference = date(other) else { return false }
    return written > reference
  }

  private static func date(_ path: String) -> Date? {
    try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
  }
}
