import PartialWaves
import SystemLibrary

/// How many events a resonance alone would make.
public struct ComponentYield: Sendable, Equatable {
  public let name: String
  /// Its share of the events that are seen.
  public let share: Measured
  /// Among the events that are seen: its share of the data.
  public let events: Measured
  /// Before detection and selection; nil where the efficiency is not known.
  public let produced: Measured?

  /// The yields of all resonances of a channel together, and of each.
  ///
  /// With ∫ the sum over integration events, b and B strength and density of the background, the events of
  /// a resonance are Σw·∫I_r/∫(I + bB). The number of events, Σw ± √Σw², fluctuates on its own; the fit
  /// knows shapes. What was produced is G·Σw·⟨I_r⟩/∫(I + bB), with the mean over truth events and G the
  /// number of events that the integration events were selected from.
  ///
  /// - Parameter generated: G; nil if it is not known.
  public static func all(
    _ fitted: FittedModel, channel number: Int, generated: Int? = nil
  ) throws -> (signal: Self, resonances: [Self]) {
    let loaded = fitted.model.channels[number]
    let workers = fitted.model.likelihood.workers
    let shares = try EventFractions(
      of: loaded.channel, at: fitted.point, fitted.model.file.parameters, workers: workers)
    let total = Measured(
      loaded.channel.data.totalWeight, error: loaded.channel.data.totalSquaredWeight.squareRoot())
    func measured(_ share: FitFractions.Fraction, sampling: Double = 0) -> Measured {
      let error = fitted.covariance.map { share.deviation($0.matrix) } ?? .nan
      return Measured(share.value, error: hypot(error, share.value * sampling))
    }
    // How finely many integration events know ∫(I + bB), and truth events ⟨I_r⟩.
    let values = fitted.values
    let seen = try zip(
      loaded.channel.intensities(of: loaded.channel.integration, values, workers: workers),
      loaded.integrationWeights
    ).map { $0 * $1 }
    func produced(_ share: FitFractions.Fraction?, _ resonances: Set<Int>) throws -> Measured? {
      guard let generated, let share, let truth = loaded.channel.truth else { return nil }
      let intensities = try loaded.channel.intensities(
        of: truth, values, resonances: resonances, workers: workers)
      let sampling = hypot(
        Efficiency.mean(seen, of: generated).relativeError,
        Efficiency.mean(intensities, weights: loaded.truthWeights).relativeError)
      return measured(share, sampling: sampling) * total
        * Measured(Double(generated), error: 0)
    }
    func component(
      _ name: String, _ share: FitFractions.Fraction, produced: Measured?
    ) -> Self {
      Self(
        name: name, share: measured(share), events: measured(share) * total, produced: produced)
    }
    return (
      component(
        "signal", shares.signal,
        produced: try produced(shares.producedSignal, Set(shares.names.indices))),
      try shares.names.enumerated().map { r, name in
        component(
          name, shares.resonances[r], produced: try produced(shares.produced?[r], [r]))
      }
    )
  }
}
