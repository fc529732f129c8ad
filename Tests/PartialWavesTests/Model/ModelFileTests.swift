import AutoDiff
import Documents
import Foundation
import PartialWaves
import Support
import Testing

@Suite("A model file means what it says") struct ModelFileTests {
  /// The file of the interface's description, with the couplings that it leaves out.
  private static let described = """
    {
      "parent": {"name": "psi(2S)", "mass": 3.686, "polarization": "transverse"},
      "radius": 1.0,                                             // fm, barrier factors
      "channels": {
        "phikk": {
          "final_state": ["K+", "K-", "K+", "K-"],               // particles 1 2 from the phi, 3 4 from the f
          "spectator": {"name": "phi", "lineshape": "breit-wigner", "mass": 1.02, "width": 0.004},
          "data": "data.npz", "integration": "mc.npz", "truth": "truth.npz", "weights": "weights.npy",
          "resonances": {
            "f0_980": {"spin": 0, "lineshape": "flatte-published", "mass": {"value": 0.98}, "g": {"value": 0.107}, "rg": {"value": 8.57},
                       "couplings": {"0 1": {"re": 0.1, "im": 0.1}, "2 1": {"re": {"value": 0.06}, "im": {"value": 0.1}}}},
            "f2_1525": {"spin": 2, "lineshape": "breit-wigner", "mass": {"value": 1.52, "pull": [1.522, 10.0]}, "width": {"same_as": "f2_1525.width@phipipi"},
                       "couplings": {"0 1": {"re": {"value": 1}, "im": {"value": 2}}, "2 1": {"re": {"value": 3}, "im": {"value": 4}},
                                     "2 2": {"re": 5, "im": 6}, "2 3": {"magnitude": 7, "phase": 0.5}, "4 3": {"re": 8, "im": 9}}}
          },
          "fraction_constraint": {"sum": 1.15, "strength": 0.25}
        },
        "phipipi": {
          "final_state": ["K+", "K-", "pi+", "pi-"],
          "data": "data2.npz", "integration": "mc2.npz",
          "resonances": {
            "f2_1525": {"spin": 2, "lineshape": "breit-wigner", "mass": {"same_as": "f2_1525.mass@phikk", "offset": 0.001}, "width": {"value": 0.09},
                        "couplings": {"0 1": {"re": 1, "im": 0}}}
          }
        },
      },
      "fit": {"method": "newton-cg", "starts": 20, "seed": 1, "time_limit": 500}
    }
    """

  @Test func theDescribedFileIsRead() throws {
    let file = try SmallModel.read(Self.described)
    #expect(file.warnings.isEmpty)
    #expect(file.channels.map(\.name) == ["phikk", "phipipi"])
    #expect(file.channels[0].resonances == ["f0_980", "f2_1525"])
    #expect(file.channels[0].fractionConstraint == .init(sum: 1.15, strength: 0.25))
    #expect(file.channels[1].fractionConstraint == nil)
    #expect(file.channels[0].data == .file("data.npz"))
    #expect(file.channels[0].weights == "weights.npy")
    #expect(file.parentMass == 3.686)
    #expect(
      file.parameters.freeNames == [
        "f0_980.mass@phikk", "f0_980.g@phikk", "f0_980.rg@phikk", "f0_980.2 1.re@phikk",
        "f0_980.2 1.im@phikk", "f2_1525.mass@phikk", "f2_1525.0 1.re@phikk",
        "f2_1525.0 1.im@phikk", "f2_1525.2 1.re@phikk", "f2_1525.2 1.im@phikk",
        "f2_1525.width@phipipi",
      ])
    #expect(file.parameters.place(of: "phi.mass@phikk") != nil)
    #expect(file.parameters.place(of: "f2_1525.2 3.phase@phikk") != nil)
    #expect(file.fit.method == "newton-cg")
    #expect(file.fit.starts == 20)
    #expect(file.fit.timeLimit == 500)
  }

  @Test func boundParametersFollowTheirTargetsWithOffset() throws {
    let set = try SmallModel.read(Self.described).parameters
    var point = set.start
    let width = try #require(set.freeNames.firstIndex(of: "f2_1525.width@phipipi"))
    let mass = try #require(set.freeNames.firstIndex(of: "f2_1525.mass@phikk"))
    point[width] = 0.07
    point[mass] = 1.6
    let values = set.values(at: point)
    #expect(values[try #require(set.place(of: "f2_1525.width@phikk"))] == 0.07)
    #expect(values[try #require(set.place(of: "f2_1525.mass@phipipi"))] == 1.6 + 0.001)
  }

  @Test func aSingleChannelNeedsNoNameInParameters() throws {
    let file = try SmallModel.read()
    #expect(file.parameters.freeNames.first == "f0_1710.mass")
    #expect(file.parameters.freeNames.contains("f2_1525.2 2.im"))
    #expect(file.parameters.place(of: "phi.width") != nil)
    // With the channel it may be named anyway.
    let bound = SmallModel.text([
      SmallModel.channel(
        "phikk",
        [
          SmallModel.scalar,
          SmallModel.tensor.replacing(
            "{\"value\": 0.09}", with: "{\"same_as\": \"f0_1710.width@phikk\"}"),
        ])
    ])
    #expect(!(try SmallModel.read(bound)).parameters.freeNames.contains("f2_1525.width"))
  }

  @Test func whatIsLeftOutHasItsDefault() throws {
    let file = try SmallModel.read()
    #expect(file.radius == 1)
    #expect(file.fit.method == "newton")
    #expect(file.fit.starts == 1)
    #expect(file.fit.timeLimit == nil)
    #expect(file.resultsDirectory == "out")
    #expect(file.storage == .double)
    #expect(file.channels[0].formalism == .covariantTensor)
    #expect(file.channels[0].truth == nil)
    #expect(file.channels[0].pulls.isEmpty)
    #expect(file.channels[0].correctsForWeights)
    // A parent's mass is known by its name.
    #expect(try SmallModel.read(SmallModel.isobars()).parentMass == Particle.named("D0")?.mass)
  }

  @Test func aPullCountsOnceWhereItIsWritten() throws {
    func text(pull: String) -> String {
      SmallModel.text([
        SmallModel.channel(
          "a",
          [
            SmallModel.scalar.replacing("{\"value\": 1.7}", with: "{\"value\": 1.7\(pull)}"),
            SmallModel.tensor,
          ]),
        SmallModel.channel(
          "b",
          [
            SmallModel.scalar.replacing(
              "{\"value\": 1.7}", with: "{\"same_as\": \"f0_1710.mass@a\", \"offset\": 0.01}"),
            SmallModel.tensor,
          ], sources: SmallModel.sources.replacing("\"toy\": 300", with: "\"toy\": 100")),
      ])
    }
    let (without, with) = try (
      SmallModel.value(text(pull: "")), SmallModel.value(text(pull: ", \"pull\": [1.6, 2]"))
    )
    // 300 events in channel a, strength 2, distance 0.1; a difference of numbers around 1000.
    #expect(abs(with - without - 300 * 2 * 0.01) < 1e-9)
  }

  @Test func aPullOnABoundParameterIsOnItsOwnValue() throws {
    func text(pull: String) -> String {
      SmallModel.text([
        SmallModel.channel(
          "phikk",
          [
            SmallModel.scalar,
            SmallModel.tensor.replacing(
              "{\"value\": 1.52}",
              with: "{\"same_as\": \"f0_1710.mass\", \"offset\": -0.18\(pull)}"),
          ])
      ])
    }
    let (without, with) = try (
      SmallModel.value(text(pull: "")), SmallModel.value(text(pull: ", \"pull\": [1.5, 2]"))
    )
    #expect(abs(with - without - 300 * 2 * 0.02 * 0.02) < 1e-9)
  }

  @Test func polarCouplingsMeanTheSameAsCartesianOnes() throws {
    let (magnitude, phase) = (0.5, 0.9)
    let (re, im) = (magnitude * Foundation.cos(phase), magnitude * Foundation.sin(phase))
    func text(_ coupling: String) -> String {
      SmallModel.text([
        SmallModel.channel(
          "phikk",
          [
            SmallModel.scalar,
            SmallModel.tensor.replacing(
              #"{"re": {"value": 0.4}, "im": {"value": 0.5}}"#, with: coupling),
          ])
      ])
    }
    let cartesian = try SmallModel.read(
      text("{\"re\": {\"value\": \(re)}, \"im\": {\"value\": \(im)}}")
    ).load(workers: .one).likelihood
    let polar = try SmallModel.read(
      text("{\"magnitude\": {\"value\": \(magnitude)}, \"phase\": {\"value\": \(phase)}}")
    ).load(workers: .one).likelihood
    let a = try cartesian.valueAndGradient(at: cartesian.parameters.start)
    let b = try polar.valueAndGradient(at: polar.parameters.start)
    // Roundings of 300 logarithms of some units.
    #expect(abs(a.value - b.value) < 1e-10)
    func slope(_ gradient: [Double], _ set: ParameterSet, _ name: String) throws -> Double {
      gradient[try #require(set.freeNames.firstIndex(of: name))]
    }
    let x = try slope(a.gradient, cartesian.parameters, "f2_1525.0 1.re")
    let y = try slope(a.gradient, cartesian.parameters, "f2_1525.0 1.im")
    let radial = try slope(b.gradient, polar.parameters, "f2_1525.0 1.magnitude")
    let turning = try slope(b.gradient, polar.parameters, "f2_1525.0 1.phase")
    // Sums over 300 events and 3000 of integration, each of some units.
    #expect(abs(radial - (cos(phase) * x + sin(phase) * y)) < 1e-9)
    #expect(abs(turning - magnitude * (cos(phase) * y - sin(phase) * x)) < 1e-9)
  }

  @Test func aFittedFileIsReadToTheSameLikelihood() throws {
    let file = try SmallModel.read(Self.withFixedEvents(SmallModel.text()))
    let set = file.parameters
    let point = set.start.map { 1.01 * $0 }
    let errors = set.parameters.indices.map { $0 % 2 == 0 ? 0.125 : nil }
    let text = file.text(with: set.replacing(free: point), errors: errors).pretty
    let again = try SmallModel.read(text)
    #expect(again.parameters.start == point)
    #expect(again.parameters.freeNames == set.freeNames)
    #expect(text.contains("\"error\": 0.125"))
    #expect(again.warnings.isEmpty)
    let value = try file.load(workers: .one).likelihood.value(at: point)
    #expect(try again.load(workers: .one).likelihood.value(at: point) == value)
  }

  /// A model whose data do not depend on its values.
  private static func withFixedEvents(_ text: String) -> String {
    text.replacing("{\"toy\": 300, \"seed\": 1}", with: "{\"phase_space\": 300, \"seed\": 1}")
  }

  @Test func boundParametersOfAFittedFileStayBound() throws {
    let file = try SmallModel.read(Self.described)
    let moved = file.parameters.replacing(free: file.parameters.start.map { 1.1 * $0 })
    let again = try SmallModel.read(file.text(with: moved).pretty)
    #expect(again.parameters.freeNames == file.parameters.freeNames)
    #expect(again.parameters.start == moved.start)
    #expect(again.parameters.values(at: again.parameters.start) == moved.values(at: moved.start))
  }

  @Test func aBackgroundAddsItsDensityToTheIntensity() throws {
    let folder = try TemporaryFolder()
    let ones = { (count: Int) in "density\n" + String(repeating: "1\n", count: count) }
    try folder.write(ones(300), to: "data.csv")
    try folder.write(ones(3000), to: "integration.csv")
    let background = """
      "background": {"data": "data.csv", "integration": "integration.csv", "strength": {"value": 1e9}},
      """
    let text = Self.withFixedEvents(SmallModel.text([SmallModel.channel(more: background)]))
    let file = try ModelFile.read(try folder.write(text, to: "model.json"))
    let value = try file.load(workers: .one).likelihood.value(at: file.parameters.start)
    // A flat background that leaves nothing of the rest: the likelihood is that of phase space, 0.
    // The intensities of some 1e5 are 1e-4 of it, for each of 300 events.
    #expect(abs(value) < 300 * 1e-2)
    #expect(file.parameters.freeNames.contains("background.strength"))
  }

  @Test func weightsAreTakenIntoAccountInErrorsAndNotInTheLikelihood() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "weight\n" + (0..<300).map { $0 % 3 == 0 ? "-0.5\n" : "1\n" }.joined(), to: "weights.csv")
    func load(_ more: String) throws -> LoadedModel {
      let text = Self.withFixedEvents(
        SmallModel.text([SmallModel.channel(more: "\"weights\": \"weights.csv\",")], more: more))
      return try ModelFile.read(try folder.write(text, to: "model.json")).load(workers: .one)
    }
    let models = try ["", ", \"weight_correction\": true", ", \"weight_correction\": false"].map(
      load)
    let values = try models.map { try $0.likelihood.value(at: $0.file.parameters.start) }
    #expect(values[1] == values[0] && values[2] == values[0])
    #expect(models.map(\.channels[0].channel.correctsForWeights) == [true, true, false])
    #expect(models[0].notes.isEmpty)
    #expect(models[2].notes.contains { $0.contains("\"weight_correction\" is false") })
  }
}
