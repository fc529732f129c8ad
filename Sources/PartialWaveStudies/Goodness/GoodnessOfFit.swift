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
  /// - Throws: `InvalidInput` if model events cannot be drawn (there is a background, or there are
  ///   no integration events), or if there are fewer events than neighbours; the errors of
  ///   `LoadedModel.draw(_:ofChannel:at:from:seed:)`.
  public init(_ fitted: FittedModel, channel index: Int, _ settings: Settings) throws {
    let loaded = fitted.model.channels[index]
    let workers = fitted.model.likelihood.workers
    let defaults = Self.defaultMasses(particles: loaded.data.particleCount)
    let masses = settings.masses ?? defaults.chiSquare
    let intensities = try loaded.channel.intensities(
      of: loaded.channel.integration, fitted.values, workers: workers)
    let events = Int(loaded.channel.data.totalWeight.rounded())
    let bins = settings.bins ?? min(max(events / 25, 2), 1_000)
    chiSquare = BinnedChiSquare(
      data: Points(loaded.data, masses: masses), weights: loaded.weights,
      model: Points(loaded.integration, masses: masses),
      modelWeights: zip(intensities, loaded.integrationWeights).map { $0 * $1 },
      bins: min(bins, loaded.integration.count), freeParameterCount: fitted.freeParameterCount)
    let mixedMasses = settings.masses ?? defaults.mixed
    let model = try Self.modelEvents(fitted, index, settings, intensities)
    guard settings.neighbours < loaded.data.count + model.count else {
      throw InvalidInput(
        file: fitted.model.file.path,
        "channel \(quoted(loaded.model.name)): an event cannot have \(settings.neighbours) neighbours among "
          + "\(loaded.data.count) of the data and \(model.count) of the model; ask for fewer, or for more "
          + "events of the model")
    }
    mixedSample = try MixedSampleTest(
      Points(loaded.data, masses: mixedMasses), weights: loaded.weights,
      Points(model, masses: mixedMasses), neighbours: settings.neighbours,
      permutations: settings.permutations, seed: settings.seed,
      workers: workers)
    channel = loaded.model.name
    self.masses = masses
  }

  /// Events with the distribution of the model, none of them twice: copies would be nearest
  /// neighbours of each other.
  private static func modelEvents(
    _ fitted: FittedModel, _ index: Int, _ settings: Settings, _ intensities: [Double]
  ) throws -> EventTable {
    let loaded = fitted.model.channels[index]
    switch settings.origin {
    case .phaseSpace:
      return try fitted.model.drawEvents(
        settings.modelEvents * loaded.data.count, ofChannel: index, at: fitted.values,
        from: .phaseSpace, seed: settings.seed &+ 0x5EED)
    case .integration:
      let weights = zip(intensities, loaded.integrationWeights).map { $0 * $1 }
      let kept = AcceptReject.places(
        weights, atMost: settings.modelEvents * loaded.data.count, seed: settings.seed)
      guard !kept.isEmpty else {
        throw InvalidInput(
          file: fitted.model.file.path,
          "channel \(quoted(loaded.model.name)): there are no integration events for a sample of the "
            + "model")
      }
      return loaded.integration.selecting(kept)
    }
  }
}
