import ArgumentParser
import DataFiles
import Documents
import PartialWaves
import Terminal

/// Draws events.
struct Generate: SharedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw events as a model distributes them, or evenly from phase space.",
    discussion: """
      --output names the file of the events, .npy or .csv. The model is taken at the values of its file; its data need not exist. A background is left out. Wave amplitudes are normalised over the
      integration events, so these must exist. The same seed gives the same events.
      """)

  @OptionGroup var options: ModelOptions

  @OptionGroup var threads: ThreadOptions

  @Option(help: "How many events.")
  var events: Int

  @Option(help: "The channel; it may be left out where there is one.")
  var channel: String?

  @Option(help: "The seed of the random numbers.")
  var seed: UInt64 = 1

  @Flag(help: "Fill phase space evenly, whatever the model says.")
  var phaseSpace = false

  @Option(
    help: """
      Keep all events of phase space, and write the model's weights to this file, .npy: no event is rejected, and no \
      bound of the intensity needed.
      """)
  var weights: String?

  func validate() throws {
    if let weights, !weights.hasSuffix(".npy") {
      throw ValidationError("--weights must name a file .npy")
    }
    if weights != nil, phaseSpace {
      throw ValidationError("--weights are the model's, --phase-space has none: give one of them")
    }
    if events < 1 { throw ValidationError("--events must be at least 1") }
    guard let file = options.output, file.hasSuffix(".npy") || file.hasSuffix(".csv") else {
      throw ValidationError("--output must name the file of the events: .npy or .csv")
    }
  }

  func run() throws {
    Interrupts.begin()
    guard let file = options.output else { return }
    var model = try options.read()
    model.storage = .double
    let index = try ChannelChoice.index(channel, in: model)
    let communicator = threads.workers.communicator
    let table: EventTable
    if phaseSpace {
      table = try model.phaseSpace(
        model.channels[index], events: events, seed: seed, workers: threads.workers)
    } else {
      // The other samples and the constraints do not affect the distribution, and nothing is
      // fitted.
      model.fit.integral = .events
      for i in model.channels.indices {
        model.channels[i].data = .phaseSpace(events: 1, seed: 1)
        model.channels[i].weights = nil
        model.channels[i].truth = nil
        model.channels[i].fractionConstraint = nil
        if model.channels[i].leaveOutBackground(), i == index, !options.quiet {
          StandardError.write(
            "channel \(model.channels[i].name): these are events of the signal; the density of the "
              + "background is not known where they lie\n")
        }
      }
      let loaded = try model.load(workers: threads.workers)
      let values = model.parameters.values(at: model.parameters.start)
      if let weights {
        let drawn = try loaded.drawWeightedEvents(
          events, ofChannel: index, at: values, seed: seed)
        table = drawn.events
        try table.share.write(drawn.weights, to: weights, communicator)
      } else {
        table = try loaded.drawEvents(
          events, ofChannel: index, at: values, from: .phaseSpace, seed: seed)
      }
    }
    try table.write(to: file, communicator)
    if !options.quiet { StandardOutput.print("\(events) events in \(file)") }
  }
}

/// The channel on which a command works.
enum ChannelChoice {
  /// The index of a channel by its name.
  ///
  /// - Throws: `InvalidInput` if there is no channel of the name, or if there is no name and
  ///   several channels.
  static func index(_ name: String?, in model: ModelFile) throws -> Int {
    let names = model.channels.map(\.name)
    guard let name else {
      guard names.count == 1 else {
        throw InvalidInput(
          file: model.path,
          "there are several channels; give --channel: "
            + names.joined(separator: ", "))
      }
      return 0
    }
    guard let index = names.firstIndex(of: name) else {
      let suggestion = nearestName(to: name, among: names).map { "; did you mean \(quoted($0))?" }
      throw InvalidInput(
        file: model.path, "there is no channel \(quoted(name))\(suggestion ?? "")")
    }
    return index
  }
}
