import Documents
import Foundation
import LinearAlgebra
import Optimization
import Testing

@testable import PartialWaves

@Suite("No fit leaves the ranges of its parameters") struct RangeTests {
  /// Every lineshape takes both ends of the range of each of its slots.
  @Test(arguments: LineshapeSample.all)
  func whatAFitMayReachTheReaderTakes(_ sample: LineshapeSample) throws {
    let kind = try #require(LineshapeCatalog.standard[sample.kind])
    let limits = kind.limits(of: sample.values, in: sample.decay)
    for parameter in kind.parameters {
      guard case .real(let range) = parameter.form, let limit = limits[parameter.name] else {
        continue
      }
      for end in [limit.lowerBound, limit.upperBound] where end.isFinite {
        #expect(range.contains(end), "\(parameter.name)")
        var values = sample.values
        values.reals[parameter.name] = end
        #expect(kind.mistake(in: values, of: sample.decay) == nil, "\(parameter.name) = \(end)")
      }
      // What is just outside is refused, by the table or by the lineshape.
      if limit.lowerBound.isFinite {
        var values = sample.values
        let below = parameter.name == "mass" ? limit.lowerBound.nextDown.nextDown.nextDown : -1e-9
        values.reals[parameter.name] = below
        if below < limit.lowerBound, sample.kind != "breit-wigner-running" {
          #expect(
            !range.contains(below) || kind.mistake(in: values, of: sample.decay) != nil,
            "\(parameter.name) = \(below)")
        }
      }
    }
  }

  @Test func massesAndWidthsAreBounded() throws {
    let file = try SmallModel.read()
    for name in ["f0_1710.mass", "f0_1710.width", "f2_1525.mass", "f2_1525.width"] {
      let parameter = try #require(
        file.parameters.place(of: name).map { file.parameters.parameters[$0] })
      #expect(parameter.lower >= 0 && parameter.upper == .infinity, "\(name)")
    }
  }

  /// b.mass = k.mass − 0.5 is to be positive, and so k.mass above 0.5.
  @Test func aParameterIsBoundedByThoseThatFollowIt() throws {
    func text(_ offset: Double) -> String {
      StartTests.text(
        StartTests.cartesian + """
          , "b": {"spin": 0, "pair": [1, 3], "lineshape": "breit-wigner",
              "mass": {"same_as": "k.mass", "offset": \(offset)}, "width": 0.1, "coupling": {"re": 0.3, "im": 0.2}}
          """)
    }
    let file = try SmallModel.read(text(-0.5))
    let place = try #require(file.parameters.place(of: "k.mass"))
    #expect(file.parameters.parameters[place].lower >= 0.5)
    let mistake = #expect(throws: InvalidInput.self) { try SmallModel.read(text(-1)) }
    #expect(mistake?.description.contains("\"b.mass\"") == true)
  }

  /// Data of width 0.1 fitted with a width above 0.2, and of mass 0.9 with a mass below 0.85.
  @Test func aParameterAtABorderIsMarked() throws {
    let text = """
      {"parent": {"name": "D0"}, "channels": {"c": {
        "formalism": "isobar", "final_state": ["K-", "pi+", "pi0"],
        "data": {"toy": 400, "seed": 3}, "integration": {"phase_space": 2000, "seed": 4},
        "resonances": {
          "k": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner", "mass": {"value": 0.9},
            "width": {"value": 0.1}, "coupling": {"re": 1, "im": 0}},
          "flat": {"spin": 0, "pair": [1, 2], "lineshape": "constant",
            "coupling": {"re": {"value": 0.5}, "im": {"value": 0.2}}}}}}}
      """
    let drawn = try SmallModel.read(text).load(workers: .one)
    var bounded = drawn.file
    var parameters = bounded.parameters.parameters
    let place = try #require(bounded.parameters.place(of: "k.width"))
    (parameters[place].lower, parameters[place].value) = (0.2, 0.25)
    bounded.parameters = try ParameterSet(parameters)
    let model = drawn.with(parameters: bounded.parameters)
    var attempts: [FitAttempt] = []
    try ModelFit(model).run(&attempts)
    let summary = try FitSummary(model, attempts)
    let width = try #require(bounded.parameters.freePlace(of: place))
    #expect(summary.borders[width] == .lower)
    #expect(summary.borders.count { $0 != nil } == 1)
    #expect(summary.point[width] >= 0.2 && summary.point[width] < 0.2 + 1e-6)
    #expect(summary.errors[place] == nil)
    // The covariance of the others is that of a fit with the width fixed there.
    parameters[place].value = 0.2
    parameters[place].isFixed = true
    let fixed = drawn.with(parameters: try ParameterSet(parameters))
    var others: [FitAttempt] = []
    try ModelFit(fixed).run(&others)
    let expected = try #require(try FitSummary(fixed, others).covariance)
    let covariance = try #require(summary.covariance)
    let kept = covariance.matrix.rows - 1
    #expect(kept == expected.matrix.rows)
    let places = (0...kept).filter { $0 != width }
    for i in 0..<kept {
      // Both end within 1e-6 of a deviation of the same minimum, and slopes of the Hessian are of its size.
      let scale = expected.matrix[i, i]
      #expect((covariance.matrix[places[i], places[i]] / scale - 1).magnitude < 1e-3)
    }
    #expect((0...kept).allSatisfy { covariance.matrix[width, $0] == 0 })
    // What was written is read again.
    let written = bounded.fittedText(summary.parameters, errors: summary.errors).pretty
    #expect(throws: Never.self) {
      try SmallModel.read(written.replacing("c-data.npy", with: "c.npy"))
    }
  }

  /// A resonance that is not in the data, narrow: its width would go below zero.
  @Test(arguments: [UInt64](1...4)) func widthsStayPositive(_ seed: UInt64) throws {
    let text = """
      {"parent": {"name": "D0"}, "channels": {"c": {
        "formalism": "isobar", "final_state": ["K-", "pi+", "pi0"],
        "data": {"phase_space": 150, "seed": \(seed)}, "integration": {"phase_space": 600, "seed": 9},
        "resonances": {
          "flat": {"spin": 0, "pair": [1, 2], "lineshape": "constant", "coupling": {"re": 1, "im": 0}},
          "k": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner", "mass": {"value": 1.1},
            "width": {"value": 0.004}, "coupling": {"re": {"value": 0.001}, "im": {"value": 0.001}}}}}},
        "fit": {"max_evaluations": 150}}
      """
    let model = try SmallModel.read(text).load(workers: .one)
    let attempt = try ModelFit(model).attempt(0, from: model.file.parameters.start)
    #expect(model.file.parameters.projected(attempt.point) == attempt.point)
  }
}
