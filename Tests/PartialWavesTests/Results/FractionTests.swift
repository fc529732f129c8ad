import Communication
import LinearAlgebra
import Optimization
import Testing

@testable import PartialWaves

/// Fit fractions, their interferences and their errors.
struct FractionTests {
  private static func model() throws -> LoadedModel {
    try SmallModel.read(
      SmallModel.text([
        SmallModel.channel(
          sources:
            #""data": {"toy": 1000, "seed": 1}, "integration": {"phase_space": 6000, "seed": 2}"#)
      ])
    ).load(workers: .one)
  }

  @Test func fractionsAndInterferencesSumToOne() throws {
    let model = try Self.model()
    let set = model.file.parameters
    let fractions = try FitFractions(of: model.channels[0].channel, at: set.start, set)
    let interference = fractions.interferences.reduce(0) { $0 + $1.fraction.value }
    #expect((fractions.sum.value + interference - 1).magnitude <= 1e-12)
    // So do not their derivatives: the sum is 1 for all parameters.
    for i in set.start.indices {
      let slopes = fractions.interferences.map { $0.fraction.gradient[i] }
      let total = slopes.reduce(fractions.sum.gradient[i], +)
      let scale = slopes.reduce(fractions.sum.gradient[i].magnitude) { $0 + $1.magnitude }
      #expect(total.magnitude <= 1e-11 * scale)
    }
  }

  /// Errors of draws are as exact as √(1/2n). A covariance a hundred times smaller than that of the fit
  /// leaves what is not linear out: draws of a tenth of the errors then have a tenth of the spread.
  @Test func errorsByDerivativesAndByDrawsAgree() throws {
    let model = try Self.model()
    let attempt = try ModelFit(model).attempt(0, from: model.file.parameters.start)
    let summary = try FitSummary(model, [attempt])
    let covariance = try #require(summary.covariance).matrix
    let small = DenseMatrix(rows: covariance.rows, columns: covariance.columns) {
      0.01 * covariance[$0, $1]
    }
    let channel = model.channels[0].channel
    let fractions = try FitFractions(of: channel, at: summary.point, model.file.parameters)
    let draws = 2000
    let drawn = try DrawnFractions(
      of: channel, at: summary.point, model.file.parameters, small, draws: draws, seed: 5)
    let tolerance = 4 / (2 * Double(draws)).squareRoot()
    for (fraction, deviation) in zip(
      fractions.fractions + [fractions.sum], drawn.deviations + [drawn.sumDeviation])
    {
      let expected = 0.1 * fraction.deviation(covariance)
      #expect(expected > 0)
      #expect((deviation / expected - 1).magnitude <= tolerance)
    }
  }
}
