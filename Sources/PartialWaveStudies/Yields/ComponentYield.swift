import PartialWaves
import SystemLibrary

/// The number of events of a resonance alone, without interference.
public struct ComponentYield: Sendable, Equatable {
  /// Name of the resonance; "signal" for all together.
  public let name: String
  /// Its fraction of the observed events.
  public let fraction: Measured
  /// Its events among the observed ones: this fraction of the data.
  public let events: Measured
  /// Its decays before detection and selection; nil if the efficiency is not known.
  public let produced: Measured?

  /// The yields of all resonances of a channel together, and of each.
  ///
  /// With ∫ the sum over integration events, b and B strength and density of the background, the
  /// events of a resonance are Σw·∫I_r/∫(I + bB). The number of events, Σw ± √Σw², and the fraction
  /// from the fit are independent. The produced decays are G·Σw·⟨I_r⟩/∫(I + bB), with the mean over
  /// truth events and G the number of events from which the integration events were selected.
  ///
  /// - Parameters:
  ///   - fitted: The fit.
  ///   - number: The index of the channel.
  ///   - generated: G; nil if it is not known.
  /// - Throws: `EvaluationFailure` if a background is given by its fraction and the integral of the
  ///   signal is not finite and positive; `DataFileError` if events on the disk cannot be read;
  ///   `Interruption`.
  public static func all(
    _ fitted: FittedModel, channel number: Int, generated: Int? = nil
  ) throws -> (signal: Self, resonances: [Self]) {
    let loaded = fitted.model.channels[number]
    let workers = fitted.model.likelihood.workers
    let fractions = try EventFractions(
      of: loaded.channel, at: fitted.point, fitted.model.file.parameters, workers: workers)
    let total = Measured(
      loaded.channel.data.totalWeight, error: loaded.channel.data.totalSquaredWeight.squareRoot())
    func measured(_ fraction: FitFractions.Fraction, sampling: Double = 0) -> Measured {
      let error = fitted.covariance.map { fraction.deviation($0.matrix) } ?? .nan
      return Measured(fraction.value, error: hypot(error, fraction.value * sampling))
    }
    // The statistical errors of ∫(I + bB) from integration events, and of ⟨I_r⟩ from truth events.
    let values = fitted.values
    let seen = try zip(
      loaded.channel.intensities(of: loaded.channel.integration, values, workers: workers),
      loaded.integrationWeights
    ).map { $0 * $1 }
    func produced(_ fraction: FitFractions.Fraction?, _ resonances: Set<Int>) throws -> Measured? {
      guard let generated, let fraction, let truth = loaded.channel.truth else { return nil }
      let intensities = try loaded.channel.intensities(
        of: truth, values, resonances: resonances, workers: workers)
      let sampling = try hypot(
        Efficiency.mean(
          seen, of: generated, Efficiency.total(loaded.integration.share, workers)
        ).relativeError,
        Efficiency.mean(
          intensities, weights: loaded.truthWeights, count: truth.share.total,
          Efficiency.total(truth.share, workers)
        ).relativeError)
      return measured(fraction, sampling: sampling) * total
        * Measured(Double(generated), error: 0)
    }
    func component(
      _ name: String, _ fraction: FitFractions.Fraction, produced: Measured?
    ) -> Self {
      Self(
        name: name, fraction: measured(fraction), events: measured(fraction) * total,
        produced: produced)
    }
    return (
      component(
        "signal", fractions.signal,
        produced: try produced(fractions.producedSignal, Set(fractions.names.indices))),
      try fractions.names.enumerated().map { r, name in
        component(
          name, fractions.resonances[r], produced: try produced(fractions.produced?[r], [r]))
      }
    )
  }
}
