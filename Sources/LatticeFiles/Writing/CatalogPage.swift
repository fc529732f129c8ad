import BeamDynamics
import Documents

/// The reference documentation of one kind of thing, made from its parameter table.
public struct CatalogPage: Sendable {
  /// The name in run files.
  public let kind: String
  /// One sentence.
  public let summary: String
  public let models: [String]
  private let rows: [Row]

  private struct Row: Sendable {
    let name: String
    let unit: String
    let standard: JSONText
    let isRequired: Bool
    let allowed: String
    let alternatives: [String]
    let summary: String

    /// The default, for a person.
    var standardText: String {
      if isRequired { return "required" }
      if standard == .string("chosen") { return "chosen" }
      return standard == .null ? "none" : standard.line
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

  private init(kind: String, summary: String, models: [String], rows: [Row]) {
    self.kind = kind
    self.summary = summary
    self.models = models
    self.rows = rows
  }

  private static func page<E: Element>(_ type: E.Type) -> Self {
    Self(
      kind: E.kind, summary: E.summary, models: E.models.map(\.rawValue),
      rows: rows(E.parameters, E()) + rows(Placement.parameters, Placement(slices: 1)) + [
        Row(
          name: "aperture", unit: "m", standard: .null, isRequired: false,
          allowed: "{\"x\": a, \"y\": b}", alternatives: [],
          summary: "Half axes of an ellipse outside which particles are lost.")
      ])
  }

  private static func page<D: Distribution>(_ type: D.Type) -> Self {
    Self(kind: D.kind, summary: D.summary, models: [], rows: rows(D.parameters, D()))
  }

  private static func rows<Subject>(
    _ table: ParameterTable<Subject>, _ standard: Subject
  ) -> [Row] {
    table.parameters.map { parameter in
      Row(
        name: parameter.name, unit: parameter.unit,
        standard: parameter.storage.text(standard), isRequired: parameter.isRequired,
        allowed: parameter.storage.allowedValues,
        alternatives: table.alternatives.first { $0.names.contains(parameter.name) }?.names
          .filter { $0 != parameter.name } ?? [],
        summary: parameter.summary)
    }
  }

  /// The kind and its sentence, the kind padded to `width` characters.
  public func line(width: Int) -> String {
    let models = models.isEmpty ? "" : " (\(models.joined(separator: ", ")))"
    return Self.padded(kind, width) + "  " + summary + models
  }

  /// A page for a person.
  public var text: String {
    var lines = [kind + ": " + summary]
    if !models.isEmpty { lines.append("models: " + models.joined(separator: ", ")) }
    let cells = rows.map { row in [row.name, row.unit, row.standardText, row.allowed] }
    let header = ["parameter", "unit", "default", "allowed"]
    let widths = header.indices.map { column in
      ([header] + cells).map { $0[column].count }.max() ?? 0
    }
    func joined(_ cells: [String]) -> String {
      zip(cells, widths).map { Self.padded($0, $1) }.joined(separator: "  ")
    }
    lines.append("  " + joined(header) + "  meaning")
    for (row, cells) in zip(rows, cells) { lines.append("  " + joined(cells) + "  " + row.summary) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A page for a program.
  public var json: JSONText {
    [
      "kind": .string(kind), "summary": .string(summary),
      "models": .array(models.map(JSONText.string)),
      "parameters": .array(
        rows.map { row in
          [
            "name": .string(row.name), "unit": .string(row.unit), "default": row.standard,
            "required": .boolean(row.isRequired), "allowed": .string(row.allowed),
            "instead_of": .array(row.alternatives.map(JSONText.string)),
            "summary": .string(row.summary),
          ]
        }),
    ]
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }
}

extension Parameter.Storage {
  /// What values are allowed, in words; empty for every number.
  fileprivate var allowedValues: String {
    switch self {
    case .real(_, let range):
      let isBelow = range.lowerBound > -Double.greatestFiniteMagnitude
      let isAbove = range.upperBound < Double.greatestFiniteMagnitude
      switch (isBelow, isAbove) {
      case (false, false): return ""
      case (true, false):
        return range.lowerBound == .leastNonzeroMagnitude ? "> 0" : ">= \(range.lowerBound)"
      case (false, true): return "<= \(range.upperBound)"
      case (true, true): return "\(range.lowerBound) to \(range.upperBound)"
      }
    case .vector:
      return "list of numbers"
    case .integer(_, let range, let choices), .chosen(_, let range, let choices):
      return choices.isEmpty
        ? "whole, \(range.lowerBound) to \(range.upperBound)"
        : choices.map(String.init).joined(separator: ", ")
    }
  }
}
