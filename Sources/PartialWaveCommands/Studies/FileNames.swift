import Foundation

/// Names and dates of files.
enum FileNames {
  /// A file name for each of several names: slashes and spaces become "-", and a number
  /// distinguishes those that would be the same, also if they differ in capitals only.
  static func distinct(_ names: [String]) -> [String: String] {
    var taken: Set<String> = []
    var files: [String: String] = [:]
    for name in names where files[name] == nil {
      let plain = String(name.map { "/ ".contains($0) ? "-" : $0 })
      var file = plain
      var number = 1
      while !taken.insert(file.lowercased()).inserted {
        number += 1
        file = "\(plain)~\(number)"
      }
      files[name] = file
    }
    return files
  }

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
