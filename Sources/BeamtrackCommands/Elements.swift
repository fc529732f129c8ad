import ArgumentParser
import BeamDynamics
import Documents
import LatticeFiles
import Terminal

/// Prints the catalog.
struct Elements: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The catalog: kinds of elements, their parameters, units, defaults and models.")

  @Argument(
    help: "One kind, such as Quadrupole.",
    completion: .list(Catalogs.elements.kinds.map { $0.kind }))
  var kind: String?

  @Flag(help: "Print the kinds of distribution instead.")
  var distributions = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    if distributions {
      let pages = DistributionCatalog.standard.kinds.map { CatalogPage(distribution: $0) }
      try show(pages, noun: "distribution")
    } else {
      let pages = Catalogs.elements.kinds.map { CatalogPage(element: $0) }
      try show(pages, noun: "kind of element")
    }
  }

  private func show(_ pages: [CatalogPage], noun: String) throws {
    var chosen = pages
    if let kind {
      chosen = pages.filter { $0.kind == kind }
      if chosen.isEmpty {
        let names = pages.map(\.kind)
        let hint = nearestName(to: kind, among: names).map { "; did you mean \(quoted($0))?" }
        StandardError.write(
          "there is no \(noun) \(quoted(kind)); there are: \(names.joined(separator: ", "))"
            + (hint ?? "") + "\n")
        throw ExitCode(2)
      }
    }
    if json {
      print(JSONText.array(chosen.map(\.json)).pretty)
    } else if kind == nil {
      let width = chosen.map(\.kind.count).max() ?? 0
      for page in chosen { print(page.line(width: width)) }
    } else {
      for page in chosen { print(page.text, terminator: "") }
    }
  }
}
