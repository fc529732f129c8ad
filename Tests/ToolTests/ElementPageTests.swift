import Foundation
import Support
import Testing

/// The pages of the kinds of elements, of which the tool makes one part.
@Suite("Pages of elements")
struct ElementPageTests {
  private static let catalog = "Sources/LatticeFiles/LatticeFiles.docc"
  private static let begin = "<!-- reference: made by the tool, not by hand -->"
  private static let end = "<!-- reference: end -->"

  private static func text(_ file: String) throws -> String {
    try String(
      contentsOf: Tool.package.appendingPathComponent("\(catalog)/\(file)"), encoding: .utf8)
  }

  /// The kinds of the catalog, and the reference part that the tool makes of each.
  private static func references() throws -> [(kind: String, text: String)] {
    let list = try Tool.run(["elements"]).output.split(separator: "\n")
    let kinds = list.compactMap { $0.split(separator: " ").first.map(String.init) }
    let result = try Tool.run(["elements", "--markdown"])
    #expect(result.status == 0, "\(result.errors)")
    let parts = result.output.components(separatedBy: begin).dropFirst()
    try #require(kinds.count > 40 && kinds.count == parts.count)
    return try zip(kinds, parts).map { kind, part in
      // Parts are separated by an empty line.
      (kind, begin + part[..<(try #require(part.range(of: end))).upperBound])
    }
  }

  /// The names of the pages.
  private static func pages() throws -> Set<String> {
    let folder = Tool.package.appendingPathComponent("\(catalog)/Elements")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return Set(files.filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) })
  }

  /// The sections of a page by their titles, with what stands in each.
  private static func sections(_ text: String) -> [String: String] {
    var found: [String: String] = [:]
    for part in text.components(separatedBy: "\n## ").dropFirst() {
      let title = part.prefix { $0 != "\n" }
      found[String(title)] = part.dropFirst(title.count)
        .trimmingCharacters(in: .newlines)
    }
    return found
  }

  @Test func everyKindHasAPageAndEveryPageAKind() throws {
    let kinds = Set(try Self.references().map(\.kind))
    let pages = try Self.pages()
    #expect(pages.subtracting(kinds).isEmpty, "pages without a kind")
    #expect(
      kinds.subtracting(pages).isEmpty,
      "kinds without a page, which `beamtrack elements --pages \(Self.catalog)/Elements` begins")
  }

  @Test func theReferencePartIsWhatTheTableOfParametersSays() throws {
    for (kind, reference) in try Self.references() {
      let page = try Self.text("Elements/\(kind).md")
      #expect(page.hasPrefix("# \(kind)\n"), "\(kind)")
      #expect(
        page.hasSuffix("\n" + reference + "\n"),
        "\(kind).md is not up to date: `beamtrack elements --pages \(Self.catalog)/Elements`")
    }
  }

  @Test func pagesSayFormulaWhatIsPreservedAndSource() throws {
    for kind in try Self.pages() {
      let sections = Self.sections(try Self.text("Elements/\(kind).md"))
      for title in ["Formula", "What is preserved", "Source", "Reference"] {
        #expect(sections[title]?.isEmpty == false, "\(kind): \(title)")
      }
      let formula = sections["Formula"] ?? ""
      #expect(
        formula.contains("    ") || formula.contains("<doc:"),
        "\(kind) has neither a formula nor a page that has it")
    }
  }

  @Test func linksAndFiguresOfPagesAreThere() throws {
    let folder = Tool.package.appendingPathComponent(Self.catalog)
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    let names = Set(
      files.map { $0.split(separator: "/").last.map(String.init) ?? $0 })
    for file in files where file.hasSuffix(".md") {
      let text = try Self.text(file)
      for link in text.components(separatedBy: "<doc:").dropFirst() {
        #expect(names.contains(link.prefix { $0 != ">" } + ".md"), "\(file): \(link.prefix(20))")
      }
      for line in text.split(separator: "\n") where line.hasPrefix("![") {
        let name = line.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
        #expect(names.contains(String(name)), "\(file): \(name)")
      }
    }
    let index = try Self.text("ElementKinds.md")
    for kind in try Self.pages() { #expect(index.contains("- <doc:\(kind)>"), "\(kind)") }
  }

  @Test func theToolBeginsPagesAndKeepsWhatPeopleWrote() throws {
    let folder = try TemporaryFolder()
    let made = try Tool.run(["elements", "--pages", folder.file("pages")])
    #expect(made.status == 0 && made.errors.isEmpty)
    let references = try Self.references()
    #expect(made.output.contains("\(references.count) new, 0 changed"))
    let (kind, reference) = try #require(references.first)
    let fresh = try folder.text("pages/\(kind).md")
    #expect(fresh.hasPrefix("# \(kind)\n") && fresh.hasSuffix("\n" + reference + "\n"))
    #expect(fresh.contains("\n## Formula\n"))

    // What was written around the reference part stays; a wrong part is made again.
    let old = "# Mine\n\nMy words.\n\n\(Self.begin)\nwrong\n\(Self.end)\n\nBehind.\n"
    try old.write(toFile: folder.file("pages/\(kind).md"), atomically: true, encoding: .utf8)
    let changed = try Tool.run(["elements", kind, "--pages", folder.file("pages")])
    #expect(changed.status == 0 && changed.output.contains("1 pages"))
    #expect(
      try folder.text("pages/\(kind).md") == "# Mine\n\nMy words.\n\n\(reference)\n\nBehind.\n")
    let again = try Tool.run(["elements", "--pages", folder.file("pages")])
    #expect(again.output.contains("0 new, 0 changed"))
  }

  @Test func aPageWithoutItsMarkersIsAMistakeAndStays() throws {
    let folder = try TemporaryFolder()
    let text = "# Drift\n\n\(Self.begin)\n\nNo end.\n"
    try text.write(toFile: folder.file("Drift.md"), atomically: true, encoding: .utf8)
    let result = try Tool.run(["elements", "--pages", folder.path])
    #expect(result.status == 2)
    #expect(result.errors.contains("Drift.md: the reference part stands between the lines"))
    #expect(try folder.text("Drift.md") == text)
    // The others are written all the same.
    #expect(try folder.contents.count == Self.references().count)
  }

  @Test func formsOfOutputExcludeEachOther() throws {
    for options in [["--json", "--markdown"], ["--markdown", "--pages", "x"]] {
      let result = try Tool.run(["elements", "Drift"] + options)
      #expect(result.status == 2 && result.errors.contains("exclude each other"))
    }
    #expect(try Tool.run(["elements", "--pages", ""]).status == 2)
  }

  @Test func otherCatalogsHaveMarkdownToo() throws {
    let optimizer = try Tool.run(["elements", "--optimizers", "newton-cg", "--markdown"])
    #expect(optimizer.status == 0 && optimizer.output.contains("- `needs`: "))
    let distribution = try Tool.run(["elements", "--distributions", "gaussian", "--markdown"])
    #expect(distribution.output.contains("| `cut` |"))
    // What Markdown would take for its own is escaped.
    let kicker = try Tool.run(["elements", "Kicker", "--markdown"])
    #expect(kicker.output.contains("| `integrated_field_x` | T\\*m |"))
    let map = try Tool.run(["elements", "FieldMap", "--markdown"])
    #expect(map.output.contains("Each of `fields` has:"))
    // Columns of a list are no parameters of files.
    #expect(!map.output.contains("\\[]"))
  }
}
