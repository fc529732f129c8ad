import PartialWaves

/// The share of a decay's events that detection and selection keep, with the model's own
/// distribution: (Σ_selected v I/n_generated)/(Σ_truth v I/n_truth).
public struct Efficiency: Sendable, Equatable {
  public let value: Measured

  /// - Parameters:
  ///   - selected: Intensities times weights of the events that were kept.
  ///   - generated: How many events these were kept from.
  ///   - truth: Intensities times weights of independent events of phase space.
  public init(selected: [Double], generated: Int, truth: [Double]) {
    value = Self.mean(selected, of: generated) / Self.mean(truth, of: truth.count)
  }

  /// The efficiency of a channel: its integration events are the selected ones.
  ///
  /// - Parameter generated: How many events of phase space were simulated for the integration sample.
  public init?(
    of channel: LoadedModel.LoadedChannel, at values: [Double], generated: Int
  ) throws {
    guard let truth = channel.channel.truth else { return nil }
    func weighted(_ sample: EventSample, _ weights: [Double]) throws -> [Double] {
      zip(try channel.channel.intensities(of: sample, values), weights).map { $0 * $1 }
    }
    self.init(
      selected: try weighted(channel.channel.integration, channel.integrationWeights),
      generated: generated, truth: try weighted(truth, channel.truthWeights))
  }

  /// The mean over `trials` events of which those that are not listed count zero.
  private static func mean(_ values: [Double], of trials: Int) -> Measured {
    let n = Double(trials)
    let mean = values.reduce(0, +) / n
    let square = values.reduce(0) { $0 + $1 * $1 } / n
    return Measured(mean, error: (max(square - mean * mean, 0) / max(n - 1, 1)).squareRoot())
  }
}
