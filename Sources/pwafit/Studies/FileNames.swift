import Foundation

/// Questions about files.
enum FileNames {
  /// A name for a file of each of several things, with "-" for what separates folders and words; things
  /// whose files would have one name, capitals or not, are told apart by a number.
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
