import Foundation

/// Where mistakes and progress are told.
public enum StandardError {
  /// True if a person is reading.
  public static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  public static func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
