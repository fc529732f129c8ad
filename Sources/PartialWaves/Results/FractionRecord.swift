import DataFiles
import Documents
import Optimization

/// The fractions of all channels with their errors, as JSON, Markdown and LaTeX.
public struct FractionRecord {
  /// The model whose fractions they are.
  public let model: LoadedModel
  /// Values of the free parameters.
  public let point: [Double]
  /// The covariance of the free parameters; nil if errors are not known.
  public let covariance: Covariance?
  /// The fractions of each channel.
  public let channels: [FitFractions]
  /// Errors by draws from the covariance, for each channel; nil if no draws were wanted.
  public let drawn: [DrawnFractions]?

  /// Computes the fractions of all channels.
  ///
  /// - Parameters:
  ///   - model: The model with its events.
  ///   - point: Values of the free parameters.
  ///   - covariance: Of the free parameters; nil if errors are not known.
  ///   - draws: Draws from the covariance for further errors; 0 for none.
  /// - Throws: `Covariance.NotPositive` if parameters are drawn and the covariance is not positive
  ///   definite; `DataFileError` if events on the disk cannot be read; `Interruption`.
  public init(
    _ model: LoadedModel, at point: [Double], _ covariance: Covariance?, draws: Int = 0
  ) throws {
    self.model = model
    self.point = point
    self.covariance = covariance
    let workers = model.likelihood.workers
    channels = try model.channels.map {
      try FitFractions(of: $0.channel, at: point, model.file.parameters, workers: workers)
    }
    guard draws > 0, let covariance else {
      drawn = nil
      return
    }
    drawn = try model.channels.map {
      try DrawnFractions(
        of: $0.channel, at: point, model.file.parameters, covariance.matrix, draws: draws,
        seed: model.file.fit.seed, workers: workers)
    }
  }

  /// Writes `fractions.json`, `.md` and `.tex` into a folder; each is whole or not there. The first process writes,
  /// for all that share the events.
  ///
  /// - Throws: `DataFileError` if a file cannot be written, in all processes.
  public func write(to folder: String) throws {
    try model.likelihood.workers.communicator.inFirst {
      let table = FractionTable(self)
      for (name, text) in [("json", text.pretty), ("md", table.markdown), ("tex", table.latex)] {
        try AtomicFile.write(to: "\(folder)/fractions.\(name)") { try $0.append(text) }
      }
    }
  }

  private var text: JSONText {
    .object(
      zip(model.channels, channels).enumerated().map { i, pair in
        (pair.0.model.name, text(of: pair.1, drawn?[i]))
      })
  }

  private func text(of fractions: FitFractions, _ drawn: DrawnFractions?) -> JSONText {
    func entry(_ fraction: FitFractions.Fraction, _ drawnError: Double?) -> JSONText {
      var members: [(String, JSONText)] = [
        ("value", .number(fraction.value)), ("error", error(of: fraction)),
      ]
      if let drawnError { members.append(("error_by_draws", .number(drawnError))) }
      return .object(members)
    }
    return [
      "fractions": .object(
        zip(fractions.names, fractions.fractions).enumerated().map { i, pair in
          (pair.0, entry(pair.1, drawn?.deviations[i]))
        }),
      "interferences": .array(
        fractions.interferences.map { first, second, fraction in
          [
            "resonances": .array([
              .string(fractions.names[first]), .string(fractions.names[second]),
            ]),
            "value": .number(fraction.value), "error": error(of: fraction),
          ]
        }),
      "sum": entry(fractions.sum, drawn?.sumDeviation),
    ]
  }

  private func error(of fraction: FitFractions.Fraction) -> JSONText {
    covariance.map { .number(fraction.deviation($0.matrix)) } ?? .null
  }
}
