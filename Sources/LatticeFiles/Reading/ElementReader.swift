import BeamDynamics
import Documents
import Sensitivity

/// Reads one element: its kind's own parameters from the kind's table, then what every element
/// takes.
struct ElementReader {
  let catalog: ElementCatalog
  let defaultModel: ElementModel?
  let constants: ConstantTable

  /// The element called `name` that `node` describes; nil if it cannot be made out.
  ///
  /// - Parameter index: Its place among the beamline's elements, for its bindings.
  func read(
    _ node: JSONNode, name: String, index: Int, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) -> BeamlineElement? {
    guard
      var reader = ObjectReader(
        node, describedAs: "element \(quoted(name))", &diagnostics)
    else { return nil }
    guard let kindNode = reader.requiredNode("kind", &diagnostics) else { return nil }
    guard case .string(let kind) = kindNode.value else {
      diagnostics.error(
        "element \(quoted(name)), \"kind\": expected a string, found \(kindNode.summary)",
        at: kindNode.position)
      return nil
    }
    guard let type = catalog[kind] else {
      let names = catalog.kinds.map { $0.kind }
      let hint = nearestName(to: kind, among: names).map { "; did you mean \(quoted($0))?" } ?? ""
      diagnostics.error(
        "element \(quoted(name)) has the unknown kind \(quoted(kind)); the kinds are: "
          + names.joined(separator: ", ") + hint,
        at: kindNode.position)
      return nil
    }
    return read(type, node, name: name, index: index, &bindings, &diagnostics)
  }

  private func read<E: Element>(
    _ type: E.Type, _ node: JSONNode, name: String, index: Int, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) -> BeamlineElement? {
    guard
      var reader = ObjectReader(
        node, describedAs: "\(E.kind) \(quoted(name))", keysCalled: "parameter",
        constants: constants, &diagnostics)
    else { return nil }
    _ = reader.node("kind")
    var element = E()
    E.parameters.read(into: &element, from: &reader, &diagnostics)

    let models = E.models.map(\.rawValue)
    element.choose(
      defaultModel.map { ElementModel.resolve($0, among: E.models) } ?? E.unnamedModel)
    if let model = reader.choice("model", among: models, &diagnostics).flatMap(ElementModel.init) {
      element.choose(model)
    }
    var item = BeamlineElement(name, element)
    BeamlineElement.parameters.read(into: &item, from: &reader, &diagnostics)
    if E.isPlaceable {
      Placement.parameters.read(into: &item.placement, from: &reader, &diagnostics)
      item.placement.aperture = readAperture(
        &reader, name: name, at: E.aperturePosition, &bindings, &diagnostics)
    }
    reader.finish(&diagnostics)
    bindings += reader.bindings { written in
      BeamlineParameter(element: index, E.self, written.key, entry: written.index)
        .map(RunNumber.element) ?? .setting("lattice.elements.\(name).\(written.key)")
    }

    for mistake in element.mistakes {
      diagnostics.error("\(E.kind) \(quoted(name)): \(mistake)", at: node.position)
    }
    for warning in element.mistakes.isEmpty ? element.warnings : [] {
      diagnostics.warning("\(E.kind) \(quoted(name)): \(warning)", at: node.position)
    }
    if element.bendsOrbit, item.placement.tilt != 0 {
      diagnostics.warning(
        "\(E.kind) \(quoted(name)): \(quoted("tilt")) is an error of roll about the chord, which "
          + "kicks the orbit"
          + (E.designRoll == nil
            ? "" : "; \(quoted("ref_tilt")) rolls the plane of bending by design"),
        at: reader.position(of: "tilt"))
    }
    if element.length < 0 {
      diagnostics.warning(
        "\(E.kind) \(quoted(name)) has a negative length", at: reader.position(of: "length"))
    }
    return item
  }

  private func readAperture(
    _ reader: inout ObjectReader, name: String, at usual: PlacedAperture.Position,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> PlacedAperture? {
    guard
      var object = reader.object(
        "aperture", describedAs: "the aperture of \(quoted(name))", &diagnostics)
    else { return nil }
    var plate = Aperture()
    Aperture.parameters.read(into: &plate, from: &object, &diagnostics)
    let position = object.choice("at", among: PlacedAperture.Position.words, &diagnostics)
      .flatMap(PlacedAperture.Position.init)
    let isFixed = object.boolean("fixed", &diagnostics)
    object.finish(&diagnostics)
    bindings += object.bindings(ofSettingsIn: "lattice.elements.\(name).aperture")
    for mistake in plate.mistakes {
      diagnostics.error("the aperture of \(quoted(name)): \(mistake)", at: object.position)
    }
    return PlacedAperture(plate.shape, at: position ?? usual, isFixed: isFixed ?? false)
  }
}

extension ParameterTable {
  /// Reads every parameter of the table that the object has.
  func read(
    into subject: inout Subject, from reader: inout ObjectReader,
    _ diagnostics: inout Diagnostics
  ) {
    for parameter in parameters where parameter.column == nil {
      switch parameter.storage {
      case .flag(let path):
        if let value = reader.boolean(parameter.name, &diagnostics) {
          subject[keyPath: path] = value
        }
      case .objects(let objects):
        read(objects, of: parameter, into: &subject, from: &reader, &diagnostics)
      case .real(let path, let range):
        if let value = reader.number(
          parameter.name, in: range.isAllFinite ? nil : range, required: parameter.isRequired,
          &diagnostics)
        {
          subject[keyPath: path] = value
        }
      case .optional(let path, _, let word?) where reader.says(word, under: parameter.name):
        subject[keyPath: path] = nil
      case .optional(let path, let range, _):
        if let value = reader.number(
          parameter.name, in: range.isAllFinite ? nil : range, required: parameter.isRequired,
          &diagnostics)
        {
          subject[keyPath: path] = value
        }
      case .vector(let path):
        if let values = reader.numbers(
          parameter.name, inRowsOf: parameter.rowLength, required: parameter.isRequired,
          &diagnostics)
        {
          subject[keyPath: path] = values
        }
      case .integer(let path, let range, let choices):
        if let value = reader.integer(parameter.name, in: range, among: choices, &diagnostics) {
          subject[keyPath: path] = value
        }
      case .chosen(let path, let range, let choices):
        if let value = reader.integer(parameter.name, in: range, among: choices, &diagnostics) {
          subject[keyPath: path] = value
        }
      case .word(let path, let names):
        if let word = reader.choice(
          parameter.name, among: names, required: parameter.isRequired, &diagnostics)
        {
          subject[keyPath: path] = word
        }
      case .rows(let path, let width):
        if let rows = reader.rows(
          parameter.name, width: width, required: parameter.isRequired, &diagnostics)
        {
          subject[keyPath: path] = rows
        }
      }
    }
    if let variants { check(variants, of: subject, reader, &diagnostics) }
    for alternatives in alternatives {
      _ = reader.exactlyOne(
        of: alternatives.names, isOptional: !alternatives.isRequired, &diagnostics)
    }
  }

  /// Reads a list of objects. Expressions in it belong to the columns of the table.
  private func read<List: ParameterObjects<Subject>>(
    _ objects: List, of parameter: Parameter<Subject>, into subject: inout Subject,
    from reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) {
    let subjectName = reader.subject
    guard
      let readers = reader.objects(
        parameter.name, describedAs: { "\(subjectName), \(parameter.name)[\($0)]" },
        required: parameter.isRequired, &diagnostics)
    else { return }
    var items: [List.Item] = []
    for index in readers.indices {
      var object = readers[index]
      var item = objects.make()
      objects.table.read(into: &item, from: &object, &diagnostics)
      object.finish(&diagnostics)
      reader.adopt(object, ofItem: index, in: parameter.name)
      items.append(item)
    }
    subject[keyPath: objects.path] = items
  }

  /// Reports what the chosen word lacks, and what it has no use for.
  private func check(
    _ variants: ParameterVariants, of subject: Subject, _ reader: ObjectReader,
    _ diagnostics: inout Diagnostics
  ) {
    guard case .word(let path, _)? = self[variants.choice]?.storage else { return }
    let word = subject[keyPath: path]
    let needed = variants.names(with: word)
    for name in needed where !reader.contains(name) {
      diagnostics.error(
        "\(reader.subject), \(variants.choice) \(quoted(word)): it needs \(quoted(name))",
        at: reader.position)
    }
    for name in names where reader.contains(name) && !needed.contains(name) {
      let others = variants.words(with: name)
      guard !others.isEmpty else { continue }
      diagnostics.error(
        "\(reader.subject), \(variants.choice) \(quoted(word)): it has no \(quoted(name)), "
          + "which belongs to: \(listed(others))", at: reader.position(of: name))
    }
  }
}

extension ObjectReader {
  /// A whole number within `range`, one of `choices` if there are any; nil if there is none.
  fileprivate mutating func integer(
    _ name: String, in range: ClosedRange<Int>, among choices: [Int],
    _ diagnostics: inout Diagnostics
  ) -> Int? {
    guard let value = integer(name, in: range, &diagnostics) else { return nil }
    guard choices.isEmpty || choices.contains(value) else {
      diagnostics.error(
        "\(subject), \(quoted(name)): expected one of "
          + choices.map(String.init).joined(separator: ", ") + ", found \(value)",
        at: position(of: name))
      return nil
    }
    return value
  }
}

extension ClosedRange<Double> {
  /// True for the range of every finite number.
  fileprivate var isAllFinite: Bool {
    lowerBound == -Double.greatestFiniteMagnitude && upperBound == Double.greatestFiniteMagnitude
  }
}
