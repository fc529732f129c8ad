import PartialWaveStudies
import PartialWaves
import Terminal

/// A command that studies a fit.
///
/// The model's options are a group of the command, not of the study's options: in a debug build the argument parser
/// checks a group several times for each group around it, and with four levels a command began after 0.6 s.
protocol StudyCommand: SharedCommand {
  var modelOptions: ModelOptions { get }
  var options: StudyOptions { get }
}

extension StudyCommand {
  /// The line that shows the progress.
  func progress(_ activity: String) -> ProgressLine {
    ProgressLine(activity, isShown: StandardError.isTerminal && !modelOptions.quiet)
  }

  /// The model with its own events, at the values of its fit.
  func load(_ share: ShareOptions? = nil) throws -> LoadedModel {
    try options.values.load(modelOptions, threads.workers, share) { file in
      file.fit.method = options.optimizer.method ?? file.fit.method
      // A fit that needs more is stopped, and counts as not converged.
      file.fit.evaluations = min(file.fit.evaluations, options.maxEvaluations)
    }
  }

  /// The model at the minimum of its likelihood, fitted from the values of ``load(_:)``.
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
    guard !modelOptions.quiet else { return }
    StandardOutput.print(TextTable(record.table.lines).text)
    StandardOutput.print("files \(record.name).json, .csv and .md in \(folder)")
  }
}
