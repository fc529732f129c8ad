import DataFiles
import Documents
import LinearAlgebra
import Optimization

/// Writes the results of a fit: `fit.json`, `fitted-model.json`, `covariance.csv`, and the
/// fractions as JSON, Markdown and LaTeX.
public struct FitRecord {
  /// The model that was fitted.
  public let model: LoadedModel
  /// The outcome of its fit.
  public let summary: FitSummary
  /// The fractions at the best minimum.
  public let fractions: FractionRecord

  /// Computes the fractions of a fit.
  ///
  /// - Parameters:
  ///   - model: The model with its events.
  ///   - summary: The summary of the fit.
  ///   - draws: Draws from the covariance for further errors of the fractions; 0 for none.
  /// - Throws: The errors of ``FractionRecord/init(_:at:_:draws:)``.
  public init(_ model: LoadedModel, _ summary: FitSummary, draws: Int = 0) throws {
    self.model = model
    self.summary = summary
    fractions = try FractionRecord(
      model, at: summary.point, summary.covariance, draws: draws)
  }

  /// Writes all files into a folder; each is whole or not there. The first process writes, for all that share the
  /// events.
  ///
  /// - Throws: `DataFileError` if a file cannot be written, in all processes.
  public func write(to folder: String) throws {
    let communicator = model.likelihood.workers.communicator
    try communicator.inFirst {
      try Folders.make(folder)
      try write(fitText.pretty, to: folder + "/fit.json")
    }
    // With the fitted values the model would draw other events than those that were fitted.
    for channel in model.channels {
      if case .toy = channel.model.data {
        try channel.data.write(
          to: "\(folder)/\(ModelFile.eventsFile(of: channel.model))", communicator)
      }
    }
    try communicator.inFirst {
      let fitted = model.file.fittedText(summary.parameters, errors: summary.errors)
      try write(fitted.pretty, to: folder + "/fitted-model.json")
    }
    try fractions.write(to: folder)
    try communicator.inFirst { try writeCovariance(to: folder + "/covariance.csv") }
  }

  private func write(_ text: String, to path: String) throws {
    try AtomicFile.write(to: path) { try $0.append(text) }
  }

  /// One row for each free parameter: its name, value and error, then its covariances.
  private func writeCovariance(to path: String) throws {
    let names = model.file.parameters.freeNames
    try AtomicFile.write(to: path) { writer in
      var table = try CSVWriter(writer, columns: ["parameter", "value", "error"] + names)
      let deviations = model.file.parameters.free.map { summary.errors[$0] }
      for (i, name) in names.enumerated() {
        table.field(name)
        table.field(summary.point[i])
        table.field(deviations[i])
        for j in names.indices { table.field(summary.covariance?.matrix[i, j]) }
        try table.endRow()
      }
    }
  }

  // MARK: fit.json

  private var fitText: JSONText {
    let counts = summary.attempts.reduce(EvaluationCounts()) { $0 + $1.counts }
    let file = model.file
    return [
      "program": "pwafit",
      "version": .string(PackageVersion.current),
      "model_file": .string(file.path),
      "status": .string(status),
      "reason": .string(summary.ending),
      "nll": .number(summary.value),
      "method": .string(file.fit.method),
      "seed": .integer(Int(file.fit.seed)),
      "threads": .integer(model.likelihood.workers.count),
      "processes": .integer(model.likelihood.workers.communicator.size),
      "hosts": .array(model.likelihood.workers.communicator.distinctHosts.map { .string($0) }),
      "channels": .object(model.channels.map { ($0.model.name, channelText($0)) }),
      "parameters": .object(
        zip(summary.parameters.parameters, summary.errors).enumerated().map { i, pair in
          (
            pair.0.name,
            parameterText(
              pair.0, pair.1, summary.allBorders[i], isFree: file.parameters.free.contains(i))
          )
        }),
      "poor_directions": .array(summary.poorDirections.map { .string($0) }),
      "largest_correlations": correlations,
      "minima": .array(summary.minima.map(text)),
      "couplings": .object(summary.couplings(of: model).map { ($0.name, $0.text) }),
      "starts": .array(
        summary.attempts.ranked.map { attempt in
          [
            "number": .integer(attempt.index), "nll": .number(attempt.value ?? .nan),
            "reason": .string(attempt.ending),
            "out_of_time": .boolean(attempt.isOutOfTime),
            "evaluations": .integer(attempt.counts.evaluations),
            "hessian_vector_products": .integer(attempt.counts.hessianVectorProducts),
            "seconds": .number(attempt.seconds),
          ]
        }),
      "counts": [
        "evaluations": .integer(counts.evaluations), "gradients": .integer(counts.gradients),
        "hessian_vector_products": .integer(counts.hessianVectorProducts),
        "hessians": .integer(counts.hessians),
      ],
      "seconds": .number(summary.attempts.reduce(0) { $0 + $1.seconds }),
      "wave_normalization": .object(
        model.channels.map { ($0.model.name, waveTexts($0)) }),
    ]
  }

  /// Numbers of events and sums of weights of each sample, and the files with their fingerprints.
  private func channelText(_ loaded: LoadedModel.LoadedChannel) -> JSONText {
    let channel = loaded.channel
    func sample(_ sample: EventSample) -> JSONText {
      [
        "events": .integer(sample.share.total), "weight": .number(sample.totalWeight),
        "squared_weight": .number(sample.totalSquaredWeight),
      ]
    }
    var members = [("data", sample(channel.data)), ("integration", sample(channel.integration))]
    if let truth = channel.truth { members.append(("truth", sample(truth))) }
    members.append(("weight_correction", .boolean(loaded.model.correctsForWeights)))
    if let background = loaded.model.background {
      members.append(("background_density", .string(background.density.rawValue)))
    }
    members.append(
      (
        "files",
        .array(
          loaded.model.files.map { path in
            // A file may have been deleted since it was read.
            let file = try? Fingerprint.ofFile(model.file.resolved(path))
            return [
              "path": .string(path), "bytes": file.map { .integer($0.bytes) } ?? .null,
              "fingerprint": file.map { .string($0.fingerprint.rawValue) } ?? .null,
            ]
          })
      ))
    return .object(members)
  }

  /// The number that each wave was multiplied by.
  private func waveTexts(_ loaded: LoadedModel.LoadedChannel) -> JSONText {
    .array(
      zip(loaded.model.waves, loaded.normalization).map { wave, factor in
        [
          "spin": .integer(wave.spin), "wave": .string(wave.label),
          "particles": .array(wave.pair.map { .integer($0 + 1) }), "factor": .number(factor),
        ]
      })
  }

  private var status: String {
    if summary.best.isOutOfTime { return "out of time" }
    guard summary.isAtMinimum else { return "stopped" }
    return summary.covariance == nil ? "converged, errors unknown" : "converged"
  }

  private func parameterText(
    _ parameter: FitParameter, _ error: Double?, _ border: Border?, isFree: Bool
  ) -> JSONText {
    let members: [(String, JSONText)] = [
      ("value", .number(parameter.value)), ("error", error.map { .number($0) } ?? .null),
      ("free", .boolean(isFree)),
    ]
    return .object(members + (border.map { [("at_border", .string($0.rawValue))] } ?? []))
  }

  /// A minimum, with its fractions and parameters if it is low enough to be listed.
  private func text(_ minimum: FitMinimum) -> JSONText {
    var members: [(String, JSONText)] = [
      ("nll", .number(minimum.value)), ("starts", .integer(minimum.attempts.count)),
    ]
    if let fractions = minimum.fractions {
      members += [
        ("rise", .number(minimum.value - summary.value)),
        (
          "fractions",
          .object(
            zip(model.channels, fractions).map { channel, fractions in
              (
                channel.model.name,
                .object(
                  zip(fractions.names, fractions.fractions).map { ($0, .number($1.value)) })
              )
            })
        ),
        (
          "parameters",
          .object(
            zip(model.file.parameters.freeNames, minimum.point).map { ($0, .number($1)) })
        ),
      ]
    }
    return .object(members)
  }

  /// The ten pairs of parameters with the largest correlations.
  private var correlations: JSONText {
    guard let covariance = summary.covariance else { return .array([]) }
    let names = model.file.parameters.freeNames
    var pairs: [(Int, Int, Double)] = []
    for i in names.indices {
      for j in 0..<i { pairs.append((j, i, covariance.correlation(i, j))) }
    }
    return .array(
      pairs.sorted { $0.2.magnitude > $1.2.magnitude }.prefix(10).map { i, j, correlation in
        [
          "parameters": .array([.string(names[i]), .string(names[j])]),
          "correlation": .number(correlation),
        ]
      })
  }
}
