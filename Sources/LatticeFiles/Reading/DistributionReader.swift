import BeamDynamics
import Documents
import LinearAlgebra
import Sensitivity

/// Reads a distribution: its kind, and the beam's shape from Twiss parameters, sigmas or a
/// covariance, unless the kind brings its own.
enum DistributionReader {
  private static let shapes = BeamShapeDescription.Form.allCases.map(\.rawValue)

  /// What a run file says of a distribution.
  enum Description {
    case shaped(any Distribution, BeamShapeDescription)
    /// One that brings its own sizes, about a mean.
    case sized(any SizedDistribution, mean: PhaseSpace<Double>)
  }

  static func read(
    _ reader: inout ObjectReader, _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> Description? {
    let catalog = Catalogs.current.distributions
    let kind = reader.choice("kind", among: catalog.names, required: true, &diagnostics)
    let distribution = kind.flatMap { catalog[$0] }.map {
      readParameters(of: $0, &reader, &diagnostics)
    }
    if let sized = distribution as? any SizedDistribution {
      return readSized(sized, &reader, &bindings, &diagnostics)
    }
    let given = reader.exactlyOne(of: shapes, &diagnostics)
    var shape = given.flatMap { readForm($0, &reader, &bindings, &diagnostics) }
    readMean(&reader, into: &shape, &bindings, &diagnostics)
    readDispersion(&reader, into: &shape, &bindings, &diagnostics)
    reader.finish(known: shapes, &diagnostics)
    bindings += reader.bindings { written in
      guard let index = written.index, written.key == "covariance" else {
        return .setting("beam.distribution.\(written.key)")
      }
      let (i, j) = (index / 6, index % 6)
      return .beam(.shape(BeamShapeDescription.place(row: min(i, j), column: max(i, j))))
    }
    guard let distribution, let shape else { return nil }
    return .shaped(distribution, shape)
  }

  /// The rest of a distribution that brings its own sizes.
  private static func readSized(
    _ distribution: any SizedDistribution, _ reader: inout ObjectReader,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> Description {
    let kind = type(of: distribution).kind
    for key in shapes + ["dispersion"] where reader.contains(key) {
      _ = reader.node(key)
      diagnostics.error(
        "a distribution of kind \(quoted(kind)) brings its own sizes: leave out \(quoted(key))",
        at: reader.position(of: key))
    }
    var description: BeamShapeDescription? = BeamShapeDescription(.covariance)
    readMean(&reader, into: &description, &bindings, &diagnostics)
    reader.finish(&diagnostics)
    bindings += reader.bindings(ofSettingsIn: "beam.distribution")
    var mean = PhaseSpace<Double>.zero
    for (i, name) in PhaseSpace<Double>.names.enumerated() {
      mean[i] = description?["mean_" + name] ?? 0
    }
    return .sized(distribution, mean: mean)
  }

  private static func readParameters<D: Distribution>(
    of type: D.Type, _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> any Distribution {
    var distribution = D()
    D.parameters.read(into: &distribution, from: &reader, &diagnostics)
    return distribution
  }

  /// The numbers of the shape, means and dispersions left out; nil after a report.
  private static func readForm(
    _ given: String, _ reader: inout ObjectReader, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) -> BeamShapeDescription? {
    let mistakes = diagnostics.entries.count
    let position = reader.position(of: given)
    do {
      switch given {
      case "covariance":
        guard let matrix = readCovariance(&reader, &diagnostics) else { return nil }
        _ = try BeamShape(covariance: matrix)
        var description = BeamShapeDescription(.covariance)
        for i in 0..<6 {
          for j in i..<6 {
            description.values[BeamShapeDescription.place(row: i, column: j)] = matrix[j, i]
          }
        }
        return description
      case "sigma":
        guard var object = reader.object("sigma", describedAs: "\"sigma\"", &diagnostics) else {
          return nil
        }
        var description = BeamShapeDescription(.sigma)
        for plane in Plane.allCases {
          for name in ["\(plane)", "p\(plane)"] {
            description["sigma_" + name] = object.number(name, in: .nonNegative, &diagnostics) ?? 0
          }
          let name = "correlation_\(plane)"
          description[name] = object.number(name, in: -1...1, &diagnostics) ?? 0
        }
        object.finish(&diagnostics)
        bindings += object.bindings(of: description) {
          $0.hasPrefix("corr") ? $0 : "sigma_" + $0
        }
        if diagnostics.entries.count > mistakes { return nil }
        _ = try description.shape
        return description
      default:
        guard var object = reader.object("twiss", describedAs: "\"twiss\"", &diagnostics) else {
          return nil
        }
        let positive = Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude
        var description = BeamShapeDescription(.twiss)
        for plane in Plane.allCases {
          description["beta_\(plane)"] =
            object.number("beta_\(plane)", in: positive, required: true, &diagnostics) ?? 1
          description["alpha_\(plane)"] = object.number("alpha_\(plane)", &diagnostics) ?? 0
          description["emittance_\(plane)"] =
            object.number("emittance_\(plane)", in: .nonNegative, required: true, &diagnostics)
            ?? 0
        }
        object.finish(&diagnostics)
        bindings += object.bindings(of: description) { $0 }
        if diagnostics.entries.count > mistakes { return nil }
        _ = try description.shape
        return description
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
    _ reader: inout ObjectReader, into shape: inout BeamShapeDescription?,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) {
    guard var object = reader.object("mean", describedAs: "\"mean\"", &diagnostics) else { return }
    for name in PhaseSpace<Double>.names {
      let value = object.number(name, &diagnostics) ?? 0
      shape?["mean_" + name] = value
    }
    object.finish(&diagnostics)
    bindings += object.bindings(of: shape) { "mean_" + $0 }
  }

  private static func readDispersion(
    _ reader: inout ObjectReader, into shape: inout BeamShapeDescription?,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) {
    guard var object = reader.object("dispersion", describedAs: "\"dispersion\"", &diagnostics)
    else { return }
    for name in PhaseSpace<Double>.names.prefix(4) {
      let value = object.number(name, &diagnostics) ?? 0
      shape?["dispersion_" + name] = value
    }
    object.finish(&diagnostics)
    bindings += object.bindings(of: shape) { "dispersion_" + $0 }
  }
}

extension ObjectReader {
  /// The expressions that were read, for the numbers of a shape that `name` makes of their keys.
  fileprivate func bindings(
    of shape: BeamShapeDescription?, _ name: (String) -> String
  ) -> [Binding] {
    bindings { written in
      let own = name(written.key)
      return shape?.place(of: own).map { .beam(.shape($0)) } ?? .setting("beam.distribution." + own)
    }
  }
}
