import Foundation

/// The standard error stream, to which errors and progress are written.
public enum StandardError {
  /// True if it is a terminal, and not a file or a pipe.
  public static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes a text as it is; no line end is added.
  public static func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
