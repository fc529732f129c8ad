/// A channel as a model file describes it; its events are not read yet.
public struct ChannelModel: Sendable {
  /// The key of the channel in the model file.
  public var name: String
  /// How the angular part of the amplitude is computed.
  public var formalism: DecayFormalism
  /// Names of the particles in the final state.
  public var finalState: [String]
  var amplitude: AmplitudeSum
  var waves: [WaveRequest]
  /// First the squared masses of the lineshapes in `amplitude`; the others serve to prepare the
  /// events.
  var masses: [MassRequest]
  /// A lineshape that multiplies all terms and whose parameters are fixed: its magnitude is
  /// multiplied into the waves.
  var commonCurve: AmplitudeSum.CurveUse?
  /// Lineshapes with fixed parameters whose values are kept as complex factors of the events.
  var factors: [AmplitudeSum.CurveUse] = []
  /// The events that are fitted.
  public var data: SampleSource
  /// Monte-Carlo events for the integral, after detection and selection.
  public var integration: SampleSource
  /// Phase-space events before detection, for fractions; nil if there are none.
  public var truth: SampleSource?
  /// The file of the data's weights; nil for weights of 1.
  public var weights: String?
  /// The file of the integration events' weights, likewise.
  public var integrationWeights: String?
  /// The file of the truth events' weights, likewise.
  public var truthWeights: String?
  /// The files of the background's density; nil if there is no background.
  public var background: BackgroundFiles?
  /// How many events of phase space were simulated for the integration events; nil if that is not
  /// given.
  public var generated: Int?
  /// Windows of pair masses, within which events are generated.
  public var windows: [MassWindow] = []
  /// Pulls on parameters of the channel.
  public var pulls: [Channel.Pull] = []
  /// The constraint on the sum of the fit fractions; nil if there is none.
  public var fractionConstraint: Channel.FractionConstraint?
  /// Whether errors take the data's weights into account.
  public var correctsForWeights = true
  /// The parameter that is the expected number of events; nil where only their distribution counts.
  public var yield: Int?

  /// The files that it reads, as the model file names them.
  public var files: [String] {
    let events = [data, integration] + (truth.map { [$0] } ?? [])
    let paths = events.map { source -> String? in
      if case .file(let path) = source { return path }
      return nil
    }
    return
      (paths + [
        weights, integrationWeights, truthWeights, background?.data, background?.integration,
      ])
      .compactMap(\.self)
  }

  /// Removes the background from the model.
  ///
  /// - Returns: Whether there was a background.
  @discardableResult
  public mutating func leaveOutBackground() -> Bool {
    defer {
      background = nil
      amplitude.background = nil
    }
    return background != nil
  }

  /// A particle that occurs twice in the final state and whose occurrences no mass window
  /// distinguishes; nil if there is none.
  var indistinguishable: String? {
    let windowed = Set(windows.flatMap { [$0.first, $0.second] })
    return finalState.indices.first { i in
      !windowed.contains(i)
        && finalState.indices.contains { $0 != i && finalState[$0] == finalState[i] }
        && !finalState.indices.contains { windowed.contains($0) && finalState[$0] == finalState[i] }
    }.map { finalState[$0] }
  }

  /// How many of the squared masses a likelihood reads: the first ones of `masses`.
  var variedMasses: Int { (amplitude.curves.map(\.mass).max() ?? -1) + 1 }
}

/// Which events the density of a background describes.
public enum BackgroundDensity: String, Sendable, CaseIterable {
  /// Produced events: the density of observed events, divided by the efficiency.
  case overEfficiency = "over-efficiency"
  /// Observed events.
  case observed
}

/// Files with the density of a background.
public struct BackgroundFiles: Sendable, Equatable {
  /// At the events of the data.
  public var data: String
  /// At the integration events.
  public var integration: String
  /// Which events these densities describe.
  public var density: BackgroundDensity
}
