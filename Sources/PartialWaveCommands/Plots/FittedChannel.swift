import Communication
import PartialWaves

/// A channel with weights with which its integration events have the distribution of the fit.
struct FittedChannel {
  /// Events with weights.
  struct Sample {
    let events: EventTable
    let weights: [Double]
  }

  /// The distribution of a resonance alone.
  struct Component {
    let name: String
    let sample: Sample
  }

  let model: ChannelModel
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
    data = Sample(events: loaded.data, weights: loaded.weights)
    let channel = loaded.channel
    func weights(_ resonances: Set<Int>?) throws -> [Double] {
      let intensities = try channel.intensities(
        of: channel.integration, parameters, resonances: resonances, workers: workers)
      return zip(intensities, loaded.integrationWeights).map { $0 * $1 }
    }
    let total = try weights(nil)
    let scale = loaded.weights.reduce(0, +) / total.reduce(0, +)
    func sample(_ weights: [Double]) -> Sample {
      Sample(events: loaded.integration, weights: weights.map { scale * $0 })
    }
    fit = sample(total)
    components = try model.resonances.enumerated().map { place, name in
      Component(name: name, sample: sample(try weights([place])))
    }.sorted { $0.sample.total > $1.sample.total }
  }
}

extension FittedChannel.Sample {
  /// The sum of the weights.
  var total: Double { weights.reduce(0, +) }
}
