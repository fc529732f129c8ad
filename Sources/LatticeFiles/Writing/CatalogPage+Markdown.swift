import BeamDynamics
import DataFiles
import Documents

/// The page as a part of a documentation that people write: what the table of parameters knows stands between
/// two markers, and is made again whenever the table has changed.
extension CatalogPage {
  /// The lines before and behind the reference part of a page.
  public static let markers = (
    begin: "<!-- reference: made by the tool, not by hand -->", end: "<!-- reference: end -->"
  )

  /// The sections that the page of a kind of element has before its reference part, and that people write.
  public static let sections = ["Formula", "What is preserved", "Source"]

  /// The reference part in Markdown, between its ``markers``: the sentence about the kind, its models, and a
  /// table of the parameters with unit, default, allowed values and meaning.
  public var markdown: String {
    var blocks = [Self.markers.begin, "## Reference", "`\(kind)`: \(Self.escaped(summary))"]
    if !models.isEmpty { blocks.append("Models: \(models.joined(separator: ", ")).") }
    if !details.isEmpty {
      blocks.append(
        details.map { key, value in
          "- `\(key)`: " + Self.escaped(value == .string("") ? "1" : value.words)
        }.joined(separator: "\n"))
    }
    if hasParameters { blocks += parameterBlocks }
    return (blocks + [Self.markers.end]).joined(separator: "\n\n") + "\n"
  }

  private var parameterBlocks: [String] {
    var blocks: [String] = []
    if rows.isEmpty {
      blocks.append("It has no parameters.")
    } else {
      blocks.append(
        Self.table(
          ["parameter", "unit", "default", "allowed", "meaning"],
          rows.map { row in
            [
              "`\(row.parameter.name)`", Self.escaped(row.parameter.unit),
              Self.escaped(row.defaultText), Self.allowed(row.allowed, row.parameter),
              Self.escaped(row.parameter.summary),
            ]
          }))
    }
    for row in rows {
      guard case .objects(let members) = row.parameter.form else { continue }
      blocks.append("Each of `\(row.parameter.name)` has:")
      blocks.append(
        Self.table(
          ["parameter", "unit", "allowed", "meaning"],
          members.map { member in
            [
              "`\(member.name)`", Self.escaped(member.unit), Self.allowed(nil, member),
              Self.escaped(member.summary),
            ]
          }))
    }
    let choices =
      alternatives.map { choice in
        "- \(choice.isRequired ? "Exactly" : "At most") one of \(Self.listed(choice.names))."
      }
      + (variants?.needs ?? []).map { variant in
        "- `\(variants?.choice ?? "")` \(variant.word) needs \(Self.listed(variant.names))."
      }
    if !choices.isEmpty { blocks.append(choices.joined(separator: "\n")) }
    return blocks
  }

  /// The text of the page's file, with the reference part as it is now.
  ///
  /// - Parameters:
  ///   - old: The text that the file has; nil for a new one, in which the ``sections`` are empty.
  ///   - path: The file, for messages.
  /// - Throws: `DataFileError` if the markers do not stand once each, in lines of their own.
  public func document(replacing old: String?, of path: String) throws -> String {
    guard let old else {
      let head = ["# \(kind)", Self.escaped(summary)] + Self.sections.map { "## \($0)" }
      return head.joined(separator: "\n\n") + "\n\n" + markdown
    }
    let lines = old.split(separator: "\n", omittingEmptySubsequences: false)
    let begins = lines.indices.filter { lines[$0] == Self.markers.begin }
    let ends = lines.indices.filter { lines[$0] == Self.markers.end }
    guard begins.count == 1, ends.count == 1, begins[0] < ends[0] else {
      throw DataFileError(
        path: path,
        "the reference part stands between the lines \"\(Self.markers.begin)\" and \"\(Self.markers.end)\", "
          + "which this file should have once each")
    }
    let part = markdown.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    return (lines[..<begins[0]] + part + lines[(ends[0] + 1)...]).joined(separator: "\n")
  }

  /// Writes the page's file, `<kind>.md` in `folder`, or its reference part where there is such a file. A file
  /// that is right is not touched.
  ///
  /// - Returns: Whether the file is new, changed or as it was.
  /// - Throws: `DataFileError` if the file cannot be read or written, or has no place for the reference part.
  public func write(into folder: String) throws -> FileChange {
    let path = folder.hasSuffix("/") ? folder + kind + ".md" : folder + "/" + kind + ".md"
    var old: String?
    do {
      old = String(decoding: try FileBytes.read(path), as: UTF8.self)
    } catch {
      if error.reason != "no such file" { throw DataFileError(path: path, error.reason) }
    }
    let text = try document(replacing: old, of: path)
    if text == old { return .none }
    try AtomicFile.write(to: path) { try $0.append(text) }
    return old == nil ? .new : .changed
  }

  /// What became of a file.
  public enum FileChange: Sendable {
    /// It was not there.
    case new
    /// It has another text.
    case changed
    /// It is as it was.
    case none
  }

  private static func allowed(_ text: String?, _ parameter: ParameterDescription) -> String {
    text.map { "`\($0)`" } ?? escaped(parameter.allowedValues)
  }

  private static func listed(_ names: [String]) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }

  private static func table(_ header: [String], _ rows: [[String]]) -> String {
    let rule = header.map { _ in "---" }.joined(separator: "|")
    return
      (["| " + header.joined(separator: " | ") + " |", "|\(rule)|"]
      + rows.map { "| " + $0.joined(separator: " | ") + " |" }).joined(separator: "\n")
  }

  /// Without what Markdown would take for its own.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\|*_<`[".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
