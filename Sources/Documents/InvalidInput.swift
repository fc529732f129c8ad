/// An input file is wrong: the list of everything that was found in it.
public struct InvalidInput: Error, Sendable, CustomStringConvertible {
  /// The mistakes, in the order in which they are to be shown.
  public var diagnostics: [Diagnostic]

  /// An error with these mistakes, in this order.
  public init(diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }

  /// One mistake of a file as a whole, such as one that cannot be opened.
  public init(file: String, _ message: String) {
    diagnostics = [Diagnostic(.error, file: file, position: nil, message: message)]
  }

  /// One line for each mistake.
  public var description: String {
    diagnostics.map(\.description).joined(separator: "\n")
  }
}
