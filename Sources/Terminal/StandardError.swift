import Foundation
import Synchronization

/// The standard error stream, to which errors and progress are written.
///
/// Of several processes that work together the first one writes. What another one would have written last is
/// kept: it may be the reason why all end.
public enum StandardError {
  private struct Kept {
    var text = ""
    var isWritten = false
  }

  private static let kept = Mutex(Kept())

  /// True if this process writes to it and it is a terminal, not a file or a pipe.
  public static var isTerminal: Bool { ProcessGroup.isFirst && isatty(STDERR_FILENO) == 1 }

  /// Writes a text as it is; no line end is added.
  public static func write(_ text: String) {
    // After an interrupt several processes first find out why it came.
    let waits = Interrupts.haveCome && ProcessGroup.processes != nil
    let isWritten = ProcessGroup.isFirst && !waits
    // The end of a line of progress is no reason.
    if text.contains(where: { !$0.isWhitespace }) {
      kept.withLock { $0 = Kept(text: text, isWritten: isWritten) }
    }
    if isWritten { writeNow(text) }
  }

  /// What was to be written last.
  static var last: String { kept.withLock(\.text) }

  /// Writes what was to be written last, if it has not been.
  static func writeLast(after beginning: String = "") {
    let text = kept.withLock { kept in
      defer { kept.isWritten = true }
      return kept.isWritten ? "" : kept.text
    }
    if !text.isEmpty { writeNow(beginning + text) }
  }

  private static func writeNow(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
