import Documents
import PartialWaves

/// How many events of a channel belong to each resonance, and what share of the parent's decays that
/// is.
public struct ChannelYields: Sendable, Equatable {
  /// What has to be known of an experiment for more than numbers of events.
  public struct Experiment: Sendable, Equatable {
    /// How many events of phase space were simulated for the integration sample; nil if that is not
    /// known.
    public var generated: Int?
    /// Decays of the parent in the data; nil if that is not known.
    public var parents: Measured?
    /// Branching fractions of the daughters' decays that were reconstructed.
    public var daughters: [Measured] = []

    public init() {}
  }

  public let channel: String
  /// In the order of the model.
  public let components: [ComponentYield]
  /// Of detection and selection, for events as the model distributes them; nil where it is not known.
  public let efficiency: Measured?
  /// Of each component; nil without an efficiency or a number of parents.
  public let branching: [BranchingFraction]?

  /// - Throws: `InvalidInput` if an efficiency is asked for and there are no truth events.
  public init(
    of fitted: FittedModel, channel number: Int, _ experiment: Experiment = .init()
  ) throws {
    let loaded = fitted.model.channels[number]
    channel = loaded.model.name
    components = try ComponentYield.all(fitted, channel: number)
    efficiency = try experiment.generated.map { generated in
      guard
        let efficiency = try Efficiency(of: loaded, at: fitted.values, generated: generated)
      else {
        throw InvalidInput(
          file: fitted.model.file.path,
          "channel \(quoted(loaded.model.name)): an efficiency needs \"truth\" events")
      }
      return efficiency.value
    }
    guard let efficiency, let parents = experiment.parents else {
      branching = nil
      return
    }
    branching = components.map { component in
      BranchingFraction(
        yield: component.events, parents: parents, efficiency: efficiency,
        daughters: experiment.daughters)
    }
  }
}

extension [ChannelYields] {
  /// A row for each resonance of each channel.
  public func record(of fitted: FittedModel) -> StudyRecord {
    var table = StudyTable(columns: [
      "resonance", "channel", "events", "±", "efficiency", "±", "branching fraction", "±",
    ])
    func cells(_ number: Measured?) -> [StudyTable.Cell] {
      [.optional(number?.value), .optional(number?.error, digits: 2)]
    }
    for yields in self {
      for (i, component) in yields.components.enumerated() {
        table.append(
          [.text(component.name), .text(yields.channel)] + cells(component.events)
            + cells(yields.efficiency) + cells(yields.branching?[i].value))
      }
    }
    return StudyRecord("yields", of: fitted, table, [("channels", .object(map(\.member)))])
  }
}

extension ChannelYields {
  fileprivate var member: (String, JSONText) {
    let resonances = components.enumerated().map { i, component -> (String, JSONText) in
      let branching = self.branching.map { [("branching_fraction", $0[i].value.text)] } ?? []
      return (component.name, .object([("events", component.events.text)] + branching))
    }
    return (
      channel,
      .object([
        ("efficiency", efficiency?.text ?? .null), ("resonances", .object(resonances)),
      ])
    )
  }
}

extension Measured {
  fileprivate var text: JSONText { ["value": .number(value), "error": .number(error)] }
}
