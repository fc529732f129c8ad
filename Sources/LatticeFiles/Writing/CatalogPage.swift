import BeamDynamics
import Documents
import Optimization
import Sensitivity

/// The reference documentation of one kind of thing, made from its parameter table.
public struct CatalogPage: Sendable {
  /// The name in run files.
  public let kind: String
  /// One sentence.
  public let summary: String
  /// How it can be tracked; empty where there is no choice.
  public let models: [String]
  /// What else a program is told.
  private(set) var details: [(key: String, value: JSONText)] = []
  let hasParameters: Bool
  let rows: [Row]

  /// Which parameters say the same thing in different ways.
  let alternatives: [ParameterAlternatives]
  /// Which parameters a choice needs.
  let variants: ParameterVariants?

  /// One parameter.
  struct Row: Sendable {
    let parameter: ParameterDescription
    let defaultValue: JSONText
    /// In place of the words of the description.
    var allowed: String?
    /// The members of an object, or of each object of a list.
    var members: [ParameterDescription] = []
    /// The type of a value that no table of numbers holds.
    var type = "object"

    var allowedText: String { allowed ?? parameter.allowedValues }

    /// The default, for a person.
    var defaultText: String {
      if parameter.isRequired { return "required" }
      if defaultValue == .string("chosen") { return "chosen" }
      return defaultValue == .null ? "none" : defaultValue.line
    }
  }

  /// The page of a kind of element.
  public init(element type: any Element.Type) {
    self = Self.page(type)
  }

  /// The page of a kind of distribution.
  public init(distribution type: any Distribution.Type) {
    self = Self.page(type)
  }

  /// The page of a collective effect.
  public init(effect type: any CatalogEffect.Type) {
    self = Self.page(type)
  }

  /// The entry of a quantity of objectives.
  public init(quantity: Quantity) {
    self.init(kind: quantity.name, summary: quantity.summary)
    details = [
      ("unit", .string(quantity.unit)), ("needs_beam", .boolean(quantity.needsBeam)),
      ("needs_transfer_matrix", .boolean(quantity.needsTransferMatrix)),
    ]
  }

  /// The entry of an optimizer.
  public init(optimizer type: any OptimizationMethod.Type) {
    self.init(kind: type.name, summary: type.summary)
    details = [
      ("needs", .string("\(type.needs)")),
      ("bounds", .array(type.boundTreatments.map { .string("\($0)") })),
    ]
  }

  /// The entry of a format of files of particles.
  public init(beamFormat type: any BeamFormat.Type) {
    self.init(kind: type.name, summary: type.summary)
    details = [
      ("holds", "particles"), ("endings", .array(type.endings.map { .string($0) })),
      ("written", .boolean(type.canWrite)),
    ]
  }

  /// The entry of a format of files of lattices.
  public init(latticeFormat type: any LatticeFormat.Type) {
    self.init(kind: type.name, summary: type.summary)
    details = [
      ("holds", "a lattice"), ("endings", .array(type.endings.map { .string($0) })),
      ("written", .boolean(false)),
    ]
  }

  private init(
    kind: String, summary: String, models: [String] = [], rows: [Row],
    _ alternatives: [ParameterAlternatives], _ variants: ParameterVariants? = nil
  ) {
    self.kind = kind
    self.summary = summary
    self.models = models
    self.rows = rows
    self.alternatives = alternatives
    self.variants = variants
    hasParameters = true
  }

  /// An entry of a catalog of things without parameters.
  private init(kind: String, summary: String) {
    self.kind = kind
    self.summary = summary
    models = []
    rows = []
    alternatives = []
    variants = nil
    hasParameters = false
  }

  private static func page<E: Element>(_ type: E.Type) -> Self {
    var page = Self(
      kind: E.kind, summary: E.summary, models: E.models.map(\.rawValue),
      rows: rows(E.parameters, E())
        + rows(BeamlineElement.parameters, BeamlineElement(E(), slices: 1))
        + (E.isPlaceable ? rows(Placement.parameters, Placement()) + [aperture] : []),
      E.parameters.alternatives, E.parameters.variants)
    if E.models.count > 1 {
      page.details = [("default_model", .string(E.unnamedModel.rawValue))]
    }
    return page
  }

  private static func page<D: Distribution>(_ type: D.Type) -> Self {
    Self(
      kind: D.kind, summary: D.summary,
      rows: rows(D.parameters, D()) + (D.self == MixtureDistribution.self ? [components] : []),
      D.parameters.alternatives)
  }

  private static func page<E: CatalogEffect>(_ type: E.Type) -> Self {
    var page = Self(
      kind: E.kind, summary: E.summary, rows: rows(E.parameters, E()), E.parameters.alternatives)
    page.details = [
      ("variable_parameters", .array(E.variableParameters.map { .string($0) }))
    ]
    return page
  }

  private static func rows<Subject>(
    _ table: ParameterTable<Subject>, _ initial: Subject
  ) -> [Row] {
    // A column is a number of all objects in a list, which a file gives in each of them.
    table.parameters.filter { $0.column == nil }.map { parameter in
      // What belongs to one word of a choice must be given with it.
      let isConditional = table.variants?.words(with: parameter.name).isEmpty == false
      return Row(
        parameter: parameter.specification,
        defaultValue: isConditional ? .null : parameter.storage.text(initial))
    }
  }

  /// An object, which no table of numbers holds.
  private static let aperture = Row(
    parameter: ParameterDescription(
      name: "aperture", unit: "m",
      summary:
        "Half axes of an ellipse, or a shape as of Aperture, outside which particles are lost.",
      form: .list, isRequired: false),
    defaultValue: .null,
    allowed: "{\"x\": a, \"y\": b, \"shape\": …, \"at\": …, \"fixed\": true}",
    members: [("x", "Horizontal half axis."), ("y", "Vertical half axis.")].map { name, summary in
      ParameterDescription(
        name: name, unit: "m", summary: summary, form: .real(.positive), isRequired: true)
    })

  /// The components of a mixture, a list of objects.
  private static let components = Row(
    parameter: ParameterDescription(
      name: "components", unit: "",
      summary: "The beams, each with a distribution and sizes of its own.", form: .list,
      isRequired: true),
    defaultValue: .null,
    allowed: "[{\"weight\": w, \"kind\": …, \"twiss\" or \"sigma\" or \"covariance\": …}, …]",
    members: [
      ParameterDescription(
        name: "weight", unit: "", summary: "Its part of the particles, relative to the others.",
        form: .real(.nonNegative), isRequired: true),
      ParameterDescription(
        name: "kind", unit: "", summary: "The kind of its distribution.",
        form: .word(
          among: DistributionCatalog.standard.kinds.filter {
            !($0 is any SizedDistribution.Type) && $0 != MixtureDistribution.self
          }.map { $0.kind }),
        isRequired: true),
      ParameterDescription(
        name: "scale", unit: "",
        summary: "Its size relative to the others, where the mixture has a shape as a whole.",
        form: .real(.positive), isRequired: false),
    ], type: "objects")

  /// The kind and its sentence, the kind padded to `width` characters.
  public func line(width: Int) -> String {
    let models = models.isEmpty ? "" : " (\(models.joined(separator: ", ")))"
    return Self.padded(kind, width) + "  " + summary + models
  }

  /// A page for a person.
  public var text: String {
    var lines = [kind + ": " + summary]
    if !models.isEmpty { lines.append("models: " + models.joined(separator: ", ")) }
    lines += details.map { key, value in
      "\(key): " + (value == .string("") ? "1" : value.words)
    }
    if !hasParameters { return lines.joined(separator: "\n") + "\n" }
    let cells = rows.map { row in
      [row.parameter.name, row.parameter.unit, row.defaultText, row.allowedText]
    }
    let header = ["parameter", "unit", "default", "allowed"]
    let widths = header.indices.map { column in
      ([header] + cells).map { $0[column].count }.max() ?? 0
    }
    func joined(_ cells: [String]) -> String {
      zip(cells, widths).map { Self.padded($0, $1) }.joined(separator: "  ")
    }
    lines.append("  " + joined(header) + "  meaning")
    for (row, cells) in zip(rows, cells) {
      lines.append("  " + joined(cells) + "  " + row.parameter.summary)
    }
    for variant in variants?.needs ?? [] {
      lines.append(
        "  \(variants?.choice ?? "") \"\(variant.word)\" needs "
          + variant.names.joined(separator: ", "))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A page for a program: for each parameter what `ParameterDescription.json(default:)` says, and which of
  /// them are alternatives.
  public var json: JSONText {
    var members: [(String, JSONText)] = [("kind", .string(kind)), ("summary", .string(summary))]
    members += details.map { ($0.key, $0.value) }
    if hasParameters {
      members += [
        ("models", .array(models.map(JSONText.string))), ("parameters", .array(rows.map(json))),
        ("alternatives", .array(alternatives.map(\.json))),
      ]
      if let variants { members.append(("variants", variants.json)) }
    }
    return .object(members)
  }

  private func json(_ row: Row) -> JSONText {
    guard let allowed = row.allowed else { return row.parameter.json(default: row.defaultValue) }
    return [
      "name": .string(row.parameter.name), "unit": .string(row.parameter.unit),
      "type": .string(row.type), "members": .array(row.members.map { $0.json() }),
      "default": row.defaultValue, "required": .boolean(row.parameter.isRequired),
      "allowed": .string(allowed), "summary": .string(row.parameter.summary),
    ]
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }
}

extension JSONText {
  /// Without quotation marks and brackets.
  var words: String {
    switch self {
    case .string(let text): text
    case .array(let values): values.map(\.words).joined(separator: ", ")
    case .boolean(let isTrue): isTrue ? "yes" : "no"
    default: line
    }
  }
}
