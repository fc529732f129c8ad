import ArgumentParser
import Documents
import PartialWaveStudies
import PartialWaves
import Terminal

/// Computes fractions, yields and branching fractions of a fit.
struct Fractions: StudyCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the fractions and interferences of a fit, yields, efficiency, branching.",
    discussion: """
      Writes fractions.json, .md and .tex, and yields.json, .csv and .md. "events" are the observed ones, parts of \
      the sum of the data's weights. With the number of events of phase space that the integration events were selected from, \
      "generated" of each channel in the model file or --generated where there is one, efficiency and "produced" \
      events follow from integration and truth events; with --parents too, branching fractions.
      """)

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var options: StudyOptions

  @Option(help: "Draws from the covariance for further errors of the fractions; 0 for none.")
  var draws = 0

  @Option(
    help: "Events that were simulated for the integration events, where there is one channel.")
  var generated: Int?

  @Option(help: "Decays of the parent in the data: a number, or number±error.")
  var parents: WrittenMeasurement?

  @Option(
    name: .customLong("daughter"), parsing: .upToNextOption,
    help: "Branching fractions of the daughters' decays: numbers, or number±error.")
  var daughters: [WrittenMeasurement] = []

  func validate() throws {
    if draws < 0 || draws == 1 { throw ValidationError("--draws must be 0 or at least 2") }
    if let generated, generated < 1 { throw ValidationError("--generated must be at least 1") }
    if let parents, parents.number.value <= 0 {
      throw ValidationError("--parents must be positive")
    }
    if daughters.contains(where: { $0.number.value <= 0 }) {
      throw ValidationError("--daughter must be positive")
    }
  }

  func run() throws {
    Interrupts.begin()
    let progress = progress("fractions")
    defer { progress.end() }
    let file = try modelOptions.read()
    if generated != nil, file.channels.count > 1 {
      throw InvalidInput(
        file: file.path,
        "--generated is for one channel, and there are \(file.channels.count); write \"generated\" into "
          + "each channel of the model file")
    }
    let unknown = file.channels.first { $0.generated == nil && generated == nil }
    if parents != nil, let unknown {
      throw InvalidInput(
        file: file.path,
        "channel \(quoted(unknown.name)): --parents needs \"generated\" or --generated: branching fractions "
          + "need an efficiency")
    }
    let fitted = try fit()
    let record = try FractionRecord(
      fitted.model, at: fitted.point, fitted.covariance, draws: draws)
    var experiment = ChannelYields.Experiment()
    experiment.generated = generated
    experiment.parents = parents?.number
    experiment.daughters = daughters.map(\.number)
    let yields = try fitted.model.channels.indices.map {
      try ChannelYields(of: fitted, channel: $0, experiment)
    }
    progress.end()
    let folder = fitted.model.file.resultsDirectory
    try record.write(to: folder)
    if !modelOptions.quiet { FractionReport(record).print() }
    try finish(yields.record(of: fitted), of: fitted)
    if !modelOptions.quiet { StandardOutput.print("files fractions.json, .md and .tex too") }
  }
}

/// A number on the command line, with its error if there is one: 2.3e9±1e7, or 2.3e9+-1e7.
struct WrittenMeasurement: ExpressibleByArgument {
  let number: Measured

  init?(argument: String) {
    let parts = argument.replacing("+-", with: "±").split(
      separator: "±", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0) }
    guard numbers.count == parts.count, (1...2).contains(numbers.count),
      numbers.allSatisfy(\.isFinite), numbers.count == 1 || numbers[1] >= 0
    else { return nil }
    number = Measured(numbers[0], error: numbers.count == 2 ? numbers[1] : 0)
  }
}
