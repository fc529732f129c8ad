import ArgumentParser
import BeamDynamics
import DataFiles
import Documents
import LatticeFiles
import Terminal

/// Prints the catalog.
struct Elements: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The catalogs: kinds of elements, their parameters, units, defaults and models.",
    discussion: """
      With one of the options, another catalog: what a run file may name besides elements. With --json,
      for a program: the type of each parameter, what is allowed, and which are alternatives. With
      --markdown or --pages, for a documentation.
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

  @Flag(help: "Print Markdown: the reference part of a page of documentation.")
  var markdown = false

  @Option(
    help: ArgumentHelp(
      "Write the reference part into the file <kind>.md of each kind; a missing file is begun.",
      valueName: "folder"),
    completion: .directory)
  var pages: String?

  func validate() throws {
    if [json, markdown, pages != nil].filter({ $0 }).count > 1 {
      throw ValidationError("--json, --markdown and --pages exclude each other")
    }
    if pages == "" { throw ValidationError("--pages must not be empty") }
  }

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
    if let folder = self.pages {
      try write(chosen, into: folder)
    } else if markdown {
      StandardOutput.print(chosen.map(\.markdown).joined(separator: "\n"), terminator: "")
    } else if json {
      StandardOutput.print(JSONText.array(chosen.map(\.json)).pretty, terminator: "")
    } else if chosen.isEmpty {
      StandardOutput.print("none")
    } else if kind == nil {
      let width = chosen.map(\.kind.count).max() ?? 0
      for page in chosen { StandardOutput.print(page.line(width: width)) }
    } else {
      for page in chosen { StandardOutput.print(page.text, terminator: "") }
    }
  }

  /// Writes the file of each page, all that can be written, and names those that have changed.
  ///
  /// - Throws: Exit status 2 if a file has no place for the reference part, after telling all.
  private func write(_ pages: [CatalogPage], into folder: String) throws {
    try Folders.make(folder)
    var counts = (new: 0, changed: 0)
    var mistakes: [DataFileError] = []
    for page in pages {
      do {
        let change = try page.write(into: folder)
        if change == .none { continue }
        if change == .new { counts.new += 1 } else { counts.changed += 1 }
        StandardOutput.print("\(page.kind).md: \(change)")
      } catch let error as DataFileError {
        mistakes.append(error)
      }
    }
    StandardOutput.print(
      "\(pages.count) pages in \(folder): \(counts.new) new, \(counts.changed) changed")
    if mistakes.isEmpty { return }
    for mistake in mistakes { StandardError.write("\(mistake)\n") }
    throw ExitCode(2)
  }
}
