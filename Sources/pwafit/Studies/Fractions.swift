import ArgumentParser
import PartialWaveStudies
import PartialWaves
import Terminal

/// Tells how much each resonance contributes.
struct Fractions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the fractions and interferences of a fit, yields, efficiency, branching.",
    discussion: """
      Writes fractions.json, .md and .tex, and yields.json, .csv and .md. Yields are fractions of the sum of the data's \
      weights. With --generated, the number of events of phase space that the integration events were selected from, \
      the efficiency follows from integration and truth events; with --parents too, branching fractions.
      """)

  @OptionGroup var options: StudyOptions

  @Option(help: "Draws from the covariance for further errors of the fractions; 0 for none.")
  var draws = 0

  @Option(help: "Events that were simulated for the integration events of each channel.")
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
    if parents != nil, generated == nil {
      throw ValidationError("--parents needs --generated: branching fractions need an efficiency")
    }
    if daughters.contains(where: { $0.number.value <= 0 }) {
      throw ValidationError("--daughter must be positive")
    }
  }

  func run() throws {
    Interrupts.begin()
    let progress = options.progress("fractions")
    defer { progress.end() }
    let fitted = try options.fit()
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
    if !options.model.quiet { FractionReport(record).print() }
    try options.finish(yields.record(of: fitted), of: fitted)
    if !options.model.quiet { print("files fractions.json, .md and .tex too") }
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
