import ArgumentParser
import DataFiles
import PartialWaves
import Terminal

/// Draws a model at the values of its fit.
struct Plot: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw spectra of masses and angles and Dalitz plots at the values of a fit.",
    discussion: """
      Writes the plots that a fit leaves: CHANNEL-mass-34.svg and so on. Nothing is fitted.
      """)

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var values: FittedValues

  func run() throws {
    Interrupts.begin()
    let model = try values.load(modelOptions, threads.workers) { $0.fit.integral = .events }
    try FitPlots(model, at: model.file.parameters.start).write(to: model.file.resultsDirectory)
    if !modelOptions.quiet { StandardOutput.print("plots in \(model.file.resultsDirectory)") }
  }
}
