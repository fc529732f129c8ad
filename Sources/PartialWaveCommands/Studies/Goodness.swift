import ArgumentParser
import Documents
import PartialWaveStudies
import PartialWaves
import Terminal

/// Tests whether the model describes the data.
struct Goodness: StudyCommand {
  static let configuration = CommandConfiguration(
    abstract: "Test the goodness of a fit: χ² in adaptive bins, and mixed samples.",
    discussion: """
      Writes goodness.json, .csv and .md. χ² has bins of equal expected content in the plane of two squared masses; the \
      mixed-sample test asks whether nearest neighbours of events are of the same sample too often.
      """)

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var options: StudyOptions

  @Option(
    parsing: .upToNextOption,
    help: """
      Sets of particles whose squared masses are the axes, such as "3 4" "1 2 3". Default: the Dalitz plane, and more \
      pairs for mixed samples.
      """)
  var masses: [String] = []

  @Option(help: "Bins of χ². Default: about 25 events in each.")
  var bins: Int?

  @Option(help: "Nearest neighbours of each event.")
  var neighbours = 10

  @Option(help: "How often labels are permuted for the p-value of the mixed-sample test.")
  var permutations = 1000

  @Option(help: "Events of the model for each event of the data.")
  var modelEvents = 10

  @Option(help: "The seed of the model's events and of the permutations.")
  var seed: UInt64 = 1

  func validate() throws {
    if let bins, bins < 2 { throw ValidationError("--bins must be at least 2") }
    if neighbours < 1 { throw ValidationError("--neighbours must be at least 1") }
    if permutations < 1 { throw ValidationError("--permutations must be at least 1") }
    if modelEvents < 1 { throw ValidationError("--model-events must be at least 1") }
    if sets.contains(where: { $0.count < 2 || $0.contains { $0 < 0 } }) {
      throw ValidationError("--masses takes numbers of at least two particles, such as \"1 2\"")
    }
  }

  /// The sets of particles of `--masses`, counted from 0.
  private var sets: [[Int]] {
    masses.map { $0.split(separator: " ").map { (Int($0) ?? 0) - 1 } }
  }

  func run() throws {
    Interrupts.begin()
    let progress = progress("goodness")
    defer { progress.end() }
    let fitted = try fit()
    let channels = fitted.model.channels
    let particles = channels.map(\.data.particleCount).min() ?? 0
    if sets.contains(where: { $0.contains { $0 >= particles } }) {
      throw InvalidInput(
        file: modelOptions.modelFile, "--masses: there are \(particles) particles, from 1")
    }
    var settings = GoodnessOfFit.Settings()
    settings.masses = sets.isEmpty ? nil : sets
    settings.bins = bins
    settings.neighbours = neighbours
    settings.permutations = permutations
    settings.modelEvents = modelEvents
    settings.seed = seed
    settings.origin = fitted.model.file.usualOrigin
    let found = try channels.indices.map { index in
      progress.show("channel \(channels[index].model.name)")
      return try GoodnessOfFit(fitted, channel: index, settings)
    }
    progress.end()
    try finish(found.record(of: fitted), of: fitted)
  }
}
