import Documents
import Foundation
import Support
import Testing

@testable import PartialWaves

@Suite("A model file gives a background's strength or its fraction") struct BackgroundModelTests {
  /// D⁰ → K⁻π⁺π⁰ through one scalar; densities stand in b.csv and c.csv.
  private static func text(_ number: String, more: String = "", coupling: String = "1") -> String {
    """
    {"parent": {"name": "D0"}, "channels": {"c": {"formalism": "isobar",
      "final_state": ["K-", "pi+", "pi0"], "data": {"phase_space": 60, "seed": 1},
      "integration": {"phase_space": 200, "seed": 2}, \(more)
      "background": {"data": "b.csv", "integration": "c.csv", \(number)},
      "resonances": {"k": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner",
        "mass": {"value": 0.9}, "width": {"value": 0.1}, "coupling": {"re": \(coupling), "im": 0}}}}}}
    """
  }

  private static func folder(
    _ text: String, density: (Int) -> Double = { 1 + 0.01 * Double($0) }
  ) throws -> ModelFolder {
    let folder = try ModelFolder(text)
    for (name, count) in [("b.csv", 60), ("c.csv", 200)] {
      try folder.files.write(
        "density\n" + (0..<count).map { "\(density($0))\n" }.joined(), to: name)
    }
    return folder
  }

  /// What is written for the strength or the fraction, and what the message must have.
  private static let mistakes: [(String, [String])] = [
    (
      #""strength": 1, "fraction": 0.2"#,
      [":4:74: ", "\"strength\" and \"fraction\"", "exactly one of them"]
    ),
    (#""density": "observed""#, [":4:17: ", "exactly one of \"strength\", \"fraction\""]),
    (#""fraction": 1"#, [":4:71: ", "channel \"c\"", "fraction 1.0", "from 0.0 to 0.999999"]),
    (#""fraction": -0.1"#, ["fraction -0.1 of the background is not possible"]),
    (#""fraction": {"value": 1.5}"#, ["fraction 1.5 of the background is not possible"]),
    (
      #""fraction": {"same_as": "k.mass", "offset": 0.2}"#,
      ["\"background.fraction\"", "not possible"]
    ),
    (#""fraction": {"value": 0.2, "max": 0.1}"#, ["0.2 is not within"]),
    (#""fraction": "a half""#, ["\"fraction\" of the background", "expected a number"]),
  ]

  @Test(arguments: mistakes)
  func mistakesAreNamed(_ number: String, _ parts: [String]) {
    let error = #expect(throws: InvalidInput.self) { try SmallModel.read(Self.text(number)) }
    let message = error?.description ?? ""
    for part in parts {
      #expect(message.contains(part), "\(part) in \(message)")
    }
  }

  /// No fit leaves the range, whatever the file asks for, and that of a follower neither.
  @Test func aFractionIsBounded() throws {
    func range(_ number: String, of name: String = "background.fraction") throws -> [Double] {
      let set = try SmallModel.read(Self.text(number)).parameters
      let parameter = set.parameters[try #require(set.place(of: name))]
      return [parameter.lower, parameter.upper]
    }
    #expect(try range(#""fraction": {"value": 0.2}"#) == [0, 0.999999])
    #expect(try range(#""fraction": {"value": 0.2, "min": -1, "max": 7}"#) == [0, 0.999999])
    #expect(try range(#""fraction": {"value": 0.2, "min": 0.1, "max": 0.4}"#) == [0.1, 0.4])
    #expect(
      try range(#""fraction": {"same_as": "k.width"}"#, of: "k.width")[1] == 0.999999)
    #expect(try range(#""strength": {"value": -2}"#, of: "background.strength")[0] == -.infinity)
  }

  @Test func aDensityWithoutIntegralHasNoFraction() throws {
    let folder = try Self.folder(Self.text(#""fraction": 0.3"#)) { _ in 0 }
    let error = #expect(throws: InvalidInput.self) { try folder.load() }
    #expect(error?.description.contains("channel \"c\"") == true)
    #expect(error?.description.contains("finite and positive; it is 0.0") == true)
  }

  /// A fraction is that of any scale: it fixes none.
  @Test func aFractionIsNoReference() throws {
    let file = try SmallModel.read(Self.text(#""fraction": 0.3"#, coupling: #"{"value": 1}"#))
    let error = #expect(throws: InvalidInput.self) { try file.checkReference() }
    #expect(error?.description.contains("nothing fixes the scale") == true)
    try SmallModel.read(Self.text(#""strength": 0.3"#, coupling: #"{"value": 1}"#))
      .checkReference()
    try SmallModel.read(Self.text(#""fraction": 0.3"#)).checkReference()
  }

  /// Every way of keeping events comes to the density that is written.
  @Test(arguments: EventStorage.allCases)
  func storedDensitiesAreNormalised(_ storage: EventStorage) throws {
    let folder = try Self.folder(Self.text(#""fraction": {"value": 0.3}"#))
    var file = try folder.read()
    file.storage = storage
    let model = try file.load(workers: .one)
    let integral = try #require(model.channels[0].channel.densityIntegral)
    // Numbers in single precision are rounded to 6e-8.
    #expect((integral / (200 + 0.01 * 199 * 100) - 1).magnitude <= 1e-7)
    let point = model.file.parameters.start
    let values = model.file.parameters.values(at: point)
    let channel = model.channels[0].channel
    func intensities(_ sample: EventSample) throws -> [Double] {
      try channel.intensities(of: sample, values, resonances: [0])
    }
    let mean = try intensities(channel.integration).reduce(0, +) / 200
    var expected = 0.0
    for (event, signal) in try intensities(channel.data).enumerated() {
      let density = 0.7 * signal / mean + 0.3 * (1 + 0.01 * Double(event)) / (integral / 200)
      expected -= Double.log(density)
    }
    #expect((try model.likelihood.value(at: point) - expected).magnitude <= 60 * 1e-7)
  }

  /// What a fit writes is read again, and variants of the model keep the fraction.
  @Test func fractionsAreWrittenAndReadAgain() throws {
    let more = #""truth": {"phase_space": 100, "seed": 3},"#
    let folder = try Self.folder(Self.text(#""fraction": {"value": 0.3}"#, more: more))
    let file = try folder.read()
    let place = try #require(file.parameters.place(of: "background.fraction"))
    let free = try #require(file.parameters.freePlace(of: place))
    for value in [0, 0.25, 0.999999] {
      var point = file.parameters.start
      point[free] = value
      var errors = [Double?](repeating: nil, count: file.parameters.parameters.count)
      errors[place] = 0.01
      let written = file.fittedText(file.parameters.replacing(free: point), errors: errors).pretty
      #expect(written.contains("\"error\": 0.01"))
      let again = try SmallModel.read(written)
      #expect(again.parameters.start == point)
      #expect(again.channels[0].amplitude.background == file.channels[0].amplitude.background)
      let taken = try file.taking(valuesOf: again.parameters, includingFixed: true)
      #expect(taken.parameters.start == point)
    }
    let other = """
      {"l": {"spin": 0, "pair": [2, 3], "lineshape": "constant", "coupling": {"re": 1, "im": 0}}}
      """
    var diagnostics = Diagnostics(file: "pool.json")
    guard case .object(let members)? = JSON.parse(Array(other.utf8), &diagnostics)?.value else {
      throw CancellationError()
    }
    let moved = try folder.read().taking(
      valuesOf: file.parameters.replacing(free: file.parameters.start.map { 0.9 * $0 }),
      includingFixed: true)
    let with = try moved.adding(members, toChannel: "c", from: "pool.json")
    #expect(with.channels[0].amplitude.hasFraction)
    let without = try with.removing("l", fromChannels: ["c"])
    #expect(without.parameters == moved.parameters)
    // Another value, and a strength of that value, are other models.
    #expect(try moved.fingerprint() != file.fingerprint())
    let strength = try Self.folder(Self.text(#""strength": {"value": 0.3}"#, more: more))
    #expect(try strength.read().fingerprint() != file.fingerprint())
  }

  /// Small samples that are drawn leave the background out, as beside a strength.
  @Test func eventsOfTheSignalHaveNoBackground() throws {
    let model = try Self.folder(Self.text(#""fraction": 0.3"#)).load()
    let values = model.file.parameters.values(at: model.file.parameters.start)
    let weighted = try model.drawWeightedEvents(300, ofChannel: 0, at: values, seed: 5)
    let sum: Double = weighted.weights.reduce(0, +)
    #expect((sum / 300 - 1).magnitude <= 1e-12)
    let drawn = try model.draw(100, ofChannel: 0, at: values, from: .integration, seed: 5)
    #expect(drawn.background?.count == 100)
    let error = #expect(throws: InvalidInput.self) {
      try model.draw(100, ofChannel: 0, at: values, from: .phaseSpace, seed: 5)
    }
    #expect(error?.description.contains("draw events from integration") == true)
  }

  /// Channels may have one fraction; each has the strength that its own signal means.
  @Test func channelsMayShareAFraction() throws {
    let one = Self.text(#""fraction": {"value": 0.3}"#)
    let channel = try #require(one.firstRange(of: "\"c\": {"))
    let body = one[channel.lowerBound...].dropLast(2)
    let second = body.replacing("\"c\": {", with: "\"d\": {")
      .replacing("\"seed\": 1}", with: "\"seed\": 5}").replacing("{\"value\": 0.9}", with: "1.1")
      .replacing(#"{"value": 0.3}"#, with: #"{"same_as": "background.fraction@c"}"#)
    let both = try Self.folder(
      one.replacing("\"channels\": {", with: "\"channels\": {\(second), ")
    ).load()
    let set = both.file.parameters
    #expect(set.freeNames.filter { $0.hasPrefix("background") } == ["background.fraction@c"])
    let alone = both.channels.map {
      Likelihood(channels: [$0.channel], parameters: set, workers: .one)
    }
    let x = set.start
    let parts = try alone.map { try $0.valueAndGradient(at: x) }
    let whole = try both.likelihood.valueAndGradient(at: x)
    #expect(whole.value == parts[0].value + parts[1].value)
    for i in x.indices {
      let sum = parts[0].gradient[i] + parts[1].gradient[i]
      #expect((whole.gradient[i] - sum).magnitude <= 1e-12 * max(sum.magnitude, 1))
    }
    let values = set.values(at: x)
    for loaded in both.channels {
      let channel = loaded.channel
      func integral(_ resonances: Set<Int>?) throws -> Double {
        try channel.intensities(of: channel.integration, values, resonances: resonances)
          .reduce(0, +)
      }
      #expect((try integral([0]) / integral(nil) - 0.7).magnitude <= 1e-13)
    }
  }
}
