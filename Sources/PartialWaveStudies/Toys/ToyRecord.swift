import DataFiles
import Documents

/// Writes a study of toys: `toys.json` (pulls), `toys.csv` (a row for each toy), `pulls.csv` and
/// `pulls.md`.
public struct ToyRecord {
  /// The study whose results they are.
  public let study: ToyStudy
  /// The results, by the index of the toy.
  public let results: [ToyResult]
  /// Pulls of each quantity over the converged toys.
  public let pulls: [PullSummary]

  /// Summarises the results of a study.
  public init(_ study: ToyStudy, _ results: [ToyResult]) {
    self.study = study
    self.results = results.sorted { $0.index < $1.index }
    pulls = study.pulls(self.results)
  }

  /// Pulls and coverage of each quantity.
  public var table: StudyTable {
    var table = StudyTable(columns: [
      "quantity", "unit", "truth", "mean", "spread", "mean error", "pull mean", "± mean",
      "pull width", "± width", "coverage", "± coverage",
    ])
    for pull in pulls {
      table.append([
        .text(pull.quantity.name), .text(pull.quantity.unit), .number(pull.quantity.truth),
        .number(pull.values.mean), .number(pull.values.width, digits: 3),
        .number(pull.meanError, digits: 3), .number(pull.pulls.mean, digits: 2),
        .number(pull.pulls.meanError, digits: 2), .number(pull.pulls.width, digits: 3),
        .number(pull.pulls.widthError, digits: 2), .number(pull.coverage.value, digits: 3),
        .number(pull.coverage.error, digits: 2),
      ])
    }
    return table
  }

  /// Writes all files into a folder; each is whole or not there. The first process writes, for all that share the
  /// events.
  ///
  /// - Throws: `DataFileError` if a file cannot be written, in all processes.
  public func write(to folder: String) throws {
    try study.model.likelihood.workers.communicator.inFirst {
      try AtomicFile.write(to: folder + "/toys.json") { try $0.append(text.pretty) }
      try AtomicFile.write(to: folder + "/pulls.md") { try $0.append(table.markdown) }
      try table.writeCSV(to: folder + "/pulls.csv")
      try toyTable.writeCSV(to: folder + "/toys.csv")
    }
  }

  /// A row for each toy: values and errors of every quantity.
  private var toyTable: StudyTable {
    var table = StudyTable(
      columns: ["toy", "nll", "nll_at_truth", "converged"]
        + study.quantities.flatMap { [$0.name, "\($0.name) error"] })
    for result in results {
      table.append(
        [
          .count(result.index), .number(result.value), .number(result.valueAtTruth),
          .count(result.isConverged ? 1 : 0),
        ] + result.estimates.flatMap { [.number($0.value), .optional($0.error)] })
    }
    return table
  }

  private var text: JSONText {
    [
      "program": "pwafit", "model_file": .string(study.model.file.path),
      "toys": .integer(results.count), "seed": .integer(Int(study.settings.seed)),
      "origin": .string(study.settings.origin.rawValue),
      "converged": .integer(results.count { $0.isConverged }),
      "with_errors": .integer(results.count { $0.hasErrors }),
      "seconds": .number(results.reduce(0) { $0 + $1.seconds }),
      "quantities": .object(pulls.map { ($0.quantity.name, Self.text($0)) }),
    ]
  }

  private static func text(_ pull: PullSummary) -> JSONText {
    [
      "unit": .string(pull.quantity.unit), "truth": .number(pull.quantity.truth),
      "mean": .number(pull.values.mean), "spread": .number(pull.values.width),
      "mean_error": .number(pull.meanError),
      "pull_mean": .number(pull.pulls.mean), "pull_mean_error": .number(pull.pulls.meanError),
      "pull_width": .number(pull.pulls.width), "pull_width_error": .number(pull.pulls.widthError),
      "coverage": .number(pull.coverage.value), "coverage_error": .number(pull.coverage.error),
    ]
  }
}
