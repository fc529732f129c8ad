/// The mistakes found so far in one file.
///
/// Reading continues after a mistake, so that the user sees all of them at once; only a bounded
/// number is kept, so that a file of another format does not fill the screen or the memory.
public struct Diagnostics: Sendable {
  /// The file as the user named it.
  public let file: String
  /// What was found, in the order in which it was found; at most ``limit`` errors and as many
  /// warnings.
  public private(set) var entries: [Diagnostic] = []
  private var errors = 0
  private var warnings = 0

  /// The number of errors, and of warnings, that are kept word by word.
  public static let limit = 100

  /// No mistakes yet, for the file of this name.
  public init(file: String) {
    self.file = file
  }

  /// Records a mistake that makes the file unusable.
  public mutating func error(_ message: String, at position: SourcePosition?) {
    errors += 1
    guard errors <= Self.limit else { return }
    entries.append(Diagnostic(.error, file: file, position: position, message: message))
  }

  /// Records something doubtful that does not stop the run.
  public mutating func warning(_ message: String, at position: SourcePosition?) {
    warnings += 1
    guard warnings <= Self.limit else { return }
    entries.append(Diagnostic(.warning, file: file, position: position, message: message))
  }

  /// Records what was found in another file that this one names.
  public mutating func note(_ entry: Diagnostic) {
    let known = entry.severity == .error ? errors : warnings
    if entry.severity == .error { errors += 1 } else { warnings += 1 }
    if known < Self.limit { entries.append(entry) }
  }

  /// Whether the file is unusable.
  public var hasErrors: Bool { errors > 0 }

  /// The entries from the top of the file to its end, then a line for those that were not kept.
  ///
  /// What concerns the file as a whole comes first; entries of one place keep their order.
  public var sorted: [Diagnostic] {
    let start = SourcePosition(line: 0, column: 0)
    // Array.sort is stable in practice but not by promise, so the index decides between equals.
    var result = entries.enumerated().sorted {
      ($0.element.position ?? start, $0.offset) < ($1.element.position ?? start, $1.offset)
    }.map(\.element)
    let omitted = [(errors, "error", Diagnostic.Severity.error), (warnings, "warning", .warning)]
    for (count, noun, severity) in omitted where count > Self.limit {
      let more = count - Self.limit
      let message = "… and \(more) more \(noun)\(more == 1 ? "" : "s")"
      result.append(Diagnostic(severity, file: file, position: nil, message: message))
    }
    return result
  }

  /// Ends the reading of a file that has mistakes.
  ///
  /// - Throws: ``InvalidInput`` with all entries, sorted by position, if there is an error.
  public func throwIfErrors() throws(InvalidInput) {
    if hasErrors { throw InvalidInput(diagnostics: sorted) }
  }
}
