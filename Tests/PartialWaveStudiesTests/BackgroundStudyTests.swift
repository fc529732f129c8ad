import Communication
import DataFiles
import Documents
import Foundation
import LinearAlgebra
import RandomNumbers
import Support
import Testing

@testable import PartialWaveStudies
@testable import PartialWaves

@Suite("A fit of a background's fraction is that of its strength") struct BackgroundStudyTests {
  /// A resonance beside a background whose density is the squared mass of the other pair.
  private struct Sample {
    let folder: TemporaryFolder
    let background: (EventTable) -> [Double] = { events in
      (0..<events.count).map { events.squaredMass(of: [1, 2], event: $0) }
    }

    /// - Parameters:
    ///   - signal: Events of the resonance in the data.
    ///   - background: Events beside it.
    init(signal: Int, background: Int, seed: UInt64 = 3) throws {
      folder = try TemporaryFolder()
      let plain = try ScalarModel.load(
        ScalarModel.text(
          data: #"{"toy": \#(max(signal, 1)), "seed": \#(seed)}"#,
          integration: #"{"phase_space": 1200, "seed": 4}"#))
      let integration = plain.channels[0].integration
      let flat = try plain.file.phaseSpace(
        plain.file.channels[0], events: 8 * background + 8, seed: seed + 100, workers: .one)
      let density = self.background(flat)
      let kept = AcceptReject.places(density, atMost: background, seed: seed)
      let beside = flat.selecting(kept)
      try ScalarModel.write([(integration, 1)], as: "mc", in: folder)
      let data = plain.channels[0].data.selecting(Array(0..<signal))
      // Some events count more, and some are taken away.
      let parts = (0..<data.count).map { (event: Int) -> (events: EventTable, number: Double) in
        (data.selecting([event]), event % 9 == 0 ? -0.5 : 1 + 0.001 * Double(event))
      }
      try ScalarModel.write(parts + [(beside, 1)], as: "data", in: folder)
      let densities = self.background(data) + self.background(beside)
      for (name, numbers) in [("mc", self.background(integration)), ("data", densities)] {
        let lines = numbers.map { "\($0)\n" }
        try folder.write("density\n" + lines.joined(), to: "\(name)-density.csv")
      }
    }

    func model(_ number: String, more: String = "") throws -> LoadedModel {
      try ScalarModel.load(text(number, more: more), in: folder)
    }

    func text(_ number: String, more: String = "") -> String {
      ScalarModel.text(
        data: "\"data.csv\"", integration: "\"mc.csv\"",
        more: """
          \(more)
          "background": {"data": "data-density.csv", "integration": "mc-density.csv", \(number)},
          """)
    }
  }

  /// What is said besides.
  private static let variants = [
    "", #""yield": {"value": 400},"#, #""weights": "data-numbers.csv","#,
    #""weights": "data-numbers.csv", "yield": {"value": 400},"#,
  ]

  /// One minimum, one covariance of all else, and the fraction that the strength meant, with its error; with
  /// weights, too, whose errors are transformed as all covariances are.
  @Test(arguments: variants) func theMinimumIsThatOfTheStrength(_ more: String) throws {
    let sample = try Sample(signal: 250, background: 150)
    let truth = #""truth": {"phase_space": 500, "seed": 9}, "generated": 1200, \#(more)"#
    let strength = try FittedModel(
      try sample.model(#""strength": {"value": 1}"#, more: truth))
    let fraction = try FittedModel(
      try sample.model(#""fraction": {"value": 0.2}"#, more: truth))
    #expect(strength.isConverged && fraction.isConverged)
    #expect((strength.value - fraction.value).magnitude <= 1e-7)
    let (a, b) = try (
      ChannelYields(of: strength, channel: 0), ChannelYields(of: fraction, channel: 0)
    )
    let names = fraction.model.file.parameters.freeNames
    let others = strength.model.file.parameters.freeNames
    let (c, d) = try (#require(strength.covariance), #require(fraction.covariance))
    for (i, name) in names.enumerated() where name != "background.fraction" {
      let j = try #require(others.firstIndex(of: name))
      let error = try #require(strength.error(j))
      // Both end within 1e-6 of an error of the minimum.
      #expect((fraction.point[i] - strength.point[j]).magnitude <= 1e-4 * error, "\(name)")
      #expect((d.matrix[i, i] / c.matrix[j, j] - 1).magnitude <= 1e-4, "\(name)")
    }
    let place = try #require(names.firstIndex(of: "background.fraction"))
    let (f, error) = try (fraction.point[place], #require(fraction.error(place)))
    let told = try [#require(a.background), #require(b.background)]
    #expect((told[1].fraction.value - f).magnitude <= 1e-12)
    #expect((told[1].fraction.error / error - 1).magnitude <= 1e-9)
    #expect((told[0].fraction.value - f).magnitude <= 1e-4 * error)
    #expect((told[0].fraction.error / error - 1).magnitude <= 1e-4)
    for (one, other) in [
      (a.signal.events, b.signal.events), (a.components[0].events, b.components[0].events),
      (told[0].events, told[1].events),
      try (#require(a.signal.produced), #require(b.signal.produced)),
      try (#require(a.efficiency), #require(b.efficiency)),
    ] {
      #expect((one.value - other.value).magnitude <= 1e-4 * one.error)
      #expect((one.error / other.error - 1).magnitude <= 1e-4)
    }
  }

  /// A fraction that is known is what the data are told to have, without error.
  @Test func aFixedFractionIsTheShareOfTheBackground() throws {
    let fitted = try FittedModel(
      try Sample(signal: 150, background: 50).model(#""fraction": 0.3"#))
    #expect(fitted.isConverged && fitted.point.count == 2)
    let background = try #require(try ChannelYields(of: fitted, channel: 0).background)
    #expect((background.fraction.value - 0.3).magnitude <= 1e-12)
    #expect(background.fraction.error <= 1e-12)
    #expect((background.events.value - 60).magnitude <= 1e-9)
    #expect((background.events.error - 0.3 * 200.0.squareRoot()).magnitude <= 1e-9)
  }

  /// Data without any background, and without any signal: where they fluctuate beyond an end of the range, the
  /// fit ends there, and says so. Each does half of the time: all of nine within it are one of 500.
  @Test(arguments: [Border.lower, .upper]) func fractionsEndAtTheirRange(_ end: Border) throws {
    var atEnd = 0
    for seed in 3..<12 as Range<UInt64> {
      let (signal, background) = end == .lower ? (200, 0) : (0, 200)
      let sample = try Sample(signal: signal, background: background, seed: seed)
      // A resonance that is not in the data would become as narrow as one event.
      func model(_ number: String) throws -> LoadedModel {
        let text = sample.text("\"fraction\": \(number)")
          .replacing("{\"value\": 0.9}", with: "0.9").replacing("{\"value\": 0.1}", with: "0.1")
        return try ScalarModel.load(text, in: sample.folder)
      }
      let loaded = try model(#"{"value": 0.3}"#)
      var attempts: [FitAttempt] = []
      try ModelFit(loaded).run(&attempts)
      let summary = try FitSummary(loaded, attempts)
      #expect(summary.isAtMinimum)
      #expect((0...0.999999).contains(summary.point[0]))
      let place = loaded.file.parameters.free[0]
      guard let border = summary.borders[0] else {
        #expect(summary.errors[place] != nil)
        continue
      }
      atEnd += 1
      #expect(border == end && summary.errors[place] == nil)
      let slope = try loaded.likelihood.valueAndGradient(at: summary.point).gradient[0]
      #expect(end == .lower ? slope > 0 : slope < 0)
      let fixed = try model(end == .lower ? "0" : "0.999999")
      #expect((try fixed.likelihood.value(at: []) - summary.value).magnitude <= 1e-6)
      // What was written is read again.
      let written = loaded.file.text(with: summary.parameters, errors: summary.errors).pretty
      let again = try ScalarModel.load(written, in: sample.folder)
      #expect(again.file.parameters.start == summary.point)
    }
    #expect(atEnd > 0)
  }

  /// 40 toys of 800 events: a mean of pulls is off by 3.8/√40 = 0.6, or a width by 4/√80 = 0.45, with a
  /// probability below 1e-4.
  @Test func pullsAreStandardNormal() throws {
    let sample = try Sample(signal: 200, background: 100)
    var settings = ToyStudy.Settings()
    settings.toys = 40
    settings.origin = .integration
    settings.events = 800
    let study = try ToyStudy(try sample.model(#""fraction": {"value": 0.4}"#), settings)
    var results: [ToyResult] = []
    try study.run(&results)
    #expect(results.allSatisfy { $0.isConverged })
    let pulls = study.pulls(results).filter { $0.pulls.count > 0 }
    #expect(pulls.map(\.quantity.name) == ["k.mass", "k.width", "background.fraction"])
    for pull in pulls {
      #expect(pull.pulls.count == 40)
      #expect(pull.pulls.mean.magnitude < 0.6, "\(pull.quantity.name)")
      #expect((pull.pulls.width - 1).magnitude < 0.45, "\(pull.quantity.name)")
    }
  }
}
