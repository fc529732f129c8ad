import Communication
import DataFiles
import Documents
import Optimization

/// A model with its events: ready to be evaluated and fitted.
public struct LoadedModel: Sendable {
  /// A channel with what the files held.
  public struct LoadedChannel: Sendable {
    public let model: ChannelModel
    public let channel: Channel
    /// One over the mean length of each wave over the integration sample.
    public let normalization: [Double]
    /// The events themselves, for plots.
    public let data: EventTable
    public let integration: EventTable
    public let truth: EventTable?
    public let weights: [Double]
    public let integrationWeights: [Double]
    public let truthWeights: [Double]
  }

  public let file: ModelFile
  public let channels: [LoadedChannel]
  public let likelihood: Likelihood
  /// What was noticed about the events.
  public let notes: [String]
}

extension ModelFile {
  /// Reads or draws the events of all channels and prepares them.
  ///
  /// - Throws: `DataFileError` for files that cannot be used, ``PhaseSpaceError``, `InvalidInput`.
  public func load(workers: Workers = .all) throws -> LoadedModel {
    var notes: [String] = []
    let channels = try self.channels.map { try load($0, workers, &notes) }
    return LoadedModel(
      file: self, channels: channels,
      likelihood: Likelihood(
        channels: channels.map(\.channel), parameters: parameters, workers: workers),
      notes: notes)
  }

  /// Draws events of a channel evenly from phase space, within its windows.
  public func phaseSpace(
    _ channel: ChannelModel, events: Int, seed: UInt64, workers: Workers
  ) throws -> EventTable {
    let decay = try ParticleDecay(
      parentMass: parentMass, masses: channel.finalState.compactMap { Particle.named($0)?.mass },
      windows: channel.windows)
    return EventTable(
      try PhaseSpaceSample(
        of: SequentialDecays(decay), count: events, seed: seed, workers: workers))
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
    let integrationWeights = try weights(model.integrationWeights, integration)
    let normalization = try preparation.normalization(
      over: integration, weights: integrationWeights)
    func prepare(
      _ table: EventTable, _ weights: [Double], _ name: String, _ density: String?
    ) throws -> EventSample {
      let background = try density.map {
        try EventTable.readNumbers(resolved($0), column: "density", count: table.count)
      }
      if storage == .file { try Folders.make(resultsDirectory) }
      return try preparation.sample(
        table, weights: weights, normalization: normalization, background: background,
        file: "\(resultsDirectory)/\(model.name)-\(name)-blocks.npy")
    }
    let integrationSample = try prepare(
      integration, integrationWeights, "integration", model.background?.integration)
    let truth = try model.truth.map { try events($0, of: model, workers, &notes) }
    let truthWeights = try truth.map { try weights(model.truthWeights, $0) }
    let truthSample = try truth.map { try prepare($0, truthWeights ?? [], "truth", nil) }
    let data: EventTable
    if case .toy(let count, let seed) = model.data {
      let toy = ToyGenerator(
        file: self, channel: model, normalization: normalization, workers: workers)
      data = try toy.draw(count, seed: seed, parameters.values(at: parameters.start))
    } else {
      data = try events(model.data, of: model, workers, &notes)
    }
    let dataWeights = try weights(model.weights, data)
    let channel = try channel(
      model, data: try prepare(data, dataWeights, "data", model.background?.data),
      integration: integrationSample, truth: truthSample, workers)
    return LoadedModel.LoadedChannel(
      model: model, channel: channel, normalization: normalization, data: data,
      integration: integration, truth: truth, weights: dataWeights,
      integrationWeights: integrationWeights, truthWeights: truthWeights ?? [])
  }

  /// A channel with its prepared events, and what makes its integrals quick.
  func channel(
    _ model: ChannelModel, data: EventSample, integration: EventSample, truth: EventSample?,
    _ workers: Workers
  ) throws -> Channel {
    var channel = Channel(
      name: model.name, amplitude: model.amplitude, data: data, integration: integration,
      truth: truth, pulls: model.pulls, fractionConstraint: model.fractionConstraint,
      yield: model.yield, correctsForWeights: model.correctsForWeights)
    try channel.integrateOnce(parameters, workers)
    if let condenser = condenser(model) { try channel.condense(condenser, workers) }
    return channel
  }

  private func weights(_ path: String?, _ events: EventTable) throws -> [Double] {
    guard let path else { return [Double](repeating: 1, count: events.count) }
    let weights = try EventTable.readNumbers(resolved(path), count: events.count)
    guard weights.reduce(0, +) > 0 else {
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
        resolved(path), particleCount: model.formalism.particleCount)
      if let note = outsidePhaseSpace(table, path) { notes.append(note) }
      return table
    }
  }

  /// A sentence about events that the parent at rest cannot decay to; nil if there are none.
  ///
  /// A thousandth of the parent's mass is allowed for: measured momenta add up to the parent's only
  /// after a kinematic fit.
  private func outsidePhaseSpace(_ events: EventTable, _ path: String) -> String? {
    var outside: [Int] = []
    for event in 0..<events.count {
      var sums = [0.0, 0.0, 0.0, -parentMass]
      for particle in 0..<events.particleCount {
        for component in 0..<4 { sums[component] += events[particle, component, event] }
      }
      if sums.contains(where: { $0.magnitude > 1e-3 * parentMass }) { outside.append(event) }
    }
    guard let first = outside.first else { return nil }
    return "\(path): the momenta of \(outside.count) of \(events.count) events do not add up to "
      + "\(parent) at rest (\(parentMass) GeV) within a thousandth; the first is event \(first), "
      + "counted from 0"
  }
}
