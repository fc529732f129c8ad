import Communication
import PartialWaves

/// A channel with the weights that make its integration events look like the data.
struct FittedChannel {
  /// Events with weights.
  struct Sample {
    let events: EventTable
    let weights: [Double]
  }

  /// What a resonance alone would give.
  struct Component {
    let name: String
    let sample: Sample
  }

  let model: ChannelModel
  let data: Sample
  /// Events of integration; their weights sum to those of the data.
  let fit: Sample
  /// The largest first.
  let components: [Component]

  /// - Parameter parameters: Values of all parameters of the model.
  /// - Throws: What reading events throws, where they are on the disk.
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
