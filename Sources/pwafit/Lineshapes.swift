import ArgumentParser
import PartialWaves
import Terminal

/// Lists the lineshapes, or the parameters of one.
struct Lineshapes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the lineshapes, or the parameters of one.")

  @Argument(help: "The name of a lineshape.")
  var name: String?

  func run() throws {
    let catalog = LineshapeCatalog.standard
    guard let name else {
      print(TextTable(catalog.kinds.map { [$0.name, $0.summary] }).text, terminator: "")
      return
    }
    guard let kind = catalog[name] else {
      StandardError.write(
        "there is no lineshape \"\(name)\"; there are \(catalog.names.joined(separator: ", "))\n")
      throw ExitCode(2)
    }
    print("\(kind.name): \(kind.summary)\n")
    var rows = [["parameter", "unit", ""]]
    for parameter in kind.parameters {
      let summary = (parameter.isRequired ? "" : "optional: ") + parameter.summary
      rows.append([parameter.name, parameter.unit, summary])
    }
    print(kind.parameters.isEmpty ? "no parameters\n" : TextTable(rows).text, terminator: "")
  }
}
