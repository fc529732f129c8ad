import Communication

extension Channel {
  /// Condensed samples: small samples of weighted events with the same integrals as `integration`
  /// and `truth`, see ``SampleCondenser``.
  struct Condensed: Sendable {
    /// Nil if there is none.
    var integration: EventSample?
    /// Nil if there is none.
    var truth: EventSample?
  }

  /// Finds condensed samples for the integrals that every evaluation sums: that of the likelihood,
  /// unless it is a quadratic form, and those of fractions.
  mutating func condense(_ condenser: SampleCondenser, _ workers: Workers) throws {
    condensed = Condensed(
      integration: quadraticIntegral == nil ? try condenser(integration, workers) : nil,
      truth: try truth.flatMap { try condenser($0, workers) })
  }

  /// The channel with condensed samples in place of the large ones, where there are some.
  var smaller: Channel {
    var channel = self
    channel.integration = condensed.integration ?? integration
    channel.truth = condensed.truth ?? truth
    return channel
  }
}

extension Likelihood {
  /// The likelihood with condensed samples in place of the integration events: a small sample of
  /// weighted events that has the same integral to many digits. Nil if no channel has one.
  ///
  /// Its accuracy depends on the parameters; it was tested around the values of the model file. A
  /// search with it should end with a few evaluations of the full likelihood.
  public var condensed: Likelihood? {
    guard channels.contains(where: { $0.condensed.integration != nil || $0.condensed.truth != nil })
    else { return nil }
    return Likelihood(
      channels: channels.map(\.smaller), parameters: parameters, workers: workers)
  }

  /// Number of events that one evaluation sums over, in all processes.
  public var eventCount: Int {
    channels.reduce(0) { count, channel in
      let sums = channel.sums.enumerated().filter {
        $0.offset != 1 || channel.quadraticIntegral == nil
      }
      return sums.reduce(count) { $0 + $1.element.1.share.total }
    }
  }
}

extension ModelFile {
  /// Number of random starts at which the smoothness of lineshapes is tested, besides the values of
  /// the file.
  private static let trials = 4

  /// Condenses the integration events of a channel. Nil if fits sum over all events, or if
  /// lineshapes depend on more than one squared mass.
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
