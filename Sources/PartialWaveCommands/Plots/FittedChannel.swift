import Communication
import PartialWaves

/// A channel with weights with which its integration events have the distribution of the fit.
struct FittedChannel {
  /// Events with weights: those of this process.
  struct Sample {
    let events: EventTable
    let weights: [Double]
    /// The sum of the weights of all processes.
    let total: Double
  }

  /// The distribution of a resonance alone.
  struct Component {
    let name: String
    let sample: Sample
  }

  let model: ChannelModel
  /// The threads, and the processes that share the events.
  let workers: Workers
  let data: Sample
  /// The integration events; the sum of their weights is that of the data.
  let fit: Sample
  /// The resonances, the largest first.
  let components: [Component]

  /// - Parameter parameters: Values of all parameters of the model.
  /// - Throws: The errors of `Channel.intensities(of:_:resonances:workers:)`.
  init(
    _ loaded: LoadedModel.LoadedChannel, _ parameters: [Double], workers: Workers
  ) throws {
    model = loaded.model
    self.workers = workers
    data = Sample(
      events: loaded.data, weights: loaded.weights, total: loaded.channel.data.totalWeight)
    let channel = loaded.channel
    func weights(_ resonances: Set<Int>?) throws -> [Double] {
      let intensities = try channel.intensities(
        of: channel.integration, parameters, resonances: resonances, workers: workers)
      return zip(intensities, loaded.integrationWeights).map { $0 * $1 }
    }
    let share = loaded.integration.share
    let all = try weights(nil)
    let scale = try data.total / share.sum(workers) { all[$0] }
    func sample(_ weights: [Double]) throws -> Sample {
      let scaled = weights.map { scale * $0 }
      return Sample(
        events: loaded.integration, weights: scaled, total: try share.sum(workers) { scaled[$0] })
    }
    fit = try sample(all)
    components = try model.resonances.enumerated().map { place, name in
      Component(name: name, sample: try sample(try weights([place])))
    }.sorted { $0.sample.total > $1.sample.total }
  }
}

extension FittedChannel.Sample {
  /// The contents of a histogram, added up over the events of all processes.
  ///
  /// - Parameter contents: Those of a histogram of some events of this process.
  func sum(
    _ workers: Workers, _ contents: @Sendable (Range<Int>) -> [Double]
  ) throws -> [Double]? {
    try events.share.sumOverPieces(workers, contents)
  }
}
