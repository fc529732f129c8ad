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
    let distribution = readKind(&reader, &diagnostics)
    if distribution is MixtureDistribution {
      return MixtureReader.read(&reader, &bindings, &diagnostics)
        .map { .shaped($0.distribution, $0.shape) }
    }
    if let sized = distribution as? any SizedDistribution {
      return readSized(sized, &reader, &bindings, &diagnostics)
    }
    let given = reader.exactlyOne(of: shapes, &diagnostics)
    let shape = readShape(given, &reader, numbers: .ofBeam, &bindings, &diagnostics)
    reader.finish(known: shapes, &diagnostics)
    bindings += NumberPlaces.ofBeam.bindings(of: reader)
    guard let distribution, let shape else { return nil }
    return .shaped(distribution, shape)
  }

  /// The kind with its parameters. One of a program's own is refused if its covariance is not the unit
  /// matrix.
  static func readKind(
    _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> (any Distribution)? {
    let catalog = Catalogs.current.distributions
    let mistakes = diagnostics.entries.count
    guard let kind = reader.choice("kind", among: catalog.names, required: true, &diagnostics),
      let type = catalog[kind]
    else { return nil }
    let distribution = readParameters(of: type, &reader, &diagnostics)
    if !(distribution is any SizedDistribution), diagnostics.entries.count == mistakes,
      let mistake = mistakeOfUnitCovariance(distribution)
    {
      diagnostics.error(mistake, at: reader.position(of: "kind"))
    }
    return distribution
  }

  /// Why a distribution of a program's own does not give the sizes that are asked for; nil if it does.
  static func mistakeOfUnitCovariance(_ distribution: any Distribution) -> String? {
    let type = type(of: distribution)
    if DistributionCatalog.standard.kinds.contains(where: { $0 == type }) { return nil }
    return distribution.mistakeOfUnitCovariance().map {
      "the distribution \(quoted(type.kind)) needs points of mean 0 and unit covariance: \($0)"
    }
  }

  /// The shape of the form `given`, with its mean and dispersion; nil after a report.
  static func readShape(
    _ given: String?, _ reader: inout ObjectReader, numbers: NumberPlaces,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> BeamShapeDescription? {
    var shape = given.flatMap { readForm($0, &reader, numbers, &bindings, &diagnostics) }
    readVector(
      "mean", PhaseSpace<Double>.names, into: &shape, &reader, numbers, &bindings, &diagnostics)
    readVector(
      "dispersion", Array(PhaseSpace<Double>.names.prefix(4)), into: &shape, &reader, numbers,
      &bindings, &diagnostics)
    return shape
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
    readVector(
      "mean", PhaseSpace<Double>.names, into: &description, &reader, .ofBeam, &bindings,
      &diagnostics)
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
    _ given: String, _ reader: inout ObjectReader, _ numbers: NumberPlaces,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
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
        bindings += numbers.bindings(of: object, in: "sigma", description) {
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
        bindings += numbers.bindings(of: object, in: "twiss", description) { $0 }
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

  /// One number for each coordinate, under the coordinates' names.
  private static func readVector(
    _ key: String, _ names: [String], into shape: inout BeamShapeDescription?,
    _ reader: inout ObjectReader, _ numbers: NumberPlaces, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) {
    guard var object = reader.object(key, describedAs: quoted(key), &diagnostics) else { return }
    for name in names {
      let value = object.number(name, &diagnostics) ?? 0
      shape?[key + "_" + name] = value
    }
    object.finish(&diagnostics)
    bindings += numbers.bindings(of: object, in: key, shape) { key + "_" + $0 }
  }
}
