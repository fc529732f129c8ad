import ArgumentParser
import Documents
import PartialWaves
import Terminal

/// Lists the lineshapes, or the parameters of one.
struct Lineshapes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the lineshapes, or the parameters of one.")

  @Argument(help: "The name of a lineshape.")
  var name: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let catalog = LineshapeCatalog.current
    guard let name else {
      if json {
        StandardOutput.print(JSONText.array(catalog.kinds.map(Self.json)).pretty, terminator: "")
        return
      }
      StandardOutput.print(
        TextTable(catalog.kinds.map { [$0.name, $0.summary] }).text, terminator: "")
      return
    }
    guard let kind = catalog[name] else {
      StandardError.write(
        "there is no lineshape \"\(name)\"; there are \(catalog.names.joined(separator: ", "))\n")
      throw ExitCode(2)
    }
    if json {
      StandardOutput.print(JSONText.array([Self.json(kind)]).pretty, terminator: "")
      return
    }
    StandardOutput.print("\(kind.name): \(kind.summary)\n")
    var rows = [["parameter", "unit", ""]]
    for parameter in kind.parameters {
      let summary = (parameter.isRequired ? "" : "optional: ") + parameter.summary
      rows.append([parameter.name, parameter.unit, summary])
    }
    StandardOutput.print(
      kind.parameters.isEmpty ? "no parameters\n" : TextTable(rows).text, terminator: "")
  }

  /// For a program: as `beamtrack elements --json` has the kinds of elements.
  private static func json(_ kind: LineshapeKind) -> JSONText {
    [
      "kind": .string(kind.name), "summary": .string(kind.summary),
      "only_spin": kind.onlySpin.map { .integer($0) } ?? .null,
      "parameters": .array(kind.parameters.map { $0.json() }),
      "alternatives": .array(kind.alternatives.map(\.json)),
    ]
  }
}
