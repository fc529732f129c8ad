import Communication
import DataFiles
import Documents
import Optimization

/// A model with its events: ready to be evaluated and fitted.
public struct LoadedModel: Sendable {
  /// A channel with its events and their weights.
  public struct LoadedChannel: Sendable {
    /// The channel as the model file describes it.
    public let model: ChannelModel
    /// The channel with its prepared events, as the likelihood takes it.
    public let channel: Channel
    /// One over the mean length of each wave over the integration sample.
    public let normalization: [Double]
    /// The events themselves, for plots: those of this process.
    public let data: EventTable
    /// The integration events.
    public let integration: EventTable
    /// The truth events; nil if there are none.
    public let truth: EventTable?
    /// Weights of the data, one for each event of this process.
    public let weights: [Double]
    /// Weights of the integration events, likewise.
    public let integrationWeights: [Double]
    /// Weights of the truth events, likewise; empty if there are none.
    public let truthWeights: [Double]
    /// The background's density over the efficiency; nil if there is no background.
    public let background: BackgroundDensities?
  }

  /// The density of a background over the efficiency, event by event.
  public struct BackgroundDensities: Sendable, Equatable {
    /// At the events of the data.
    public var data: [Double]
    /// At the integration events.
    public var integration: [Double]
  }

  /// The model file.
  public let file: ModelFile
  /// The channels in the order of the file.
  public let channels: [LoadedChannel]
  /// The negative log-likelihood of all channels.
  public let likelihood: Likelihood
  /// Remarks on the events for the user, in words.
  public let notes: [String]
}

extension ModelFile {
  /// Reads or draws the events of all channels and prepares them. Each process has its own events.
  ///
  /// - Throws: `DataFileError` for files that cannot be used, ``PhaseSpaceError``, `InvalidInput`, the same in all
  ///   processes; what communicating throws.
  public func load(workers: Workers = .all) throws -> LoadedModel {
    var notes: [String] = []
    let channels = try self.channels.map { try load($0, workers, &notes) }
    return LoadedModel(
      file: self, channels: channels,
      likelihood: Likelihood(
        channels: channels.map(\.channel), parameters: parameters, workers: workers),
      notes: notes)
  }

  /// Draws events of a channel evenly from phase space, within its windows; each process its own.
  ///
  /// - Throws: ``PhaseSpaceError`` if there is no phase space; `Interruption`.
  public func phaseSpace(
    _ channel: ChannelModel, events: Int, seed: UInt64, workers: Workers
  ) throws -> EventTable {
    let decay = try ParticleDecay(
      parentMass: parentMass, masses: channel.finalState.compactMap { Particle.named($0)?.mass },
      windows: channel.windows)
    return EventTable(
      try PhaseSpaceSample(
        of: SequentialDecays(decay), EventShare(of: events, workers.communicator), seed: seed,
        workers: workers))
  }

  func preparation(_ channel: ChannelModel, _ workers: Workers) -> SamplePreparation {
    SamplePreparation(
      channel: channel, parentMass: parentMass, radius: radius, storage: storage, workers: workers)
  }

  private func load(
    _ model: ChannelModel, _ workers: Workers, _ notes: inout [String]
  ) throws -> LoadedModel.LoadedChannel {
    let preparation = preparation(model, workers)
    let integration = try events(model.integration, of: model, workers, &notes)
    let integrationWeights = try weights(model.integrationWeights, integration, workers)
    let normalization = try preparation.normalization(
      over: integration, weights: integrationWeights)
    func prepare(
      _ table: EventTable, _ weights: [Double], _ name: String, _ background: [Double]?
    ) throws -> EventSample {
      // The blocks of a process are read by no other.
      let rank = workers.communicator.rank
      let place = rank == 0 ? "" : "-\(rank + 1)"
      if storage == .file {
        try workers.communicator.together(failing: DataFileError.self) {
          try Folders.make(resultsDirectory)
        }
      }
      return try preparation.sample(
        table, weights: weights, normalization: normalization, background: background,
        file: "\(resultsDirectory)/\(model.name)-\(name)-blocks\(place).npy")
    }
    let truth = try model.truth.map { try events($0, of: model, workers, &notes) }
    if truth == nil, case .file = model.integration {
      notes.append(
        "channel \(quoted(model.name)): without \"truth\" events fractions are those of selected events, "
          + "with their efficiency")
    }
    let truthWeights = try truth.map { try weights(model.truthWeights, $0, workers) }
    let truthSample = try truth.map { try prepare($0, truthWeights ?? [], "truth", nil) }
    let data: EventTable
    if case .toy(let count, let seed) = model.data {
      let toy = ToyGenerator(
        file: self, channel: model, normalization: normalization, workers: workers)
      data = try toy.draw(count, seed: seed, parameters.values(at: parameters.start))
    } else {
      data = try events(model.data, of: model, workers, &notes)
    }
    let dataWeights = try weights(model.weights, data, workers)
    // Events of a sideband, which have negative weights, lie outside the windows on purpose.
    if case .phaseSpace = model.integration, case .file(let path) = model.data,
      let outside = try outsideWindows(
        data, of: model, path, workers.communicator, counting: { dataWeights[$0] > 0 })
    {
      throw InvalidInput(file: self.path, "channel \(quoted(model.name)): \(outside)")
    }
    if !model.correctsForWeights,
      try data.share.count(workers.communicator, where: { dataWeights[$0] != 1 }) > 0
    {
      notes.append(
        "channel \(quoted(model.name)): \"weight_correction\" is false: errors are those of events "
          + "without weights")
    }
    let background = try densities(
      model, data: data, integration: integration, integrationWeights, workers, &notes)
    let channel = try channel(
      model, data: try prepare(data, dataWeights, "data", background?.data),
      integration: try prepare(
        integration, integrationWeights, "integration", background?.integration),
      truth: truthSample, workers)
    return LoadedModel.LoadedChannel(
      model: model, channel: channel, normalization: normalization, data: data,
      integration: integration, truth: truth, weights: dataWeights,
      integrationWeights: integrationWeights, truthWeights: truthWeights ?? [],
      background: background)
  }

  /// The density of a channel's background over the efficiency.
  func densities(
    _ model: ChannelModel, data: EventTable, integration: EventTable, _ weights: [Double],
    _ workers: Workers, _ notes: inout [String]
  ) throws -> LoadedModel.BackgroundDensities? {
    guard let files = model.background else { return nil }
    func numbers(_ path: String, _ events: EventTable) throws -> [Double] {
      try EventTable.readNumbers(
        resolved(path), column: "density", of: events.share, workers: workers)
    }
    var densities = LoadedModel.BackgroundDensities(
      data: try numbers(files.data, data), integration: try numbers(files.integration, integration))
    let subject = "channel \(quoted(model.name)): the density of the background is taken as that"
    switch files.density {
    case .overEfficiency:
      notes.append(
        "\(subject) of produced events, \"over-efficiency\": the observed one over the efficiency")
    case .observed:
      notes.append(
        "\(subject) of \"observed\" events, and divided by the efficiency that the integration events "
          + "show")
      // Integration events that fill phase space evenly have the efficiency 1.
      if case .phaseSpace = model.integration, model.integrationWeights == nil { break }
      let uniform = try phaseSpace(
        model, events: min(EfficiencyEstimate.density * integration.share.total, 2_000_000),
        seed: 1, workers: workers)
      let efficiency = try EfficiencyEstimate(
        selected: integration, weights: weights, uniform: uniform, workers.communicator)
      func divide(_ density: [Double], _ events: EventTable, _ areSelected: Bool) throws -> [Double]
      {
        let inverses = try efficiency.inverses(at: events, areSelected: areSelected, workers)
        return zip(density, inverses).map { $0 * $1 }
      }
      densities.data = try divide(densities.data, data, false)
      densities.integration = try divide(densities.integration, integration, true)
    }
    return densities
  }

  /// A channel with its prepared events, and the parts of its integrals that are computed once.
  func channel(
    _ model: ChannelModel, data: EventSample, integration: EventSample, truth: EventSample?,
    _ workers: Workers
  ) throws -> Channel {
    var channel = Channel(
      name: model.name, amplitude: model.amplitude, data: data, integration: integration,
      truth: truth, pulls: model.pulls, fractionConstraint: model.fractionConstraint,
      yield: model.yield, correctsForWeights: model.correctsForWeights)
    try channel.integrateOnce(parameters, workers)
    if let density = channel.densityIntegral, model.amplitude.hasFraction,
      !(density > 0 && density.isFinite)
    {
      throw InvalidInput(
        file: path,
        "channel \(quoted(model.name)): a background with a \"fraction\" needs a density whose integral "
          + "over the integration events, with their weights, is finite and positive; it is \(density)"
      )
    }
    if let condenser = condenser(model) { try channel.condense(condenser, workers) }
    return channel
  }

  private func weights(
    _ path: String?, _ events: EventTable, _ workers: Workers
  ) throws -> [Double] {
    guard let path else { return [Double](repeating: 1, count: events.count) }
    let weights = try EventTable.readNumbers(resolved(path), of: events.share, workers: workers)
    guard try events.share.sum(workers, { weights[$0] }) > 0 else {
      throw DataFileError(
        path: resolved(path), "the sum of the weights is not positive: there is nothing to fit")
    }
    return weights
  }

  private func events(
    _ source: SampleSource, of model: ChannelModel, _ workers: Workers, _ notes: inout [String]
  ) throws -> EventTable {
    switch source {
    case .phaseSpace(let events, let seed):
      return try phaseSpace(model, events: events, seed: seed, workers: workers)
    case .toy:
      throw InvalidInput(
        file: path, "channel \(quoted(model.name)): only \"data\" may be drawn by the model itself")
    case .file(let path):
      let table = try EventTable.read(
        resolved(path), particleCount: model.formalism.particleCount, workers: workers)
      let communicator = workers.communicator
      if let note = try outsidePhaseSpace(table, path, communicator) { notes.append(note) }
      switch try order(of: table, in: model, communicator) {
      case .right: break
      case .exchanged(let order):
        throw DataFileError(
          path: resolved(path),
          "the masses show that the particles are in another order than \"final_state\" of channel "
            + "\(quoted(model.name)): "
            + order.enumerated().filter { $0.offset != $0.element }.map {
              "p\($0.element + 1) is \(quoted(model.finalState[$0.offset]))"
            }.joined(separator: ", "))
      case .unknown(let particle, let mass):
        notes.append(
          "\(path): the mass of p\(particle + 1) is \(mass) GeV, which is not that of "
            + "\(quoted(model.finalState[particle]))")
      }
      if let outside = try outsideWindows(table, of: model, path, communicator) {
        notes.append(outside)
      }
      return table
    }
  }
}
