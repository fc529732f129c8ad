import Communication
import Documents
import PartialWaves

/// How well a fitted model describes the data of one channel.
public struct GoodnessOfFit: Sendable {
  /// How data and model are compared.
  public struct Settings: Sendable, Equatable {
    /// Sets of particles, numbered from 0, whose squared masses are the axes; nil for those of
    /// ``GoodnessOfFit/defaultMasses(particles:)``.
    public var masses: [[Int]]?
    /// How many bins χ² has; nil for about 25 events in each, at most 1,000.
    public var bins: Int?
    /// Nearest neighbours of each event in the mixed-sample test.
    public var neighbours = 10
    /// Permutations of the labels in the mixed-sample test.
    public var permutations = 1000
    /// The seed of the model's events and of the permutations.
    public var seed: UInt64 = 1
    /// Model events of the mixed-sample test for each event of the data; Williams recommends 10.
    public var modelEvents = 10
    /// Where the model events come from.
    public var origin = LoadedModel.EventOrigin.phaseSpace

    /// The usual settings.
    public init() {}
  }

  /// Name of the channel.
  public let channel: String
  /// Sets of particles, numbered from 0, whose squared masses are the axes of the bins.
  public let masses: [[Int]]
  /// χ² in bins of equal expected content.
  public let chiSquare: BinnedChiSquare
  /// The mixed-sample test.
  public let mixedSample: MixedSampleTest

  /// The usual axes: the Dalitz plane of three particles. For a spectator's pair (1 2) and another
  /// pair (3 4), they are masses of (3 4), of the spectator with 3, and of pairs of one particle
  /// from each.
  public static func defaultMasses(particles: Int) -> (chiSquare: [[Int]], mixed: [[Int]]) {
    particles == 3
      ? ([[0, 1], [1, 2]], [[0, 1], [1, 2]])
      : ([[2, 3], [0, 1, 2]], [[2, 3], [0, 2], [0, 3], [1, 2]])
  }

  /// Compares the data of a channel with the fitted model.
  ///
  /// Each process has the squared masses and weights of all events, 8 bytes for each axis of each event, and makes
  /// the whole test.
  ///
  /// - Throws: `InvalidInput` if model events cannot be drawn (there is a background, or there are
  ///   no integration events), or if there are fewer events than neighbours; the errors of
  ///   `LoadedModel.draw(_:ofChannel:at:from:seed:)`.
  public init(_ fitted: FittedModel, channel index: Int, _ settings: Settings) throws {
    let loaded = fitted.model.channels[index]
    let workers = fitted.model.likelihood.workers
    let defaults = Self.defaultMasses(particles: loaded.data.particleCount)
    let masses = settings.masses ?? defaults.chiSquare
    let communicator = workers.communicator
    func joined(_ events: EventTable, _ masses: [[Int]]) throws -> Points {
      try Points(events, masses: masses).joined(communicator)
    }
    func joined(_ numbers: [Double]) throws -> [Double] {
      try communicator.allGather(values: numbers).flatMap(\.self)
    }
    let intensities = try loaded.channel.intensities(
      of: loaded.channel.integration, fitted.values, workers: workers)
    let seen = try joined(zip(intensities, loaded.integrationWeights).map { $0 * $1 })
    let weights = try joined(loaded.weights)
    let events = Int(loaded.channel.data.totalWeight.rounded())
    let bins = settings.bins ?? min(max(events / 25, 2), 1_000)
    chiSquare = BinnedChiSquare(
      data: try joined(loaded.data, masses), weights: weights,
      model: try joined(loaded.integration, masses), modelWeights: seen,
      bins: min(bins, loaded.integration.share.total),
      freeParameterCount: fitted.freeParameterCount)
    let mixedMasses = settings.masses ?? defaults.mixed
    let model = try joined(
      Self.modelEvents(fitted, index, settings, seen, communicator), mixedMasses)
    let data = try joined(loaded.data, mixedMasses)
    guard settings.neighbours < data.count + model.count else {
      throw InvalidInput(
        file: fitted.model.file.path,
        "channel \(quoted(loaded.model.name)): an event cannot have \(settings.neighbours) neighbours among "
          + "\(data.count) of the data and \(model.count) of the model; ask for fewer, or for more "
          + "events of the model")
    }
    mixedSample = try MixedSampleTest(
      data, weights: weights, model, neighbours: settings.neighbours,
      permutations: settings.permutations, seed: settings.seed,
      workers: workers)
    channel = loaded.model.name
    self.masses = masses
  }

  /// Events with the distribution of the model, none of them twice: copies would be nearest
  /// neighbours of each other. Each process has its own.
  ///
  /// - Parameter weights: Of the integration events of all processes, times their intensities.
  private static func modelEvents(
    _ fitted: FittedModel, _ index: Int, _ settings: Settings, _ weights: [Double],
    _ communicator: any Communicator
  ) throws -> EventTable {
    let loaded = fitted.model.channels[index]
    let wanted = settings.modelEvents * loaded.data.share.total
    switch settings.origin {
    case .phaseSpace:
      return try fitted.model.drawEvents(
        wanted, ofChannel: index, at: fitted.values, from: .phaseSpace,
        seed: settings.seed &+ 0x5EED)
    case .integration:
      let kept = AcceptReject.places(weights, atMost: wanted, seed: settings.seed)
      guard !kept.isEmpty else {
        throw InvalidInput(
          file: fitted.model.file.path,
          "channel \(quoted(loaded.model.name)): there are no integration events for a sample of the "
            + "model")
      }
      let own = loaded.integration.share.events
      return loaded.integration.selecting(
        kept.filter(own.contains).map { $0 - own.lowerBound })
    }
  }
}
