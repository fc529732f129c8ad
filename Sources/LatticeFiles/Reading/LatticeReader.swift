import BeamDynamics
import Documents
import Sensitivity

/// Reads a lattice: elements by name, lines of elements and of other lines, and the line to use.
struct LatticeReader {
  /// The most places that a line may expand to, with the lines that it is made of.
  static let placeLimit = 10_000_000

  let catalog: ElementCatalog
  let defaultModel: ElementModel?
  let constants: ConstantTable
  /// The line to use; nil for the one that the lattice names.
  var line: String?
  /// Where relative paths start from; nil where no file may be named.
  var folder: String?

  func read(
    _ node: JSONNode, _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> Beamline? {
    guard
      var reader = ObjectReader(
        node, describedAs: "\"lattice\"", constants: constants, &diagnostics)
    else { return nil }
    if let folder, reader.contains("file") {
      return readFile(&reader, from: folder, &diagnostics)
    }
    let elementNodes = reader.object(
      "elements", describedAs: "\"elements\"", required: true, &diagnostics)
    let lineNodes = reader.object("lines", describedAs: "\"lines\"", required: true, &diagnostics)
    let use = readUse(&reader, lineNodes, &diagnostics)
    reader.finish(known: folder == nil ? [] : ["file"], &diagnostics)

    var elements: [BeamlineElement] = []
    var indices: [String: Int] = [:]
    let elementReader = ElementReader(
      catalog: catalog, defaultModel: defaultModel, constants: constants)
    var isComplete = true
    for member in elementNodes?.members ?? [] {
      guard
        let element = elementReader.read(
          member.value, name: member.key, index: elements.count, &bindings, &diagnostics)
      else {
        isComplete = false
        indices[member.key] = -1
        continue
      }
      indices[member.key] = elements.count
      elements.append(element)
    }
    guard elementNodes != nil, let lineNodes else { return nil }
    var lines = LineBook(elements: indices, constants: constants)
    for member in lineNodes.members { lines.read(member, &bindings, &diagnostics) }
    lines.checkNames(&diagnostics)
    guard let use, isComplete, !diagnostics.hasErrors else { return nil }
    guard let order = lines.expand(use, &diagnostics) else { return nil }
    let beamline = Beamline(elements: elements, order: order)
    var places: Set<String> = []
    if elements.contains(where: { $0.name.contains("#") }),
      let name = beamline.placeNames.first(where: { !places.insert($0).inserted })
    {
      diagnostics.error(
        "two places are called \(quoted(name)): the element of this name, and a passage of "
          + "\(quoted(String(name[..<(name.lastIndex(of: "#") ?? name.endIndex)]))), which occurs "
          + "more than once; rename one of them",
        at: elementNodes?.position(of: name) ?? node.position)
      return nil
    }
    return beamline
  }

  /// The lattice of another file.
  private func readFile(
    _ reader: inout ObjectReader, from folder: String, _ diagnostics: inout Diagnostics
  ) -> Beamline? {
    let name = reader.string("file", &diagnostics)
    let line = reader.string("use", &diagnostics)
    for key in ["elements", "lines"] where reader.contains(key) {
      _ = reader.node(key)
      diagnostics.error(
        "the lattice is read from a \"file\": leave out \(quoted(key))",
        at: reader.position(of: key))
    }
    reader.finish(known: ["elements", "lines"], &diagnostics)
    guard let name else { return nil }
    let position = reader.position(of: "file")
    guard let format = Catalogs.current.latticeFormats.format(of: name) else {
      let endings = Catalogs.current.latticeFormats.formats.flatMap { $0.endings }
      diagnostics.error(
        "\(quoted(name)) is no file of a lattice that is known; files end in "
          + endings.joined(separator: ", "), at: position)
      return nil
    }
    do {
      let file = try format.read(
        RunFile.resolve(name, from: folder), line: line, model: defaultModel)
      for warning in file.warnings { diagnostics.note(warning) }
      return file.beamline
    } catch {
      for mistake in error.diagnostics { diagnostics.note(mistake) }
      return nil
    }
  }

  private func readUse(
    _ reader: inout ObjectReader, _ lines: ObjectReader?, _ diagnostics: inout Diagnostics
  ) -> String? {
    let names = lines?.members.map(\.key) ?? []
    if let line {
      _ = reader.node("use")
      if lines != nil && !names.contains(line) {
        let hint = nearestName(to: line, among: names).map { "; did you mean \(quoted($0))?" } ?? ""
        diagnostics.error(
          "there is no line \(quoted(line)), which another file uses" + hint, at: reader.position)
        return nil
      }
      return line
    }
    guard reader.contains("use") || names.count != 1 else {
      _ = reader.node("use")
      return names[0]
    }
    guard let use = reader.string("use", required: lines != nil, &diagnostics) else { return nil }
    if lines != nil && !names.contains(use) {
      let hint = nearestName(to: use, among: names).map { "; did you mean \(quoted($0))?" } ?? ""
      diagnostics.error(
        "\"use\" names \(quoted(use)), which is not a line" + hint,
        at: reader.position(of: "use"))
      return nil
    }
    return use
  }
}

/// The lines of a lattice by name.
private struct LineBook {
  /// One entry of a line.
  struct Item {
    enum Content {
      case name(String)
      case repeated(Int, String)
      case reversed(String)
    }
    let content: Content
    let position: SourcePosition

    /// The line or element that it stands for.
    var name: String {
      switch content {
      case .name(let name), .repeated(_, let name), .reversed(let name): name
      }
    }
  }

  /// Where each element stands in the list; −1 if it could not be read.
  let elements: [String: Int]
  let constants: ConstantTable
  private var lines: [String: [Item]] = [:]
  private var names: [(name: String, position: SourcePosition)] = []

  init(elements: [String: Int], constants: ConstantTable) {
    self.elements = elements
    self.constants = constants
  }

  mutating func read(
    _ member: JSONMember, _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) {
    names.append((member.key, member.keyPosition))
    lines[member.key] = []
    if elements[member.key] != nil {
      diagnostics.error(
        "\(quoted(member.key)) is the name of an element and of a line", at: member.keyPosition)
    }
    guard case .array(let nodes) = member.value.value else {
      if !member.value.isUnreadable {
        diagnostics.error(
          "expected a list of names for line \(quoted(member.key)), found \(member.value.summary)",
          at: member.value.position)
      }
      return
    }
    for node in nodes {
      if let content = readItem(node, of: member.key, &bindings, &diagnostics) {
        lines[member.key]?.append(Item(content: content, position: node.position))
      }
    }
  }

  private func readItem(
    _ node: JSONNode, of line: String, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) -> Item.Content? {
    switch node.value {
    case .string(let name):
      return .name(name)
    case .object:
      guard
        var reader = ObjectReader(
          node, describedAs: "an entry of line \(quoted(line))", constants: constants, &diagnostics)
      else { return nil }
      if reader.contains("reverse") {
        let name = reader.string("reverse", &diagnostics)
        reader.finish(&diagnostics)
        return name.map(Item.Content.reversed)
      }
      let count = reader.integer(
        "repeat", in: 0...LatticeReader.placeLimit, required: true, &diagnostics)
      let name = reader.string("line", required: true, &diagnostics)
      reader.finish(known: ["reverse"], &diagnostics)
      bindings += reader.bindings { _ in .setting("lattice.lines." + line) }
      guard let count, let name else { return nil }
      return .repeated(count, name)
    default:
      if !node.isUnreadable {
        diagnostics.error(
          "line \(quoted(line)): expected a name, {\"repeat\": n, \"line\": …} or {\"reverse\": …}, "
            + "found \(node.summary)", at: node.position)
      }
      return nil
    }
  }

  /// Reports entries that are neither lines nor elements.
  func checkNames(_ diagnostics: inout Diagnostics) {
    let known = Array(elements.keys) + names.map(\.name)
    for (line, _) in names {
      for item in lines[line] ?? [] where elements[item.name] == nil && lines[item.name] == nil {
        let near = nearestName(to: item.name, among: known.sorted())
        diagnostics.error(
          "line \(quoted(line)) names \(quoted(item.name)), which is neither an element nor a line"
            + (near.map { "; did you mean \(quoted($0))?" } ?? ""), at: item.position)
      }
    }
  }

  /// The elements' indices along the line `name`; nil after a report.
  func expand(_ name: String, _ diagnostics: inout Diagnostics) -> [Int]? {
    var expanded: [String: [Int]] = [:]
    var held = 0
    for line in linesInOrder(from: name, &diagnostics) ?? [] {
      var order: [Int] = []
      for item in lines[line] ?? [] {
        let part = elements[item.name].map { [$0] } ?? expanded[item.name] ?? []
        let copies =
          if case .repeated(let count, _) = item.content { count } else { 1 }
        let (total, overflow) = part.count.multipliedReportingOverflow(by: copies)
        guard !overflow, held + order.count + total <= LatticeReader.placeLimit else {
          diagnostics.error(
            "line \(quoted(line)) and those that it needs have more than "
              + "\(LatticeReader.placeLimit) places",
            at: item.position)
          return nil
        }
        for _ in 0..<(part.isEmpty ? 0 : copies) {
          if case .reversed = item.content {
            order.append(contentsOf: part.reversed())
          } else {
            order.append(contentsOf: part)
          }
        }
      }
      expanded[line] = order
      held += order.count
    }
    guard let order = expanded[name] else { return nil }
    if order.isEmpty {
      let position = names.first { $0.name == name }?.position
      diagnostics.error("line \(quoted(name)) has no elements", at: position)
      return nil
    }
    return order
  }

  /// The lines that `name` needs, each after those that it names; nil after the report of a cycle.
  /// It keeps its own stack, so that no nesting can be too deep.
  private func linesInOrder(from name: String, _ diagnostics: inout Diagnostics) -> [String]? {
    var finished: Set<String> = []
    var order: [String] = []
    var stack = [(line: name, next: 0)]
    var isOpen: Set<String> = [name]
    while let (line, next) = stack.last {
      let items = lines[line] ?? []
      if next == items.count {
        stack.removeLast()
        isOpen.remove(line)
        finished.insert(line)
        order.append(line)
        continue
      }
      stack[stack.count - 1].next += 1
      let item = items[next]
      guard lines[item.name] != nil, !finished.contains(item.name) else { continue }
      if isOpen.contains(item.name) {
        let start = stack.firstIndex { $0.line == item.name } ?? 0
        let cycle = (stack[start...].map(\.line) + [item.name]).map { quoted($0) }
        diagnostics.error(
          "line \(quoted(item.name)) contains itself: " + cycle.joined(separator: " → "),
          at: item.position)
        return nil
      }
      isOpen.insert(item.name)
      stack.append((item.name, 0))
    }
    return order
  }
}
