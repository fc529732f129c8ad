import ArgumentParser

/// Options of every study of a fit.
struct StudyOptions: ParsableArguments {
  @OptionGroup var values: FittedValues

  @OptionGroup var optimizer: MethodOptions

  @Option(help: "Evaluations after which a fit is stopped, if the model file allows more.")
  var maxEvaluations = 500

  func validate() throws {
    if maxEvaluations < 1 { throw ValidationError("--max-evaluations must be at least 1") }
  }
}
