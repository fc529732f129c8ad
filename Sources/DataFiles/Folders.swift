import Foundation

/// Folders for results.
public enum Folders {
  /// Makes the folder at `path`, and those above it, where they are missing.
  ///
  /// - Throws: ``DataFileError`` if it cannot be made.
  public static func make(_ path: String) throws(DataFileError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    } catch {
      throw DataFileError(path: path, "the folder cannot be made: \(error.localizedDescription)")
    }
  }
}
