import ArgumentParser
import PartialWaveStudies
import PartialWaves
import Terminal

/// Options of every study of a fit.
struct StudyOptions: ParsableArguments {
  @OptionGroup var values: FittedValues

  @OptionGroup var optimizer: MethodOptions

  @Option(help: "Evaluations after which a fit is stopped, if the model file allows more.")
  var maxEvaluations = 500

  func validate() throws {
    if maxEvaluations < 1 { throw ValidationError("--max-evaluations must be at least 1") }
  }

  var model: ModelOptions { values.model }

  /// The line that shows the progress.
  func progress(_ activity: String) -> ProgressLine {
    ProgressLine(activity, isShown: StandardError.isTerminal && !model.quiet)
  }

  /// The model with its own events, at the values of its fit.
  func load(_ share: ShareOptions? = nil) throws -> LoadedModel {
    try values.load(share) { file in
      file.fit.method = optimizer.method ?? file.fit.method
      // A fit that needs more is stopped, and counts as not converged.
      file.fit.evaluations = min(file.fit.evaluations, maxEvaluations)
    }
  }

  /// The model at the minimum of its likelihood, fitted from the values of ``load()``.
  func fit() throws -> FittedModel {
    let fitted = try FittedModel(try load())
    if !fitted.isConverged {
      StandardError.write("the fit that the study begins with did not converge\n")
    }
    return fitted
  }

  /// Writes what a study found, and prints its table.
  func finish(_ record: StudyRecord, of fitted: FittedModel) throws {
    let folder = fitted.model.file.resultsDirectory
    try record.write(to: folder)
    guard !model.quiet else { return }
    StandardOutput.print(TextTable(record.table.lines).text)
    StandardOutput.print("files \(record.name).json, .csv and .md in \(folder)")
  }
}
