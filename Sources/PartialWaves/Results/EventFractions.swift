import Communication

/// Fractions of the observed events: those of each resonance alone and of the signal, and how many
/// decays were produced for each. Observed events are described by sums over integration events,
/// which went through detection and selection, produced ones by sums over truth events, which did
/// not.
public struct EventFractions: Sendable {
  /// Names of the resonances.
  public let names: [String]
  /// ∫I_r/∫(I + bB) over integration events, for each resonance alone.
  public let resonances: [FitFractions.Fraction]
  /// ∫I/∫(I + bB) over integration events: all resonances with their interferences.
  public let signal: FitFractions.Fraction
  /// For each resonance alone, produced decays per observed event and per event that was simulated
  /// for the integration events: ⟨I_r⟩ over truth events, divided by Σ(I + bB) over integration
  /// events. Nil without truth events.
  public let produced: [FitFractions.Fraction]?
  /// The same for all resonances together.
  public let producedSignal: FitFractions.Fraction?

  /// Computes the fractions of a channel.
  ///
  /// - Parameters:
  ///   - channel: The channel with its events.
  ///   - x: Values of the free parameters.
  ///   - parameters: The parameters of the model.
  ///   - workers: The threads.
  /// - Throws: `EvaluationFailure` if a background is given by its fraction and the integral of the
  ///   signal is not finite and positive; `DataFileError` if events on the disk cannot be read;
  ///   `Interruption`.
  public init(
    of channel: Channel, at x: [Double], _ parameters: ParameterSet, workers: Workers = .one
  ) throws {
    let amplitude = channel.amplitude
    names = amplitude.resonances
    let all = Set(names.indices)
    let groupings = ([all] + names.indices.map { [$0] }).map(amplitude.only)
    func integrals(
      _ sample: EventSample, _ groupings: [AmplitudeSum.Grouping]
    ) throws -> [FitFractions.Fraction] {
      try channel.integrals(over: sample, groupings, at: x, parameters, workers)
    }
    let seen = try integrals(channel.integration, [amplitude.coherent] + groupings)
    let fractions = seen.dropFirst().map { $0.divided(by: seen[0]) }
    signal = fractions[0]
    resonances = Array(fractions.dropFirst())
    guard let truth = channel.truth else {
      produced = nil
      producedSignal = nil
      return
    }
    let ratios = try integrals(truth, groupings).map {
      let ratio = $0.divided(by: seen[0])
      return FitFractions.Fraction(
        value: ratio.value / truth.totalWeight,
        gradient: ratio.gradient.map { $0 / truth.totalWeight })
    }
    producedSignal = ratios[0]
    produced = Array(ratios.dropFirst())
  }
}
