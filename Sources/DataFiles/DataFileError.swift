/// Why a data file cannot be read or written, with the places of mistakes in it.
public struct DataFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One mistake in the file.
  public struct Mistake: Equatable, Sendable {
    /// Line number, from 1; `nil` for what concerns the file as a whole.
    public var line: Int?
    /// Column, from 1, counted in Unicode scalars; `nil` for what concerns the whole line.
    public var column: Int?
    /// What is wrong and what was expected, in one line without the place.
    public var message: String

    /// A mistake at a line and column, or of the file as a whole.
    public init(_ message: String, line: Int? = nil, column: Int? = nil) {
      self.message = message
      self.line = line
      self.column = column
    }
  }

  /// The file as the user named it.
  public var path: String
  /// The mistakes from the top of the file to its end; at least one, at most ``limit``.
  public var mistakes: [Mistake]
  /// The number of mistakes beyond those.
  public var omitted: Int

  /// The largest number of mistakes whose messages are kept.
  public static let limit = 20

  /// An error with these mistakes, and the number of further ones.
  public init(path: String, mistakes: [Mistake], omitted: Int = 0) {
    self.path = path
    self.mistakes = mistakes
    self.omitted = omitted
  }

  /// One mistake of a file.
  public init(path: String, line: Int? = nil, column: Int? = nil, _ message: String) {
    self.init(path: path, mistakes: [Mistake(message, line: line, column: column)])
  }

  /// The line of the first mistake.
  public var line: Int? { mistakes.first?.line }
  /// The column of the first mistake.
  public var column: Int? { mistakes.first?.column }
  /// The first mistake in words.
  public var message: String { mistakes.first?.message ?? "" }

  /// One line for each mistake: `beam.csv:7:12: message`.
  public var description: String {
    var lines = mistakes.map { mistake in
      let place = [mistake.line, mistake.column].compactMap { $0.map { ":\($0)" } }.joined()
      return "\(path)\(place): \(mistake.message)"
    }
    if omitted > 0 { lines.append("\(path): … and \(omitted) more") }
    return lines.joined(separator: "\n")
  }
}
