import Communication
import DataFiles
import Documents
import Optimization
import RandomNumbers
import SystemLibrary

extension LoadedModel {
  /// Where events that the model draws come from.
  public enum EventOrigin: String, Sendable, CaseIterable {
    /// Phase space, accepted with probabilities proportional to the intensity: without detector and
    /// selection.
    case phaseSpace = "phase-space"
    /// The integration events, drawn with replacement with probabilities proportional to weight
    /// times intensity: detector and selection are included, and the integral of the likelihood is
    /// exact.
    case integration
  }

  /// The stream of random numbers that integration events are drawn with.
  private static let stream: UInt32 = 6

  /// The same model and events at the values of `file`, those of fixed parameters included.
  ///
  /// - Parameter file: This model with other values.
  /// - Throws: Where a parameter that is fixed has another value, the errors of ``with(_:)``.
  public func with(valuesOf file: ModelFile) throws -> Self {
    let (old, new) = (self.file.parameters, file.parameters)
    let (before, after) = (old.values(at: old.start), new.values(at: new.start))
    // Fixed parameters may be part of the prepared events.
    let isSame = before.indices.allSatisfy {
      before[$0] == after[$0] || old.isVaried[$0] && new.isVaried[$0]
    }
    return isSame ? with(parameters: new) : try with(file)
  }

  /// The same model and events with other values, or other free parameters. Parameters of a
  /// spectator that does not vary keep theirs, since they are part of the prepared events; see
  /// ``with(valuesOf:)``.
  ///
  /// - Parameters:
  ///   - parameters: The parameters with their values.
  ///   - change: Applied to each channel; it may change its constraint on fractions, for example.
  public func with(
    parameters: ParameterSet, changing change: (inout Channel) -> Void = { _ in }
  ) -> Self {
    var file = file
    file.parameters = parameters
    let changed = channels.map { loaded in
      var channel = loaded.channel
      // An integral that was computed once holds for these values of the lineshapes alone.
      if !loaded.lineshapesAgree(self.file.parameters, parameters) {
        channel.quadraticIntegral = nil
      }
      change(&channel)
      return LoadedChannel(
        model: loaded.model, channel: channel, normalization: loaded.normalization,
        data: loaded.data, integration: loaded.integration, truth: loaded.truth,
        weights: loaded.weights, integrationWeights: loaded.integrationWeights,
        truthWeights: loaded.truthWeights, background: loaded.background)
    }
    return variant(file, changed)
  }

  /// The same events in another model, with channels of the same names.
  ///
  /// - Throws: `InvalidInput` if the channels are not the same; `DataFileError` if a file of the
  ///   background cannot be read; `EvaluationFailure` if the efficiency for it cannot be estimated;
  ///   `Interruption`.
  public func with(_ file: ModelFile) throws -> Self {
    guard file.channels.map(\.name) == channels.map(\.model.name) else {
      throw InvalidInput(file: file.path, "the channels are not those of \(self.file.path)")
    }
    let prepared = try zip(file.channels, channels).map { model, loaded in
      try loaded.prepared(model, in: file, likelihood.workers)
    }
    return variant(file, prepared)
  }

  /// The same model with other data, each event with weight 1.
  ///
  /// - Throws: `InvalidInput` for a channel with a background whose density is not given;
  ///   `Interruption`.
  public func with(data: [DrawnEvents]) throws -> Self {
    require(data.count == channels.count, "one table of events for each channel")
    let changed = try zip(channels, data).map { loaded, drawn in
      try loaded.replacing(data: drawn, in: file, likelihood.workers)
    }
    return variant(file, changed)
  }

  /// Events that the model drew, background included.
  public struct DrawnEvents: Sendable, Equatable {
    /// The events.
    public var events: EventTable
    /// The background's density over the efficiency; nil if there is no background.
    public var background: [Double]?

    /// - Parameters:
    ///   - events: The events of this process.
    ///   - background: One density for each event; nil if there is no background.
    public init(events: EventTable, background: [Double]? = nil) {
      self.events = events
      self.background = background
    }
  }

  /// Draws events of a channel as the model distributes them, background included.
  ///
  /// - Parameters:
  ///   - count: The number of events.
  ///   - number: The index of the channel.
  ///   - parameters: Values of all parameters.
  ///   - origin: From which events they are drawn.
  ///   - seed: The seed of the random numbers.
  /// - Throws: `InvalidInput` for events of phase space in a channel with a background, whose
  ///   density is known at given events only; `EvaluationFailure` if the intensity is not finite,
  ///   or vanishes at all events of phase space; ``PhaseSpaceError``; `DataFileError`;
  ///   `Interruption`.
  public func draw(
    _ count: Int, ofChannel number: Int, at parameters: [Double], from origin: EventOrigin,
    seed: UInt64
  ) throws -> DrawnEvents {
    let loaded = channels[number]
    switch origin {
    case .phaseSpace:
      guard loaded.model.background == nil else {
        throw InvalidInput(
          file: file.path,
          "channel \(quoted(loaded.model.name)): the density of the background is known at the "
            + "integration events, not all over phase space; draw events from integration")
      }
      return DrawnEvents(
        events: try ToyGenerator(
          file: file, channel: loaded.model, normalization: loaded.normalization,
          workers: likelihood.workers
        ).draw(count, seed: seed, parameters))
    case .integration:
      let intensities = try loaded.channel.intensities(
        of: loaded.channel.integration, parameters, workers: likelihood.workers)
      let communicator = likelihood.workers.communicator
      let weights = try CumulativeWeights(
        zip(intensities, loaded.integrationWeights).map { $0 * $1 }, of: loaded.integration.share,
        communicator)
      // Every process has all random numbers, and finds the events that are its own.
      var random = PhiloxGenerator(seed: seed, stream: Self.stream, item: UInt64(number))
      var (places, numbers): ([Int], [Int]) = ([], [])
      for number in 0..<count {
        guard let place = weights.event(above: random.nextUniform() * weights.total) else {
          continue
        }
        places.append(place)
        numbers.append(number)
      }
      let drawn = try loaded.integration.selecting(places).dealt(
        as: numbers, of: count,
        with: loaded.background.map { densities in places.map { densities.integration[$0] } },
        communicator)
      return DrawnEvents(events: drawn.events, background: drawn.densities)
    }
  }

  /// The events of ``draw(_:ofChannel:at:from:seed:)`` alone.
  ///
  /// - Throws: The errors of ``draw(_:ofChannel:at:from:seed:)``.
  public func drawEvents(
    _ count: Int, ofChannel number: Int, at parameters: [Double], from origin: EventOrigin,
    seed: UInt64
  ) throws -> EventTable {
    try draw(count, ofChannel: number, at: parameters, from: origin, seed: seed).events
  }

  /// Events that fill phase space evenly, with weights that make them follow the model. No bound of
  /// the intensity is needed, and no region is missing; the mean weight is 1.
  ///
  /// - Parameters:
  ///   - count: The number of events.
  ///   - number: The index of the channel.
  ///   - parameters: Values of all parameters.
  ///   - seed: The seed of the random numbers.
  /// - Throws: ``PhaseSpaceError`` if there is no phase space; `EvaluationFailure` if the intensity
  ///   is not finite, or vanishes at all events; `Interruption`.
  public func drawWeightedEvents(
    _ count: Int, ofChannel number: Int, at parameters: [Double], seed: UInt64
  ) throws -> (events: EventTable, weights: [Double]) {
    let loaded = channels[number]
    let workers = likelihood.workers
    var model = loaded.model
    model.leaveOutBackground()
    let events = try file.phaseSpace(model, events: count, seed: seed, workers: workers)
    let sample = try file.memoryPreparation(model, workers).sample(
      events, weights: [Double](repeating: 1, count: count), normalization: loaded.normalization,
      background: nil, file: nil)
    let channel = Channel(
      name: model.name, amplitude: model.amplitude, data: sample, integration: sample)
    let intensities = try channel.intensities(of: sample, parameters, workers: workers)
    let mean = try sample.share.sum(workers) { intensities[$0] } / Double(count)
    try model.checkLargest(intensities.largest(workers.communicator))
    return (events, intensities.map { $0 / mean })
  }

  private func variant(_ file: ModelFile, _ channels: [LoadedChannel]) -> Self {
    Self(
      file: file, channels: channels,
      likelihood: Likelihood(
        channels: channels.map(\.channel), parameters: file.parameters, workers: likelihood.workers),
      notes: notes)
  }
}

extension LoadedModel.LoadedChannel {
  /// Whether no parameter of a lineshape is free in either set, and all have the same values.
  fileprivate func lineshapesAgree(_ a: ParameterSet, _ b: ParameterSet) -> Bool {
    let (first, second) = (a.values(at: a.start), b.values(at: b.start))
    return model.amplitude.curves.flatMap(\.parameters).allSatisfy {
      !a.isVaried[$0] && !b.isVaried[$0] && first[$0] == second[$0]
    }
  }

  /// The events of this channel in another model of it.
  fileprivate func prepared(
    _ model: ChannelModel, in file: ModelFile, _ workers: Workers
  ) throws -> Self {
    let preparation = file.memoryPreparation(model, workers)
    let normalization = try preparation.normalization(
      over: integration, weights: integrationWeights)
    // The density over the efficiency was computed when the events were read.
    var notes: [String] = []
    let background =
      self.model.background == model.background
      ? background
      : try file.densities(
        model, data: data, integration: integration, integrationWeights, workers, &notes)
    func sample(
      _ table: EventTable, _ weights: [Double], _ density: [Double]? = nil
    ) throws -> EventSample {
      try preparation.sample(
        table, weights: weights, normalization: normalization, background: density, file: nil)
    }
    let channel = try file.channel(
      model, data: try sample(data, weights, background?.data),
      integration: try sample(integration, integrationWeights, background?.integration),
      truth: try truth.map { try sample($0, truthWeights) }, workers)
    return Self(
      model: model, channel: channel, normalization: normalization, data: data,
      integration: integration, truth: truth, weights: weights,
      integrationWeights: integrationWeights, truthWeights: truthWeights, background: background)
  }

  /// The channel with other data.
  fileprivate func replacing(
    data drawn: LoadedModel.DrawnEvents, in file: ModelFile, _ workers: Workers
  ) throws -> Self {
    guard model.background == nil || drawn.background?.count == drawn.events.count else {
      throw InvalidInput(
        file: file.path,
        "channel \(quoted(model.name)): the density of the background is not known at other events")
    }
    let ones = [Double](repeating: 1, count: drawn.events.count)
    var (channel, background) = (channel, background)
    if let density = drawn.background { background?.data = density }
    channel.data = try file.memoryPreparation(model, workers).sample(
      drawn.events, weights: ones, normalization: normalization, background: background?.data,
      file: nil)
    return Self(
      model: model, channel: channel, normalization: normalization, data: drawn.events,
      integration: integration, truth: truth, weights: ones,
      integrationWeights: integrationWeights, truthWeights: truthWeights, background: background)
  }
}

extension ModelFile {
  /// Prepares events that stay in memory: blocks on the disk belong to the model as it was loaded.
  fileprivate func memoryPreparation(
    _ channel: ChannelModel, _ workers: Workers
  ) -> SamplePreparation {
    var memory = self
    memory.storage = storage == .file ? .single : storage
    return memory.preparation(channel, workers)
  }
}
