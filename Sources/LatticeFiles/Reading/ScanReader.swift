import BeamDynamics
import Documents
import Sensitivity

/// Reads the scan of a run file.
///
/// It is a grid, an object with the values of each variable, or an object with a "kind".
struct ScanReader {
  private let file: RunFile
  /// The families of errors that the run file has.
  private let families: [ErrorFamily]

  init(_ file: RunFile, _ families: [ErrorFamily]) {
    self.file = file
    self.families = families
  }

  private static let kinds = ["grid", "list"] + ScanSettings.PointSet.allCases.map(\.rawValue)

  func read(_ node: JSONNode, _ diagnostics: inout Diagnostics) -> ScanDescription? {
    guard
      var reader = ObjectReader(
        node, describedAs: "the scan", keysCalled: "variable", constants: file.constants,
        &diagnostics)
    else { return nil }
    guard reader.contains("kind") || reader.contains("variables") else {
      return read(reader, kind: "grid", count: nil, seed: nil, &diagnostics)
    }
    let mistakes = diagnostics.entries.count
    let kind = reader.choice("kind", among: Self.kinds, &diagnostics)
    let isOfPoints = kind.flatMap { ScanSettings.PointSet(rawValue: $0) } != nil
    let variables = reader.object(
      "variables", describedAs: "\"variables\" of the scan", keysCalled: "variable", &diagnostics)
    if !reader.contains("variables") {
      diagnostics.error("the scan needs \"variables\"", at: reader.position)
    }
    let count = reader.integer(
      "count", in: 1...ScanDescription.limit, required: isOfPoints, &diagnostics)
    let seed = reader.integer("seed", in: 0...Int.max, &diagnostics)
    for key in ["count", "seed"] where !isOfPoints && reader.contains(key) {
      diagnostics.error(
        "\(quoted(key)) belongs to a scan of points: "
          + ScanSettings.PointSet.allCases.map { quoted($0.rawValue) }.joined(separator: ", "),
        at: reader.position(of: key))
    }
    let hasObjective = reader.boolean("objective", &diagnostics) ?? false
    let hasGradient = reader.boolean("gradient", &diagnostics) ?? false
    reader.finish(&diagnostics)
    guard var variables else { return nil }
    variables.constants = file.constants
    guard
      var scan = read(variables, kind: kind ?? "grid", count: count, seed: seed, &diagnostics),
      diagnostics.entries.count == mistakes || !diagnostics.hasErrors
    else { return nil }
    scan.hasObjective = hasObjective || hasGradient
    scan.hasGradient = hasGradient
    if scan.hasObjective, file.objective == nil {
      diagnostics.error(
        "the scan asks for the objective, and the run file has no \"objective\"",
        at: reader.position)
    }
    if scan.hasObjective, scan.variables.variesErrors,
      file.objective?.terms.contains(where: \.isOfOwnApertures) ?? false
    {
      diagnostics.error(
        "a smoothed loss at apertures of the line does not see how the errors of a setting move them; "
          + "give the term an \"aperture\"", at: reader.position)
    }
    if scan.hasGradient, file.variables == nil {
      diagnostics.error(
        "the scan asks for the gradient, and the run file has no \"variables\"",
        at: reader.position)
    }
    return scan
  }

  // MARK: Settings

  /// What stands beside a variable.
  private enum Values {
    case listed([Double])
    case range(ScanRange)
  }

  private func read(
    _ object: ObjectReader, kind: String, count: Int?, seed: Int?,
    _ diagnostics: inout Diagnostics
  ) -> ScanDescription? {
    if object.members.isEmpty {
      diagnostics.error("the scan varies nothing", at: object.position)
      return nil
    }
    let mistakes = diagnostics.entries.count
    guard let variables = readVariables(object.members, &diagnostics) else { return nil }
    let set = ScanSettings.PointSet(rawValue: kind)
    var all: [Values] = []
    for (index, member) in object.members.enumerated() {
      let values =
        set == nil
        ? readValues(member, isWhole: variables.isWhole(index), &diagnostics)
        : readRange(member, isWhole: variables.isWhole(index), &diagnostics)
      if let values { all.append(values) }
    }
    guard all.count == variables.count,
      !diagnostics.entries[mistakes...].contains(where: { $0.severity == .error })
    else { return nil }
    var listed: [[Double]] = []
    var ranges: [ScanRange] = []
    for values in all {
      switch values {
      case .listed(let numbers): listed.append(numbers)
      case .range(let range): ranges.append(range)
      }
    }
    let settings: ScanSettings
    if let set {
      guard let count else { return nil }
      if set == .sobol, ranges.count > ScanSettings.maximumSobolDimensions {
        diagnostics.error(
          "a Sobol sequence has at most \(ScanSettings.maximumSobolDimensions) variables, not "
            + "\(ranges.count); take the kind \"latin\"", at: object.position)
        return nil
      }
      settings = .points(set, in: ranges, count: count, seed: UInt64(seed ?? 1))
    } else if kind == "list" {
      if let odd = listed.firstIndex(where: { $0.count != listed[0].count }) {
        diagnostics.error(
          "in a list, every variable has as many values: \(quoted(object.members[0].key)) has "
            + "\(listed[0].count), \(quoted(object.members[odd].key)) has \(listed[odd].count)",
          at: object.members[odd].keyPosition)
        return nil
      }
      settings = .list(listed)
    } else {
      let total = listed.reduce(1.0) { $0 * Double($1.count) }
      if total > Double(ScanDescription.limit) {
        diagnostics.error(
          "the scan has \(concise(total)) settings; at most \(ScanDescription.limit) are allowed",
          at: object.position)
        return nil
      }
      settings = .grid(listed)
    }
    return ScanDescription(variables: variables, settings: settings)
  }

  /// The values of a variable: an array, `{"values": […]}`, or `{"from": a, "to": b, "steps": n}`.
  private func readValues(
    _ member: JSONMember, isWhole: Bool, _ diagnostics: inout Diagnostics
  ) -> Values? {
    // An array stands for an object that has it.
    var node = member.value
    if case .array = node.value {
      node = JSONNode(
        .object([JSONMember("values", at: node.position, node)]), at: node.position)
    }
    guard
      var reader = ObjectReader(
        node, describedAs: "the scan of \(quoted(member.key))", constants: file.constants,
        &diagnostics)
    else { return nil }
    var values: [Double]?
    if reader.contains("values") {
      values = reader.numbers("values", &diagnostics)
      if let found = values, found.isEmpty {
        diagnostics.error("\(reader.subject) has no values", at: reader.position)
        values = nil
      }
    } else {
      let from = reader.number("from", required: true, &diagnostics)
      let to = reader.number("to", required: true, &diagnostics)
      let steps = reader.integer(
        "steps", in: 1...ScanDescription.limit, required: true, &diagnostics)
      if let from, let to, let steps { values = Self.values(from: from, to: to, count: steps) }
    }
    reader.finish(&diagnostics)
    guard let values else { return nil }
    if isWhole, let odd = values.first(where: { !Self.isSeed($0) }) {
      diagnostics.error(
        "\(reader.subject): a seed is a whole number that is not negative, and not "
          + concise(odd), at: reader.position)
      return nil
    }
    return .listed(values)
  }

  /// Numbers at equal distances, the first and the last as they are given.
  static func values(from: Double, to: Double, count: Int) -> [Double] {
    if count == 1 { return [from] }
    return (0..<count).map { i in
      i == count - 1 ? to : from + Double(i) * ((to - from) / Double(count - 1))
    }
  }

  private static func isSeed(_ value: Double) -> Bool {
    value >= 0 && value < 0x1p53 && value == value.rounded()
  }

  /// The range of a variable: `{"from": a, "to": b}`.
  private func readRange(
    _ member: JSONMember, isWhole: Bool, _ diagnostics: inout Diagnostics
  ) -> Values? {
    guard
      var reader = ObjectReader(
        member.value, describedAs: "the scan of \(quoted(member.key))",
        constants: file.constants, &diagnostics)
    else { return nil }
    let from = reader.number("from", required: true, &diagnostics)
    let to = reader.number("to", required: true, &diagnostics)
    reader.finish(&diagnostics)
    guard let from, let to else { return nil }
    guard isWhole else { return .range(.numbers(from: from, to: to)) }
    guard Self.isSeed(from), Self.isSeed(to), from <= to else {
      diagnostics.error(
        "\(reader.subject): seeds are whole numbers that are not negative, \"from\" the lowest \"to\" "
          + "the highest", at: reader.position)
      return nil
    }
    return .range(.whole(from: Int(from), to: Int(to)))
  }

  // MARK: Variables

  private func readVariables(
    _ members: [JSONMember], _ diagnostics: inout Diagnostics
  ) -> ScanVariables? {
    var others: [(name: String, meaning: ScanVariables.Meaning)] = []
    var ofDesign: [JSONNode] = []
    let mistakes = diagnostics.entries.count
    for member in members {
      if member.key == "beam.seed" || member.key == "errors.seed"
        || member.key.hasPrefix("errors.")
      {
        if let meaning = readOther(member, &diagnostics) { others.append((member.key, meaning)) }
      } else {
        ofDesign.append(JSONNode(.string(member.key), at: member.keyPosition))
      }
    }
    var design: DesignVariables? = DesignVariables([])
    if !ofDesign.isEmpty {
      var reader = VariableReader(file)
      design = reader.read(
        JSONNode(.array(ofDesign), at: ofDesign[0].position), &diagnostics)
    }
    guard let design,
      !diagnostics.entries[mistakes...].contains(where: { $0.severity == .error })
    else { return nil }
    return ScanVariables(design, others, order: members.map(\.key))
  }

  /// A seed, or the size of errors.
  private func readOther(
    _ member: JSONMember, _ diagnostics: inout Diagnostics
  ) -> ScanVariables.Meaning? {
    func fail(_ reason: String) -> ScanVariables.Meaning? {
      diagnostics.error("variable \(quoted(member.key)): \(reason)", at: member.keyPosition)
      return nil
    }
    if member.key == "beam.seed" {
      return file.beam.drawn == nil || file.tracking.method != .particles
        ? fail("no particles are drawn") : .beamSeed
    }
    if families.isEmpty { return fail("the run file has no \"errors\"") }
    if member.key == "errors.seed" { return .machine }
    let rest = member.key.dropFirst("errors.".count)
    guard let dot = rest.lastIndex(of: ".") else {
      return fail("expected a family of errors and its number: \"errors.NAME.seed\"")
    }
    let (name, number) = (String(rest[..<dot]), String(rest[rest.index(after: dot)...]))
    guard let family = families.firstIndex(where: { $0.name == name }) else {
      let hint = nearestName(to: name, among: families.map(\.name)).map {
        "; did you mean \(quoted($0))?"
      }
      return fail("there is no family of errors \(quoted(name))" + (hint ?? ""))
    }
    let size =
      switch families[family].distribution {
      case .gaussian: "gaussian"
      case .uniform: "uniform"
      case .fixed: "value"
      }
    switch number {
    case "seed": return .errorSeed(family: family)
    case size: return .errorSize(family: family)
    default:
      return fail("the family \(quoted(name)) has the numbers \"seed\" and \(quoted(size))")
    }
  }
}

extension ObjectiveTerm {
  /// Whether it is the loss at apertures of the line, as the line was built when the file was read.
  fileprivate var isOfOwnApertures: Bool {
    switch subject {
    case .smoothedLossAtAperture, .smoothedLossAtApertures: true
    case .quantity, .smoothedLoss, .density: false
    }
  }
}
