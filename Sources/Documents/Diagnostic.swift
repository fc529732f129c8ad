/// One mistake (or one doubtful point) in a file, said in a sentence that names the culprit.
public struct Diagnostic: Equatable, Sendable, CustomStringConvertible {
  /// Whether the file can be used all the same.
  public enum Severity: Equatable, Sendable {
    /// The file cannot be used.
    case error
    /// The file can be used, but may not say what its author meant.
    case warning
  }

  public var severity: Severity
  /// The file as the user named it.
  public var file: String
  /// Where in the file; `nil` for what concerns the file as a whole.
  public var position: SourcePosition?
  /// What is wrong and what was expected, in one line without the position.
  public var message: String

  public init(
    _ severity: Severity, file: String, position: SourcePosition?, message: String
  ) {
    self.severity = severity
    self.file = file
    self.position = position
    self.message = message
  }

  /// `lattice.json:12:24: message`, the form that editors and terminals make clickable.
  public var description: String {
    let place = position.map { "\(file):\($0)" } ?? file
    return severity == .warning ? "\(place): warning: \(message)" : "\(place): \(message)"
  }
}
