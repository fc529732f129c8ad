/// Reads an SVG file as strictly as the tests need: whether it is well-formed XML, and all places
/// that are drawn.
struct SVGReader {
  /// The elements in the order of their opening.
  private(set) var elements: [Element] = []

  struct Element {
    var name: String
    var attributes: [String: String]
    /// The text directly inside, with entities replaced.
    var text = ""
  }

  struct Mistake: Error {
    var text: String
  }

  init(_ svg: String) throws {
    var rest = Substring(svg)
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    guard rest.hasPrefix(declaration) else { throw Mistake(text: "no XML declaration") }
    rest = rest.dropFirst(declaration.count)
    var open: [Int] = []
    while let first = rest.first {
      if first != "<" {
        let end = rest.firstIndex(of: "<") ?? rest.endIndex
        let text = try Self.text(rest[..<end])
        if let parent = open.last {
          elements[parent].text += text
        } else if !text.allSatisfy(\.isWhitespace) {
          throw Mistake(text: "text outside of the root")
        }
        rest = rest[end...]
        continue
      }
      guard let end = rest.firstIndex(of: ">") else { throw Mistake(text: "a tag has no end") }
      var tag = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard let last = open.popLast(), elements[last].name == tag.dropFirst() else {
          throw Mistake(text: "</\(tag.dropFirst())> closes nothing")
        }
        continue
      }
      if open.isEmpty, !elements.isEmpty { throw Mistake(text: "two roots") }
      let isClosed = tag.hasSuffix("/")
      if isClosed { tag = tag.dropLast() }
      let name = tag.prefix { !$0.isWhitespace }
      guard !name.isEmpty, name.allSatisfy(\.isLetter) else { throw Mistake(text: "<\(tag)>") }
      elements.append(
        Element(name: String(name), attributes: try Self.attributes(tag.dropFirst(name.count))))
      if !isClosed { open.append(elements.count - 1) }
    }
    if !open.isEmpty { throw Mistake(text: "<\(elements[open[0]].name)> is not closed") }
  }

  private static func attributes(_ text: Substring) throws -> [String: String] {
    var attributes: [String: String] = [:]
    var rest = text.drop(while: \.isWhitespace)
    while !rest.isEmpty {
      let name = rest.prefix { $0 != "=" }
      rest = rest.dropFirst(name.count + 1)
      guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else {
        throw Mistake(text: "the attribute \(name) has no value")
      }
      let value = try Self.text(rest[rest.index(after: rest.startIndex)..<end])
      guard attributes.updateValue(value, forKey: String(name)) == nil else {
        throw Mistake(text: "\(name) stands twice")
      }
      rest = rest[rest.index(after: end)...].drop(while: \.isWhitespace)
    }
    return attributes
  }

  /// Characters that XML allows (section 2.2 of XML 1.0), with entities replaced.
  private static func text(_ text: Substring) throws -> String {
    var result = String(text)
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 0x20 && !"\t\n\r".unicodeScalars.contains(scalar)
      if isControl || scalar == "<" || [0xFFFE, 0xFFFF].contains(scalar.value) {
        throw Mistake(text: "the character \(scalar.value) is not allowed")
      }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
    let count = text.count { $0 == "&" }
    if count != entities.reduce(0, { $0 + result.ranges(of: $1.0).count }) {
      throw Mistake(text: "a bare &")
    }
    for (entity, character) in entities { result = result.replacing(entity, with: character) }
    return result
  }

  /// All places at which something is drawn: corners, centres, path points and the anchors of text.
  func points() throws -> [(x: Double, y: Double)] {
    var points: [(x: Double, y: Double)] = []
    for element in elements {
      func number(_ name: String) throws -> Double {
        guard let value = Double(element.attributes[name] ?? "0"), value.isFinite else {
          throw Mistake(text: "\(element.attributes[name] ?? "") is no number")
        }
        return value
      }
      switch element.name {
      case "rect":
        let (x, y) = (try number("x"), try number("y"))
        points.append((x, y))
        points.append((x + (try number("width")), y + (try number("height"))))
      case "circle": points.append((try number("cx"), try number("cy")))
      case "text": points.append((try number("x"), try number("y")))
      case "path": points += try Self.path(element.attributes["d"] ?? "")
      default: break
      }
    }
    return points
  }

  private static func path(_ data: String) throws -> [(x: Double, y: Double)] {
    var points: [(x: Double, y: Double)] = []
    var command = UInt8(ascii: "M")
    var numbers: [Double] = []
    var word: [UInt8] = []
    func finishWord() throws {
      if word.isEmpty { return }
      guard let value = Double(String(decoding: word, as: UTF8.self)), value.isFinite else {
        throw Mistake(text: "\(String(decoding: word, as: UTF8.self)) in a path")
      }
      word = []
      switch command {
      case UInt8(ascii: "H"): points.append((value, points.last?.y ?? 0))
      case UInt8(ascii: "V"): points.append((points.last?.x ?? 0, value))
      default:
        numbers.append(value)
        if numbers.count == 2 {
          points.append((numbers[0], numbers[1]))
          numbers = []
        }
      }
    }
    let commands = Array("MHVZ".utf8)
    for character in data.utf8 {
      if commands.contains(character) {
        try finishWord()
        command = character
      } else if character == 0x20 {
        try finishWord()
      } else {
        word.append(character)
      }
    }
    try finishWord()
    if !numbers.isEmpty { throw Mistake(text: "half a point in a path") }
    return points
  }
}
