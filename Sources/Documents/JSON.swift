/// Reads JSON documents that people write: positions are kept, and mistakes are explained.
///
/// The dialect is RFC 8259 with comments (`// …` and `/* … */`) and trailing commas. The text is
/// UTF-8, with or without a byte-order mark.
public enum JSON {
  /// The depth of nested arrays and objects that is accepted.
  ///
  /// The parser recurses, so the depth bounds its stack, whatever the input is.
  public static let deepestNesting = 256

  /// Reads a document.
  ///
  /// After a mistake whose remedy is plain (a missing comma, a bad number, a key that occurs twice)
  /// reading continues, so that later mistakes are found too: a result does not mean that there
  /// were none. Time and memory are linear in the size of the text.
  ///
  /// - Parameters:
  ///   - bytes: The text in UTF-8.
  ///   - diagnostics: Receives each mistake with its position.
  /// - Returns: The document's value, or `nil` if a mistake made it impossible to continue.
  public static func parse(
    _ bytes: some Collection<UInt8>, _ diagnostics: inout Diagnostics
  ) -> JSONNode? {
    var scanner = JSONScanner(bytes)
    if let mistake = scanner.encodingMistake() {
      diagnostics.error(mistake.message, at: mistake.position)
      return nil
    }
    scanner.skipByteOrderMark()
    var parser = JSONParser(scanner: scanner, diagnostics: diagnostics)
    defer { diagnostics = parser.diagnostics }
    return try? parser.document()
  }

  /// Reads a document from a string.
  public static func parse(_ text: String, _ diagnostics: inout Diagnostics) -> JSONNode? {
    parse(text.utf8, &diagnostics)
  }
}
