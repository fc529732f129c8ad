import Foundation
import Support
import Testing

/// Every public symbol says what it is.
@Suite("Documentation")
struct DocumentationTests {
  /// A declaration in a source file.
  private struct Declaration {
    /// "func", "var", "case", …
    let kind: String
    /// The name with the labels of its arguments: "track(_:observer:)".
    let signature: String
    let isPublic: Bool
    /// Whether it throws errors of any type, which its comment has to name.
    let throwsAnything: Bool
  }

  private static let kinds: Set = [
    "func", "var", "let", "init", "subscript", "struct", "class", "enum", "protocol", "typealias",
    "actor", "associatedtype", "case",
  ]

  private static let modifiers: Set = [
    "public", "static", "final", "mutating", "nonmutating", "consuming", "borrowing", "indirect",
    "convenience", "prefix", "postfix", "infix", "package(set)", "internal(set)", "private(set)",
    "fileprivate(set)", "nonisolated",
  ]

  /// What types of the standard library ask for; conforming to them needs no words.
  private static let standardRequirements: Set = [
    "description", "debugDescription", "errorDescription", "hash(into:)", "encode(to:)",
    "init(from:)", "startIndex", "endIndex", "index(after:)", "index(before:)", "count", "next()",
    "makeIterator()", "subscript(_:)", "allCases", "rawValue", "init(rawValue:)",
    "init(dictionaryLiteral:)", "init(arrayLiteral:)", "init(stringLiteral:)",
    "init(floatLiteral:)", "init(integerLiteral:)", "init(booleanLiteral:)", "init(nilLiteral:)",
    "==", "<", "<=", ">", ">=", "!=", "+=", "-=", "*=", "/=",
  ]

  /// The declaration that begins in line `i`; nil if none does.
  private static func declaration(_ lines: [Substring], _ i: Int) -> Declaration? {
    var words = lines[i].drop { $0 == " " }
    var isPublic = false
    // Attributes and modifiers.
    while true {
      if words.first == "@" {
        var depth = 0
        let end = words.firstIndex { c in
          if c == "(" { depth += 1 } else if c == ")" { depth -= 1 }
          return c == " " && depth == 0
        }
        guard let end else { return nil }
        words = words[end...].drop { $0 == " " }
        continue
      }
      let word = words.prefix { $0.isLetter || $0 == "(" || $0 == ")" }
      guard modifiers.contains(String(word)) else { break }
      if word == "public" { isPublic = true }
      words = words.dropFirst(word.count).drop { $0 == " " }
    }
    let kind = String(words.prefix { $0.isLetter })
    guard kinds.contains(kind), words.count > kind.count,
      [" ", "(", "?", "<"].contains(words.dropFirst(kind.count).first)
    else { return nil }
    var rest = String(words.dropFirst(kind.count).drop { $0 == " " })
    let name = String(
      rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || "`+-*/<>=!.&|^~%".contains($0) }
    ).filter { $0 != "`" }
    guard ["func", "init", "subscript"].contains(kind) else {
      let word = String(name.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
      return Declaration(
        kind: kind, signature: word, isPublic: isPublic, throwsAnything: false)
    }
    let isOperator = kind == "func" && name.first.map { !$0.isLetter && $0 != "_" } ?? false
    // The list of parameters may go over several lines, and what follows it, too.
    var next = i + 1
    while next < lines.count, next < i + 30, !rest.contains("{") {
      rest += " " + lines[next].drop { $0 == " " }
      next += 1
    }
    if isOperator {
      return Declaration(
        kind: kind, signature: String(name.prefix { !$0.isLetter && $0 != "<" || $0 == "<" }),
        isPublic: isPublic, throwsAnything: false)
    }
    let (labels, tail) = arguments(of: rest)
    let called =
      kind == "func" ? String(name.prefix { $0.isLetter || $0.isNumber || $0 == "_" }) : kind
    let head = tail.prefix { $0 != "{" }
    let throwing = head.split(separator: " ").contains { $0 == "throws" }
    return Declaration(
      kind: kind, signature: called + "(" + labels.map { $0 + ":" }.joined() + ")",
      isPublic: isPublic, throwsAnything: throwing)
  }

  /// The labels of the first list of arguments in a text, and what comes behind it.
  private static func arguments(of text: String) -> (labels: [String], tail: Substring) {
    guard let open = text.firstIndex(of: "(") else { return ([], "") }
    var depth = 0
    var parts = [""]
    var place = open
    while place < text.endIndex {
      let c = text[place]
      if "([<".contains(c) { depth += 1 }
      if c == ")" || c == "]" || (c == ">" && text[text.index(before: place)] != "-") { depth -= 1 }
      if depth == 0 { break }
      if c == "," && depth == 1 {
        parts.append("")
      } else if place != open {
        parts[parts.count - 1].append(c)
      }
      place = text.index(after: place)
    }
    let labels = parts.compactMap { part in
      part.split(separator: ":").first?.split(separator: " ").first { !$0.hasPrefix("@") }
        .map(String.init)
    }
    return (labels, text[place...].dropFirst())
  }

  private static func depth(of line: Substring) -> Int {
    let code = line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
    return code.reduce(0) { $0 + ($1 == "{" ? 1 : $1 == "}" ? -1 : 0) }
  }

  private static let files: [(name: String, lines: [Substring])] = {
    let sources = Tool.package.appendingPathComponent("Sources")
    let all = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
    return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
      .sorted { $0.path < $1.path }
      .compactMap { file in
        (try? String(contentsOf: file, encoding: .utf8)).map { text in
          (
            String(file.path.dropFirst(Tool.package.path.count + 1)),
            text.split(separator: "\n", omittingEmptySubsequences: false)
          )
        }
      }
  }()

  /// What the package's own protocols ask for, which is explained there.
  private static let requirements: Set<String> = {
    var found = standardRequirements
    for (_, lines) in files {
      var depth = 0
      var outside: Int?
      for (i, line) in lines.enumerated() {
        let declaration = declaration(lines, i)
        if outside == nil, line.contains("protocol "), !line.contains("//") {
          outside = depth
        } else if outside != nil, let declaration {
          found.insert(declaration.signature)
        }
        depth += Self.depth(of: line)
        if let before = outside, depth <= before, line.contains("}") { outside = nil }
      }
    }
    return found
  }()

  /// The comment above a line, without its attributes.
  private static func comment(above i: Int, in lines: [Substring]) -> [Substring] {
    var j = i - 1
    while j >= 0 {
      var line = lines[j].drop { $0 == " " }
      if line == ")", let start = lines[..<j].lastIndex(where: { $0.contains("@") }) {
        // The end of an attribute of several lines.
        j = start
        line = lines[j].drop { $0 == " " }
      }
      guard line.hasPrefix("@") || line.hasPrefix("#if") || line.hasPrefix("// ") else { break }
      j -= 1
    }
    var comment: [Substring] = []
    while j >= 0, lines[j].drop(while: { $0 == " " }).hasPrefix("///") {
      comment.append(lines[j])
      j -= 1
    }
    return comment
  }

  /// Public symbols and the cases of public enumerations, with the comment of each.
  private static let symbols: [(place: String, Declaration, comment: [Substring])] =
    files.flatMap { name, lines in
      var depth = 0
      var enumerations: [Int] = []
      return lines.indices.compactMap {
        i -> (place: String, Declaration, comment: [Substring])? in
        let found = declaration(lines, i)
        let isCase = found?.kind == "case" && enumerations.last == depth - 1
        if found?.kind == "enum", found?.isPublic == true { enumerations.append(depth) }
        depth += Self.depth(of: lines[i])
        while let last = enumerations.last, depth <= last, lines[i].contains("}") {
          enumerations.removeLast()
        }
        guard let found, isCase || (found.isPublic && found.kind != "case") else { return nil }
        return ("\(name):\(i + 1)", found, comment(above: i, in: lines))
      }
    }

  @Test func everyPublicSymbolHasAComment() {
    // A count that fell would mean that the search itself has become blind.
    #expect(Self.symbols.count > 4000, "\(Self.symbols.count)")
    for (place, symbol, comment) in Self.symbols where comment.isEmpty {
      #expect(
        symbol.kind != "case" && Self.requirements.contains(symbol.signature),
        "\(place): \(symbol.kind) \(symbol.signature)")
    }
  }

  @Test func whatThrowsSaysWhat() {
    let throwing = Self.symbols.filter { $0.1.throwsAnything && !$0.comment.isEmpty }
    #expect(throwing.count > 100, "\(throwing.count)")
    for (place, symbol, comment) in throwing {
      #expect(
        comment.contains { $0.lowercased().contains("throws") }, "\(place): \(symbol.signature)")
    }
  }

  /// A search that finds nothing proves nothing: these have mistakes.
  @Test func theSearchFindsMistakes() {
    let text = """
      public struct A {
        /// Said.
        public var b = 1
        @inlinable
        public func c<T>(_ x: [T], d: (T) -> Void) throws -> T {
        public init?(e: Int) {
      }
      """
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let found = lines.indices.compactMap { Self.declaration(lines, $0) }
    #expect(found.map(\.signature) == ["A", "b", "c(_:d:)", "init(e:)"])
    #expect(found.map(\.throwsAnything) == [false, false, true, false])
    #expect(
      lines.indices.filter { Self.declaration(lines, $0) != nil }.map {
        Self.comment(above: $0, in: lines).isEmpty
      } == [true, false, true, true])
  }
}
