import Foundation

/// Where mistakes and progress are told.
enum StandardError {
  /// True if a person is reading.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  static func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
