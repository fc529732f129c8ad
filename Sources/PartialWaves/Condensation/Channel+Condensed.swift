import Communication

extension Channel {
  /// Small samples with the same integrals as `integration` and `truth`, see ``SampleCondenser``.
  struct Condensed: Sendable {
    /// Nil where there is none.
    var integration: EventSample?
    var truth: EventSample?
  }

  /// Finds small samples for the integrals that would be summed over anew again and again: that of the
  /// likelihood, unless it is a quadratic form, and those of fractions.
  mutating func condense(_ condenser: SampleCondenser, _ workers: Workers) throws {
    condensed = Condensed(
      integration: quadraticIntegral == nil ? try condenser(integration, workers) : nil,
      truth: try truth.flatMap { try condenser($0, workers) })
  }

  /// The channel with its small samples.
  var smaller: Channel {
    var channel = self
    channel.integration = condensed.integration ?? integration
    channel.truth = condensed.truth ?? truth
    return channel
  }
}

extension Likelihood {
  /// The same function to many digits, from small samples that stand for the integration events; nil
  /// if there are none.
  ///
  /// How many digits depends on the parameters: it was found out around the values of the model file.
  /// Whoever searches with it ends with a few evaluations of the likelihood itself.
  public var condensed: Likelihood? {
    guard channels.contains(where: { $0.condensed.integration != nil || $0.condensed.truth != nil })
    else { return nil }
    return Likelihood(
      channels: channels.map(\.smaller), parameters: parameters, workers: workers)
  }

  /// Events that one evaluation goes through.
  public var eventCount: Int {
    channels.reduce(0) { count, channel in
      let sums = channel.sums.enumerated().filter {
        $0.offset != 1 || channel.quadraticIntegral == nil
      }
      return sums.reduce(count) { $0 + $1.element.1.count }
    }
  }
}

extension ModelFile {
  /// How many random starts the smoothness of lineshapes is tried at, besides the values of the file.
  private static let trials = 4

  /// What condenses the integration events of a channel; nil where fits do not want it.
  func condenser(_ channel: ChannelModel) -> SampleCondenser? {
    guard fit.integral == .condensed, let mass = channel.amplitude.onlyMass else { return nil }
    let masses = channel.masses[mass].pair.compactMap {
      Particle.named(channel.finalState[$0])?.mass
    }
    let threshold = masses.reduce(0, +)
    let starts = FitStarts(self)
    return SampleCondenser(
      amplitude: channel.amplitude, threshold: threshold * threshold,
      points: (0...Self.trials).map { parameters.values(at: starts($0)) },
      isVaried: parameters.isVaried)
  }
}
