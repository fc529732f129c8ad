import Communication
import PartialWaves

/// The fraction of a decay's events that detection and selection keep, for the distribution of the
/// model: (Σ_selected v I/n_generated)/(Σ_truth v I/Σ_truth v). The background is not included.
public struct Efficiency: Sendable, Equatable {
  /// The efficiency, from 0 to 1, with its error.
  public let value: Measured

  /// - Parameters:
  ///   - selected: Intensities times weights of the events that were kept.
  ///   - generated: Number of events from which these were kept.
  ///   - truth: Intensities of independent events of phase space.
  ///   - truthWeights: Their weights; nil if all are alike.
  public init(
    selected: [Double], generated: Int, truth: [Double], truthWeights: [Double]? = nil
  ) {
    value =
      Self.mean(selected, of: generated)
      / Self.mean(truth, weights: truthWeights ?? [Double](repeating: 1, count: truth.count))
  }

  /// The efficiency of a channel: its integration events are the selected ones.
  ///
  /// It is nil if the channel has no truth events.
  ///
  /// - Parameters:
  ///   - channel: The channel with its events.
  ///   - values: Values of all parameters.
  ///   - generated: How many events of phase space were simulated for the integration sample.
  ///   - workers: The threads that evaluate intensities.
  /// - Throws: `DataFileError` if events on the disk cannot be read; `Interruption`.
  public init?(
    of channel: LoadedModel.LoadedChannel, at values: [Double], generated: Int,
    workers: Workers = .one
  ) throws {
    guard let truth = channel.channel.truth else { return nil }
    let signal = Set(channel.model.resonances.indices)
    func intensities(_ sample: EventSample) throws -> [Double] {
      try channel.channel.intensities(
        of: sample, values, resonances: signal, workers: workers)
    }
    self.init(
      selected: zip(try intensities(channel.channel.integration), channel.integrationWeights).map {
        $0 * $1
      }, generated: generated, truth: try intensities(truth), truthWeights: channel.truthWeights)
  }

  /// The mean over `trials` events; those without an entry in `values` count zero.
  static func mean(_ values: [Double], of trials: Int) -> Measured {
    let n = Double(trials)
    let mean = values.reduce(0, +) / n
    let square = values.reduce(0) { $0 + $1 * $1 } / n
    return Measured(mean, error: (max(square - mean * mean, 0) / max(n - 1, 1)).squareRoot())
  }

  /// The weighted mean.
  static func mean(_ values: [Double], weights: [Double]) -> Measured {
    let n = Double(values.count)
    let total = weights.reduce(0, +)
    let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    let square = zip(values, weights).reduce(0) { sum, pair in
      let distance = pair.1 * (pair.0 - mean)
      return sum + distance * distance
    }
    return Measured(mean, error: (square * n / max(n - 1, 1)).squareRoot() / total)
  }
}
