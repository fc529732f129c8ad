/// One mistake (or one doubtful point) in a file, with a message that names the object and the key.
public struct Diagnostic: Equatable, Sendable, CustomStringConvertible {
  /// Whether the file can be used all the same.
  public enum Severity: Equatable, Sendable {
    /// The file cannot be used.
    case error
    /// The file can be used, but may not say what its author meant.
    case warning
  }

  /// Whether it is a mistake or a doubtful point.
  public var severity: Severity
  /// The file as the user named it.
  public var file: String
  /// Where in the file; `nil` for what concerns the file as a whole.
  public var position: SourcePosition?
  /// What is wrong and what was expected, in one line without the position.
  public var message: String

  /// A diagnostic; `position` is nil for what concerns the file as a whole.
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
