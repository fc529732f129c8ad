import BeamDynamics
import Documents
import LinearAlgebra

/// Reads a distribution: its kind, and the beam's shape from Twiss parameters, sigmas or a
/// covariance.
enum DistributionReader {
  private static let shapes = ["twiss", "sigma", "covariance"]

  static func read(
    _ reader: inout ObjectReader, catalog: DistributionCatalog = .standard,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> (distribution: any Distribution, shape: BeamShape<Double>)? {
    let kind = reader.choice("kind", among: catalog.names, required: true, &diagnostics)
    let distribution = kind.flatMap { catalog[$0] }.map {
      readParameters(of: $0, &reader, &diagnostics)
    }
    let given = reader.exactlyOne(of: shapes, &diagnostics)
    let mean = readMean(&reader, &bindings, &diagnostics)
    let dispersion = readDispersion(&reader, &bindings, &diagnostics)
    let shape = given.flatMap { readShape($0, &reader, mean: mean, &bindings, &diagnostics) }
    reader.finish(known: shapes, &diagnostics)
    bindings += reader.bindings { written in
      guard let index = written.index, written.key == "covariance" else {
        return .beam(written.key)
      }
      let names = PhaseSpace<Double>.names
      return .beam("covariance_\(names[index / 6])_\(names[index % 6])")
    }
    guard let distribution, let shape else { return nil }
    return (distribution, shape.dispersed(by: dispersion))
  }

  private static func readParameters<D: Distribution>(
    of type: D.Type, _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> any Distribution {
    var distribution = D()
    D.parameters.read(into: &distribution, from: &reader, &diagnostics)
    return distribution
  }

  private static func readShape(
    _ given: String, _ reader: inout ObjectReader, mean: PhaseSpace<Double>,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> BeamShape<Double>? {
    let mistakes = diagnostics.entries.count
    let position = reader.position(of: given)
    do {
      switch given {
      case "covariance":
        guard let matrix = readCovariance(&reader, &diagnostics) else { return nil }
        return try BeamShape(covariance: matrix, mean: mean)
      case "sigma":
        guard var object = reader.object("sigma", describedAs: "\"sigma\"", &diagnostics) else {
          return nil
        }
        let planes = Plane.allCases.map { plane in
          PlaneSigma(
            coordinate: object.number("\(plane)", in: .nonNegative, &diagnostics) ?? 0,
            momentum: object.number("p\(plane)", in: .nonNegative, &diagnostics) ?? 0,
            correlation: object.number("correlation_\(plane)", in: -1...1, &diagnostics) ?? 0)
        }
        object.finish(&diagnostics)
        bindings += object.bindings { written in
          .beam(written.key.hasPrefix("corr") ? written.key : "sigma_\(written.key)")
        }
        if diagnostics.entries.count > mistakes { return nil }
        return try BeamShape(x: planes[0], y: planes[1], t: planes[2], mean: mean)
      default:
        guard var object = reader.object("twiss", describedAs: "\"twiss\"", &diagnostics) else {
          return nil
        }
        let positive = Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude
        let planes = Plane.allCases.map { plane in
          Twiss(
            beta: object.number("beta_\(plane)", in: positive, required: true, &diagnostics) ?? 1,
            alpha: object.number("alpha_\(plane)", &diagnostics) ?? 0,
            emittance: object.number(
              "emittance_\(plane)", in: .nonNegative, required: true, &diagnostics) ?? 0)
        }
        object.finish(&diagnostics)
        bindings += object.bindings { .beam($0.key) }
        if diagnostics.entries.count > mistakes { return nil }
        return try BeamShape(x: planes[0], y: planes[1], t: planes[2], mean: mean)
      }
    } catch {
      diagnostics.error("\(quoted(given)): \(error)", at: position)
      return nil
    }
  }

  private static func readCovariance(
    _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> Matrix6<Double>? {
    guard let rows = reader.array("covariance", &diagnostics) else { return nil }
    var matrix = Matrix6<Double>.zero
    var isComplete = rows.count == 6
    var isReadable = true
    for (i, row) in rows.enumerated() where i < 6 {
      guard case .array(let entries) = row.value, entries.count == 6 else {
        isComplete = false
        continue
      }
      for (j, entry) in entries.enumerated() {
        let entry = reader.number(entry, of: "covariance", index: 6 * i + j, &diagnostics)
        guard case .number(let value) = entry.value else {
          isComplete = false
          continue
        }
        if entry.isUnreadable { isReadable = false }
        matrix[i, j] = value
      }
    }
    if !isComplete {
      diagnostics.error(
        "\"covariance\": expected 6 rows of 6 numbers", at: reader.position(of: "covariance"))
      return nil
    }
    return isReadable ? matrix : nil
  }

  private static func readMean(
    _ reader: inout ObjectReader, _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> PhaseSpace<Double> {
    var mean = PhaseSpace<Double>.zero
    guard var object = reader.object("mean", describedAs: "\"mean\"", &diagnostics) else {
      return mean
    }
    for (i, name) in PhaseSpace<Double>.names.enumerated() {
      mean[i] = object.number(name, &diagnostics) ?? 0
    }
    object.finish(&diagnostics)
    bindings += object.bindings { .beam("mean_\($0.key)") }
    return mean
  }

  private static func readDispersion(
    _ reader: inout ObjectReader, _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> Dispersion<Double> {
    guard var object = reader.object("dispersion", describedAs: "\"dispersion\"", &diagnostics)
    else { return Dispersion(x: 0) }
    let dispersion = Dispersion(
      x: object.number("x", &diagnostics) ?? 0, px: object.number("px", &diagnostics) ?? 0,
      y: object.number("y", &diagnostics) ?? 0, py: object.number("py", &diagnostics) ?? 0)
    object.finish(&diagnostics)
    bindings += object.bindings { .beam("dispersion_\($0.key)") }
    return dispersion
  }
}
