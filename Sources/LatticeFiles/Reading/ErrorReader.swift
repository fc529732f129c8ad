import BeamDynamics
import Documents
import Sensitivity

/// Reads the families of errors of a run file.
struct ErrorReader {
  let constants: ConstantTable

  /// The families that `node` describes, each with the place where it stands.
  func read(
    _ node: JSONNode, _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> [(family: ErrorFamily, position: SourcePosition)] {
    guard case .array(let entries) = node.value else {
      if !node.isUnreadable {
        diagnostics.error(
          "\"errors\": expected a list of families of errors, found \(node.summary)",
          at: node.position)
      }
      return []
    }
    var families: [(family: ErrorFamily, position: SourcePosition)] = []
    var names: Set<String> = []
    for (index, entry) in entries.enumerated() {
      guard let family = read(entry, number: index, &bindings, &diagnostics) else { continue }
      if !names.insert(family.name).inserted {
        diagnostics.error(
          "there are two families of errors \(quoted(family.name)); rename one of them",
          at: entry.position)
        continue
      }
      families.append((family, entry.position))
    }
    return families
  }

  private func read(
    _ node: JSONNode, number: Int, _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> ErrorFamily? {
    let subject = "family \(number + 1) of errors"
    guard
      var reader = ObjectReader(node, describedAs: subject, constants: constants, &diagnostics)
    else { return nil }
    let name = reader.string("name", &diagnostics)
    let elements = readElements(&reader, &diagnostics)
    var own: ErrorFamily.Subject?
    switch reader.exactlyOne(of: ["parameter", "multipoles"], &diagnostics) {
    case "parameter":
      own = reader.string("parameter", &diagnostics).map { .parameter($0) }
    case "multipoles":
      own = readMultipoles(&reader, number, &bindings, &diagnostics).map { .multipoles($0) }
    default: break
    }
    let isRelative = reader.boolean("relative", &diagnostics)
    if case .multipoles = own, isRelative != nil {
      diagnostics.error(
        "\(subject): multipoles with a \"radius\" and an \"order\" are relative, and those without "
          + "are not; leave out \"relative\"", at: reader.position(of: "relative"))
    }
    let isOfMultipoles = if case .multipoles = own { true } else { false }
    let distribution = readDistribution(&reader, isOptional: isOfMultipoles, &diagnostics)
    let seed = reader.integer("seed", in: 0...Int.max, &diagnostics)
    reader.finish(&diagnostics)
    bindings += reader.bindings(ofSettingsIn: "errors[\(number)]")
    guard let elements, let own, let distribution else { return nil }
    return ErrorFamily(
      name ?? "\(number + 1)", of: elements, own, distribution, isRelative: isRelative ?? false,
      seed: UInt64(seed ?? 1))
  }

  /// A pattern, or a list of patterns.
  private func readElements(
    _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> [String]? {
    guard let node = reader.requiredNode("elements", &diagnostics) else { return nil }
    if case .string(let pattern) = node.value { return [pattern] }
    guard case .array = node.value else {
      if !node.isUnreadable {
        diagnostics.error(
          "\(reader.subject), \"elements\": expected a pattern of names, or a list of patterns, "
            + "found \(node.summary)", at: node.position)
      }
      return nil
    }
    guard let patterns = reader.strings("elements", &diagnostics) else { return nil }
    if patterns.isEmpty {
      diagnostics.error(
        "\(reader.subject), \"elements\" is empty; expected patterns of names", at: node.position)
      return nil
    }
    return patterns
  }

  private func readMultipoles(
    _ reader: inout ObjectReader, _ number: Int, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) -> MultipoleErrors? {
    guard
      var object = reader.object(
        "multipoles", describedAs: "the multipoles of \(reader.subject)", &diagnostics)
    else { return nil }
    let normal = object.numbers("normal", &diagnostics)
    let skew = object.numbers("skew", &diagnostics)
    let radius = object.number("radius", in: .positive, &diagnostics)
    let order = object.integer("order", in: 0...20, &diagnostics)
    for (one, other) in [("radius", "order"), ("order", "radius")]
    where object.contains(one) && !object.contains(other) {
      diagnostics.error(
        "\(object.subject): \(quoted(one)) needs \(quoted(other)), for errors relative to a main "
          + "field; leave out both for errors in the units of the element",
        at: object.position(of: one))
    }
    for (list, values) in [("normal", normal), ("skew", skew)] where (values?.count ?? 0) > 21 {
      diagnostics.error(
        "\(object.subject), \(quoted(list)): expected at most 21 numbers, found "
          + "\(values?.count ?? 0)", at: object.position(of: list))
    }
    object.finish(&diagnostics)
    bindings += object.bindings(ofSettingsIn: "errors[\(number)].multipoles")
    if !object.contains("normal") && !object.contains("skew") {
      diagnostics.error(
        "\(object.subject): it needs \"normal\", \"skew\", or both", at: object.position)
    }
    return MultipoleErrors(
      normal: normal ?? [], skew: skew ?? [],
      of: radius.flatMap { radius in order.map { .init(radius: radius, order: $0) } })
  }

  private func readDistribution(
    _ reader: inout ObjectReader, isOptional: Bool, _ diagnostics: inout Diagnostics
  ) -> ErrorDistribution? {
    let kind = reader.exactlyOne(
      of: ["gaussian", "uniform", "value"], isOptional: isOptional, &diagnostics)
    // Below, most draws would be in vain.
    let cut = reader.number("cut", in: 0.1...Double.greatestFiniteMagnitude, &diagnostics)
    if reader.contains("cut"), kind != "gaussian" {
      diagnostics.error(
        "\(reader.subject): only \"gaussian\" has a \"cut\"", at: reader.position(of: "cut"))
    }
    switch kind {
    case "gaussian":
      return reader.number("gaussian", in: .nonNegative, &diagnostics)
        .map { .gaussian($0, cut: cut) }
    case "uniform":
      return reader.number("uniform", in: .nonNegative, &diagnostics).map { .uniform(limit: $0) }
    case "value": return reader.number("value", &diagnostics).map { .fixed($0) }
    default: return isOptional ? .fixed(1) : nil
    }
  }
}
