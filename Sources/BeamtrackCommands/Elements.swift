import ArgumentParser
import BeamDynamics
import Documents
import LatticeFiles
import Terminal

/// Prints the catalog.
struct Elements: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The catalogs: kinds of elements, their parameters, units, defaults and models.",
    discussion: """
      With one of the options, another catalog: what a run file may name besides elements. With --json,
      for a program: the type of each parameter, what is allowed, and which are alternatives.
      """)

  @Argument(
    help: "One kind, such as Quadrupole.",
    completion: .list(Catalogs.current.elements.kinds.map { $0.kind }))
  var kind: String?

  /// The catalog that is printed.
  enum Catalog: String, EnumerableFlag {
    case distributions, effects, quantities, optimizers, formats

    static func help(for value: Self) -> ArgumentHelp? {
      switch value {
      case .distributions: "Print the kinds of distribution instead."
      case .effects: "Print the collective effects instead."
      case .quantities: "Print the quantities of objectives instead."
      case .optimizers: "Print the optimizers instead."
      case .formats: "Print the formats of files of particles and of lattices instead."
      }
    }
  }

  @Flag var catalog: Catalog?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let known = Catalogs.current
    switch catalog {
    case nil:
      try show(known.elements.kinds.map { CatalogPage(element: $0) }, noun: "kind of element")
    case .distributions:
      try show(
        known.distributions.kinds.map { CatalogPage(distribution: $0) }, noun: "distribution")
    case .effects:
      try show(known.effects.kinds.map { CatalogPage(effect: $0) }, noun: "collective effect")
    case .quantities:
      try show(known.quantities.quantities.map { CatalogPage(quantity: $0) }, noun: "quantity")
    case .optimizers:
      try show(known.optimizers.methods.map { CatalogPage(optimizer: $0) }, noun: "optimizer")
    case .formats:
      try show(
        known.beamFormats.formats.map { CatalogPage(beamFormat: $0) }
          + known.latticeFormats.formats.map { CatalogPage(latticeFormat: $0) }, noun: "format")
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
      print(JSONText.array(chosen.map(\.json)).pretty, terminator: "")
    } else if chosen.isEmpty {
      print("none")
    } else if kind == nil {
      let width = chosen.map(\.kind.count).max() ?? 0
      for page in chosen { print(page.line(width: width)) }
    } else {
      for page in chosen { print(page.text, terminator: "") }
    }
  }
}
