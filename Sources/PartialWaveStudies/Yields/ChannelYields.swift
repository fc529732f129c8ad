import Documents
import PartialWaves

/// How many events of a channel belong to each resonance, and which fraction of the parent's decays
/// that is.
public struct ChannelYields: Sendable, Equatable {
  /// The numbers of an experiment that efficiencies and branching fractions need.
  public struct Experiment: Sendable, Equatable {
    /// Number of events of phase space that were simulated for the integration sample; nil for that
    /// of the model file, if it has one.
    public var generated: Int?
    /// Decays of the parent in the data; nil if that is not known.
    public var parents: Measured?
    /// Branching fractions of the daughters' decays that were reconstructed.
    public var daughters: [Measured] = []

    /// Nothing is known.
    public init() {}
  }

  /// Events of the background among the observed ones.
  public struct Background: Sendable, Equatable {
    /// Their number.
    public let events: Measured
    /// Their fraction of the data.
    public let fraction: Measured
  }

  /// Name of the channel.
  public let channel: String
  /// All resonances together, with their interferences.
  public let signal: ComponentYield
  /// The yields of the resonances, in the order of the model.
  public let components: [ComponentYield]
  /// The background's events; nil without a background.
  public let background: Background?
  /// The efficiency of detection and selection, for the model's distribution; nil if it is not
  /// known.
  public let efficiency: Measured?
  /// The branching fraction of each component; nil without an efficiency or a number of parents.
  public let branching: [BranchingFraction]?

  /// Computes the yields of a channel.
  ///
  /// - Throws: `InvalidInput` if an efficiency is wanted and there are no truth events, or if more
  ///   events were kept than generated; the errors of ``ComponentYield/all(_:channel:generated:)``.
  public init(
    of fitted: FittedModel, channel number: Int, _ experiment: Experiment = .init()
  ) throws {
    let loaded = fitted.model.channels[number]
    channel = loaded.model.name
    let generated = experiment.generated ?? loaded.model.generated
    if let generated {
      func refusal(_ reason: String) -> InvalidInput {
        InvalidInput(
          file: fitted.model.file.path, "channel \(quoted(loaded.model.name)): \(reason)")
      }
      guard loaded.channel.truth != nil else {
        throw refusal("an efficiency needs \"truth\" events")
      }
      let kept = max(Double(loaded.integration.share.total), loaded.channel.integration.totalWeight)
      guard kept <= Double(generated) else {
        throw refusal(
          "\(StudyTable.Cell.number(kept, digits: 9).text) integration events cannot have been kept of "
            + "\(generated) that were generated; \"generated\" counts the events before detection and "
            + "selection")
      }
    }
    let yields = try ComponentYield.all(fitted, channel: number, generated: generated)
    signal = yields.signal
    components = yields.resonances
    if loaded.model.background != nil {
      let data = loaded.channel.data
      let fraction = Measured(1 - yields.signal.fraction.value, error: yields.signal.fraction.error)
      background = Background(
        events: fraction * Measured(data.totalWeight, error: data.totalSquaredWeight.squareRoot()),
        fraction: fraction)
    } else {
      background = nil
    }
    efficiency = try generated.flatMap {
      try Efficiency(
        of: loaded, at: fitted.values, generated: $0, workers: fitted.model.likelihood.workers)?
        .value
    }
    guard let parents = experiment.parents else {
      branching = nil
      return
    }
    let produced = components.compactMap(\.produced)
    branching =
      produced.isEmpty
      ? nil
      : produced.map {
        BranchingFraction(yield: $0, parents: parents, daughters: experiment.daughters)
      }
  }
}

extension [ChannelYields] {
  /// A row for each resonance of each channel.
  public func record(of fitted: FittedModel) -> StudyRecord {
    var table = StudyTable(columns: [
      "resonance", "channel", "events", "±", "produced", "±", "branching fraction", "±",
    ])
    func cells(_ number: Measured?) -> [StudyTable.Cell] {
      [.optional(number?.value), .optional(number?.error, digits: 2)]
    }
    for yields in self {
      for (i, component) in yields.components.enumerated() {
        table.append(
          [.text(component.name), .text(yields.channel)] + cells(component.events)
            + cells(component.produced) + cells(yields.branching?[i].value))
      }
      table.append(
        [.text("(signal)"), .text(yields.channel)] + cells(yields.signal.events)
          + cells(yields.signal.produced) + cells(nil))
      if let background = yields.background {
        table.append(
          [.text("(background)"), .text(yields.channel)] + cells(background.events) + cells(nil)
            + cells(nil))
      }
    }
    return StudyRecord("yields", of: fitted, table, [("channels", .object(map(\.member)))])
  }
}

extension ChannelYields {
  fileprivate var member: (String, JSONText) {
    func members(_ yield: ComponentYield) -> [(String, JSONText)] {
      [("events", yield.events.text)] + (yield.produced.map { [("produced", $0.text)] } ?? [])
    }
    let resonances = components.enumerated().map { i, component -> (String, JSONText) in
      let branching = self.branching.map { [("branching_fraction", $0[i].value.text)] } ?? []
      return (component.name, .object(members(component) + branching))
    }
    let background: [(String, JSONText)] =
      self.background.map {
        [("background", ["events": $0.events.text, "fraction": $0.fraction.text])]
      } ?? []
    return (
      channel,
      .object(
        [("efficiency", efficiency?.text ?? .null), ("signal", .object(members(signal)))]
          + background + [("resonances", .object(resonances))])
    )
  }
}

extension Measured {
  fileprivate var text: JSONText { ["value": .number(value), "error": .number(error)] }
}
