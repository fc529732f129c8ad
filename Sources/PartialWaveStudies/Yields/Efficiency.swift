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
    let weights = truthWeights ?? [Double](repeating: 1, count: truth.count)
    value =
      Self.mean(selected, of: generated, Self.total(selected.count))
      / Self.mean(truth, weights: weights, count: truth.count, Self.total(truth.count))
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
    let (selected, selectedWeights) = (
      try intensities(channel.channel.integration), channel.integrationWeights
    )
    let produced = try intensities(truth)
    value =
      try Self.mean(
        selected.indices.map { selected[$0] * selectedWeights[$0] }, of: generated,
        Self.total(channel.integration.share, workers))
      / Self.mean(
        produced, weights: channel.truthWeights, count: truth.share.total,
        Self.total(truth.share, workers))
  }

  /// The sums of four numbers of each event.
  typealias Total = (@Sendable (Int) -> SIMD4<Double>) throws -> SIMD4<Double>

  /// The sums over the events of all processes.
  static func total(_ share: EventShare, _ workers: Workers) -> Total {
    { try share.sums(workers, $0) }
  }

  /// The sums over numbered events.
  private static func total(
    _ count: Int
  ) -> (@Sendable (Int) -> SIMD4<Double>) -> SIMD4<Double> {
    { term in (0..<count).reduce(.zero) { $0 + term($1) } }
  }

  /// The mean over `trials` events; those without an entry in `values` count zero.
  static func mean(
    _ values: [Double], of trials: Int,
    _ total: (@Sendable (Int) -> SIMD4<Double>) throws -> SIMD4<Double>
  ) rethrows -> Measured {
    let n = Double(trials)
    let sums = try total { SIMD4(values[$0], values[$0] * values[$0], 0, 0) }
    let (mean, square) = (sums[0] / n, sums[1] / n)
    return Measured(mean, error: (max(square - mean * mean, 0) / max(n - 1, 1)).squareRoot())
  }

  /// The weighted mean.
  ///
  /// - Parameter count: The number of values of all processes.
  static func mean(
    _ values: [Double], weights: [Double], count: Int,
    _ total: (@Sendable (Int) -> SIMD4<Double>) throws -> SIMD4<Double>
  ) rethrows -> Measured {
    let n = Double(count)
    let sums = try total { SIMD4(weights[$0], values[$0] * weights[$0], 0, 0) }
    let mean = sums[1] / sums[0]
    let square = try total { event in
      let distance = weights[event] * (values[event] - mean)
      return SIMD4(distance * distance, 0, 0, 0)
    }[0]
    return Measured(mean, error: (square * n / max(n - 1, 1)).squareRoot() / sums[0])
  }
}
