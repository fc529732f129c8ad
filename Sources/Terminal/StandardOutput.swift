/// The standard output stream, to which results are written.
public enum StandardOutput {
  /// Writes a text and a line end; of several processes that work together, the first one does.
  public static func print(_ text: String, terminator: String = "\n") {
    if ProcessGroup.isFirst { Swift.print(text, terminator: terminator) }
  }
}
