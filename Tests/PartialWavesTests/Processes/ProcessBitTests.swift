import Communication
import Optimization
import Support
import Testing

@testable import PartialWaves

@Suite("Results have the same bits for any number of processes and threads")
struct ProcessBitTests {
  /// Two pieces of data, the second of which is not full, five of integration events, two of truth events.
  private static let sources = """
    "data": {"phase_space": 2500, "seed": 1}, "integration": {"phase_space": 9000, "seed": 2},
    "truth": {"phase_space": 3000, "seed": 3}
    """

  private static let constrained = SmallModel.text([
    SmallModel.channel(
      sources: sources,
      more: #""fraction_constraint": {"sum": 1, "strength": 0.3}, "yield": {"value": 2400},"#)
  ])

  @Test func aLikelihoodWithConstraints() throws {
    let file = try SmallModel.read(Self.constrained)
    try ProcessCase.expectSame { try ProcessCase.numbers(of: file.load(workers: $0).likelihood) }
  }

  @Test func condensedIntegrals() throws {
    let file = try SmallModel.read(Self.constrained)
    try ProcessCase.expectSame { workers in
      let model = try file.load(workers: workers)
      let condensed = try #require(model.likelihood.condensed)
      #expect(condensed.eventCount < model.likelihood.eventCount)
      return try ProcessCase.numbers(of: condensed) + [Double(condensed.eventCount)]
    }
  }

  /// One event of the condensed sample carries the background.
  @Test func condensedIntegralsWithABackground() throws {
    let folder = try ModelFolder(
      SmallModel.text([
        SmallModel.channel(
          sources: Self.sources,
          more: """
            "background": {"data": "b.csv", "integration": "c.csv", "strength": {"value": 0.1}},
            """)
      ]))
    for (name, count) in [("b.csv", 2500), ("c.csv", 9000)] {
      try folder.files.write(
        "density\n" + (0..<count).map { "\(1 + 0.001 * Double($0 % 700))\n" }.joined(), to: name)
    }
    let file = try folder.read()
    try ProcessCase.expectSame([.init(processes: 3, threads: 2)]) { workers in
      let condensed = try #require(file.load(workers: workers).likelihood.condensed)
      return try ProcessCase.numbers(of: condensed)
    }
  }

  @Test(arguments: [EventStorage.single, .file])
  func eventsInSinglePrecisionAndOnTheDisk(_ storage: EventStorage) throws {
    let folder = try ModelFolder(Self.constrained)
    var file = try folder.read()
    file.storage = storage
    try ProcessCase.expectSame([.init(processes: 2, threads: 2), .init(processes: 4, threads: 1)]) {
      [file] in try ProcessCase.numbers(of: file.load(workers: $0).likelihood)
    }
  }

  @Test func exchangesWithFactorsOfTheEvents() throws {
    let file = try SmallModel.read(
      SmallModel.text([SmallModel.channel(sources: Self.sources, more: #""symmetrize": true,"#)]))
    try ProcessCase.expectSame([.init(processes: 2, threads: 1), .init(processes: 3, threads: 2)]) {
      try ProcessCase.numbers(of: file.load(workers: $0).likelihood)
    }
  }

  @Test func integralsThatAreQuadraticForms() throws {
    let text = SmallModel.isobars().replacing("{\"value\": 1.43}", with: "1.43")
      .replacing("\"toy\": 200", with: "\"phase_space\": 2500")
      .replacing("\"phase_space\": 2000", with: "\"phase_space\": 5000")
    let file = try SmallModel.read(text)
    try ProcessCase.expectSame { workers in
      let model = try file.load(workers: workers)
      #expect(model.likelihood.channels[0].quadraticIntegral != nil)
      return try ProcessCase.numbers(of: model.likelihood)
    }
  }

  /// Fewer pieces than processes: some have no events of a sample, and some none at all.
  @Test func processesWithoutEvents() throws {
    let file = try SmallModel.read(
      SmallModel.text([
        SmallModel.channel(
          sources: """
            "data": {"phase_space": 150, "seed": 1}, "integration": {"phase_space": 2100, "seed": 2}
            """)
      ]))
    try ProcessCase.expectSame([.init(processes: 2, threads: 2), .init(processes: 4, threads: 3)]) {
      workers in
      let model = try file.load(workers: workers)
      if workers.communicator.rank == 3 { #expect(model.channels[0].integration.count == 0) }
      return try ProcessCase.numbers(of: model.likelihood)
    }
  }

  /// A density of observed events is divided by an efficiency; data have weights, some of which are negative.
  @Test(arguments: ["strength", "fraction"])
  func backgroundsAndWeights(_ form: String) throws {
    let folder = try ModelFolder(Self.background(form))
    for (name, count) in [("data", 2100), ("integration", 2300)] {
      try folder.files.write(
        "density\n" + (0..<count).map { "\(1 + 0.001 * Double($0 % 700))\n" }.joined(),
        to: "\(name)-density.csv")
      try folder.files.write(
        "weight\n"
          + (0..<count).map { "\($0 % 11 == 7 ? -0.3 : 0.7 + 0.1 * Double($0 % 5))\n" }.joined(),
        to: "\(name)-weights.csv")
    }
    let file = try folder.read()
    try ProcessCase.expectSame([.init(processes: 2, threads: 1), .init(processes: 3, threads: 2)]) {
      let model = try file.load(workers: $0)
      let channel = model.channels[0]
      let numbers = try ProcessCase.numbers(of: model.likelihood)
      return numbers + [channel.channel.data.totalWeight, channel.channel.data.totalSquaredWeight]
    }
  }

  private static func background(_ form: String) -> String {
    """
    {"parent": {"name": "D0"}, "channels": {"c": {"formalism": "isobar",
      "final_state": ["K-", "pi+", "pi0"], "data": {"phase_space": 2100, "seed": 1},
      "integration": {"phase_space": 2300, "seed": 2}, "weights": "data-weights.csv",
      "integration_weights": "integration-weights.csv",
      "background": {"data": "data-density.csv", "integration": "integration-density.csv",
        "\(form)": {"value": 0.2}, "density": "observed"},
      "resonances": {"k": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner",
        "mass": {"value": 0.9}, "width": {"value": 0.1}, "coupling": {"re": 1, "im": 0}},
        "r": {"spin": 1, "pair": [2, 3], "lineshape": "breit-wigner", "mass": 0.77, "width": 0.15,
        "coupling": {"re": {"value": 0.4}, "im": {"value": 0.2}}}}}}}
    """
  }
}
