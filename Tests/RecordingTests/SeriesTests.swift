import AutoDiff
import DoubleDouble
import Recording
import Testing
import TruncatedSeries

/// Recorded formulas run with a number type that the library knows nothing of.
@Suite struct SeriesTests {
  private let center = [0.03, 0.1, -0.05, 0.02, 0.1, 0.05]
  private let direction = [1.0, 0.7, -0.4, 0.9, -1.0, 0.8]

  /// The largest error of the outputs' series at `scale` times the direction.
  private func error(
    _ formula: any SampleFormula, _ series: [TruncatedSeries], _ scale: Double
  ) -> Double {
    let displacement = direction.map { scale * $0 }
    let exact = formula(formula.parameters, zip(center, displacement).map(+)).outputs
    return zip(series, exact).map { ($0.value(at: displacement) - $1).magnitude }.max() ?? 0
  }

  /// Cut behind order n, the error is of order n + 1, with a few per cent of order n + 2 in it.
  @Test(arguments: 1...6) func theErrorOfASeriesFallsAsItsOrderSays(order: Int) {
    let index = SeriesIndex.all[order]
    let formulas: [any SampleFormula] = [
      EnergyDependentLens(), StraightFlight(), Arc(), TimeFrame(), SteppedLens(steps: 3),
    ]
    for formula in formulas {
      let series = formula.recorded()(
        parameters: formula.parameters,
        variables: center.enumerated().map { TruncatedSeries($1, variable: $0, in: index) }
      ).outputs
      // Large displacements for high orders, so that rounding stays far below.
      let scale = order < 4 ? 0.004 : 0.03
      let ratio = error(formula, series, scale) / error(formula, series, scale / 2)
      let expected = Double(1 << (order + 1))
      #expect(
        0.7 * expected < ratio && ratio < 1.4 * expected,
        "\(formula.name): \(ratio), order \(order)")
    }
  }

  @Test func aSeriesHoldsTheSecondDerivatives() {
    let formula = EnergyDependentLens()
    let recorded = formula.recorded()
    let index = SeriesIndex.all[2]
    let series = recorded(
      parameters: formula.parameters,
      variables: center.enumerated().map { TruncatedSeries($1, variable: $0, in: index) }
    ).outputs
    let curvature = FormulaDerivatives(of: recorded, about: .point, order: 2)
    let derivatives = curvature(parameters: formula.parameters, point: center).outputs
    for (term, powers) in index.exponents.enumerated() where powers.reduce(0, +) == 2 {
      let variables = powers.indices.flatMap { Array(repeating: $0, count: powers[$0]) }
      let factor = variables[0] == variables[1] ? 0.5 : 1
      for output in 0..<6 {
        let expected =
          factor * derivatives[curvature.index(of: output, to: variables[0], variables[1])]
        // A hundred roundings of numbers of order 1.
        #expect((series[output].coefficients[term] - expected).magnitude <= 100 * 0x1p-52)
      }
    }
  }

  @Test func programsRunWithThirtyTwoDigits() {
    for formula in sampleFormulas {
      let recorded = formula.recorded()
      let parameters = formula.parameters.map { DoubleDouble($0) }
      for z in points(20, size: 0.05, seed: 13) {
        let point = z.map { DoubleDouble($0) }
        let result = recorded(parameters: parameters, variables: point)
        let native = formula(parameters, point)
        for (a, b) in zip(result.outputs, native.outputs) {
          // The same operations, but for products with zeros and ones that are left out: a few units of
          // 1e-32.
          #expect(Double(a - b).magnitude <= 1e-30, "\(formula.name)")
        }
      }
    }
  }
}
