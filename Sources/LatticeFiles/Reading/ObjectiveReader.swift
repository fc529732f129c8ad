import BeamDynamics
import Documents
import Sensitivity

/// Reads the objective of a run file.
struct ObjectiveReader {
  let run: RunFile
  private let folder: String

  init(_ run: RunFile) {
    self.run = run
    folder = RunFile.folder(of: run.path)
  }

  func read(_ node: JSONNode, _ diagnostics: inout Diagnostics) -> TermObjective? {
    guard
      var reader = ObjectReader(
        node, describedAs: "\"objective\"", constants: run.constants, &diagnostics)
    else { return nil }
    let nodes = reader.array("terms", required: true, &diagnostics)
    reader.finish(&diagnostics)
    guard let nodes else { return nil }
    if nodes.isEmpty { diagnostics.error("\"terms\" is empty", at: reader.position(of: "terms")) }
    let terms = nodes.map { readTerm($0, &diagnostics) }
    guard !diagnostics.hasErrors else { return nil }
    return TermObjective(terms.compactMap(\.self))
  }

  private func readTerm(_ node: JSONNode, _ diagnostics: inout Diagnostics) -> ObjectiveTerm? {
    guard
      var reader = ObjectReader(
        node, describedAs: "a term of the objective", constants: run.constants, &diagnostics)
    else { return nil }
    let isOfApertures = Self.isOfApertures(node)
    let place =
      isOfApertures ? readApertures(&reader, &diagnostics) : readPlace(&reader, &diagnostics)
    let weight = reader.number("weight", &diagnostics) ?? 1
    let name = reader.string("quantity", required: true, &diagnostics)
    var target: Double?
    var subject: ObjectiveTerm.Subject?
    switch name {
    case "density": subject = readDensity(&reader, &diagnostics)
    case "smoothed_loss":
      target = reader.number("target", &diagnostics)
      subject =
        isOfApertures
        ? readLosses(&reader, &diagnostics) : readLoss(&reader, at: place, &diagnostics)
    case let name?:
      target = reader.number("target", &diagnostics)
      do {
        subject = .quantity(try Catalogs.current.quantities.quantity(named: name))
      } catch {
        diagnostics.error(
          "\"quantity\": \(error)", at: reader.node("quantity")?.position ?? node.position)
      }
    case nil: _ = reader.node("target")
    }
    reader.finish(&diagnostics)
    checkExpressions(reader, &diagnostics)
    guard let place, let subject else { return nil }
    let term = ObjectiveTerm(
      subject, after: place.place, called: place.name, weight: weight, target: target)
    checkMethod(term, reader.node("quantity")?.position ?? node.position, &diagnostics)
    return term
  }

  /// What is not tracked has no value.
  private func checkMethod(
    _ term: ObjectiveTerm, _ position: SourcePosition, _ diagnostics: inout Diagnostics
  ) {
    switch run.tracking.method {
    case .particles: break
    case .envelope where term.needsParticles:
      diagnostics.error(
        "\(quoted(term.name)) is known of particles only: an envelope does not say how they are "
          + "distributed; track with the method \"particles\"", at: position)
    case .reference where term.needsBeam:
      diagnostics.error(
        "\(quoted(term.name)) is a number of the beam, and the method \"reference\" tracks none; "
          + "track with \"particles\" or \"envelope\"", at: position)
    case .envelope, .reference: break
    }
  }

  /// A target is a number that stays: the objective's derivatives know nothing of it.
  func checkExpressions(_ reader: ObjectReader, _ diagnostics: inout Diagnostics) {
    let varied = (run.variables?.variables ?? []).compactMap { variable -> Int? in
      if case .constant(let place) = variable.meaning { place } else { nil }
    }
    let moving = run.constants.dependents(of: Set(varied))
    for written in reader.expressions {
      guard let place = written.expression.references.first(where: { moving.contains($0.place) })
      else { continue }
      diagnostics.error(
        "\(quoted(written.key)) of a term must not follow the variable constant "
          + quoted(run.constants.constants[place.place].name), at: reader.position(of: written.key))
    }
  }

  // MARK: Places

  private func readPlace(
    _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> (place: Int?, name: String)? {
    let line = run.beamline
    guard let name = reader.string("at", &diagnostics) else {
      return reader.contains("at") ? nil : (line.count - 1, "end")
    }
    if name == "start" { return (nil, name) }
    if name == "end" { return (line.count - 1, name) }
    return PlaceReader(line: line).place(
      named: name, besides: ["start", "end"], at: reader.node("at")?.position, &diagnostics
    ).map { ($0, name) }
  }

  // MARK: Densities

  private func readDensity(
    _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> ObjectiveTerm.Subject? {
    let axes = readAxes(&reader, &diagnostics)
    let kernel = reader.choice("kernel", among: ["gaussian", "linear"], &diagnostics) ?? "gaussian"
    let width = reader.number("kernel_width", in: 0.3...100, &diagnostics)
    if kernel == "linear" && width != nil {
      diagnostics.error(
        "the linear kernel has no \"kernel_width\"", at: reader.position(of: "kernel_width"))
    }
    let comparisons = ScreenImage.Comparison.allCases.map(\.rawValue)
    let comparison = reader.choice("comparison", among: comparisons, &diagnostics)
    let path = reader.string("image", required: true, &diagnostics)
    guard let axes, let path else { return nil }
    let screen = Screen(
      axes, kernel: kernel == "linear" ? .linear : .gaussian(width: width ?? 1))
    do {
      let source = RunFile.resolve(path, from: folder)
      var image = ScreenImage(try ImageFile.read(source, screen), on: screen)
      image.comparison = comparison.flatMap(ScreenImage.Comparison.init) ?? .squares
      image.source = source
      return .density(image)
    } catch {
      diagnostics.error(
        "\"image\": \(error)", at: reader.node("image")?.position ?? reader.position)
      return nil
    }
  }

  private func readAxes(
    _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> [Screen.Axis]? {
    guard let nodes = reader.array("axes", required: true, &diagnostics) else { return nil }
    let axes = nodes.compactMap { readAxis($0, &diagnostics) }
    guard axes.count == nodes.count else { return nil }
    guard 1...2 ~= axes.count, axes.count == 1 || axes[0].coordinate != axes[1].coordinate else {
      diagnostics.error(
        "\"axes\": expected one axis, or two of different coordinates",
        at: reader.position(of: "axes"))
      return nil
    }
    return axes
  }

  private func readAxis(_ node: JSONNode, _ diagnostics: inout Diagnostics) -> Screen.Axis? {
    guard
      var object = ObjectReader(
        node, describedAs: "an axis", constants: run.constants, &diagnostics)
    else { return nil }
    let names = PhaseSpace<Double>.names
    let name = object.choice("coordinate", among: names, required: true, &diagnostics)
    let minimum = object.number("min", required: true, &diagnostics)
    let maximum = object.number("max", required: true, &diagnostics)
    let cells = object.integer("cells", in: 1...1000, required: true, &diagnostics)
    object.finish(&diagnostics)
    guard let coordinate = name.flatMap({ names.firstIndex(of: $0) }), let minimum, let maximum,
      let cells
    else { return nil }
    guard minimum < maximum else {
      diagnostics.error("\"min\" of an axis must be below \"max\"", at: object.position(of: "min"))
      return nil
    }
    return Screen.Axis(coordinate, from: minimum, to: maximum, cells: cells)
  }
}
