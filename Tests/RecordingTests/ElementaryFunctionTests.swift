import AutoDiff
import Recording
import Testing

/// Every operation of a scalar, recorded.
@Suite struct ElementaryFunctionTests {
  /// All functions of one or two numbers, at numbers where all are defined.
  private func everything<S: RealScalar>(_ x: S, _ y: S) -> [S] {
    var results = [-x, x + y, x - y, x * y, x / y, 2.0 + x, 2.0 - x, 2.0 * x, 2.0 / x]
    results += [x + 2.0, x - 2.0, x * 2.0, x / 2.0, x.squared, S.pow(x, 5), S.pow(x, -2)]
    results += [S.abs(-x), S.minimum(x, y), S.maximum(x, y), S.reciprocal(x), S.sqrt(x), S.cbrt(x)]
    results += [S.hypot(x, y), S.sin(x), S.cos(y), S.tan(x), S.sincos(y).sin, S.sincos(y).cos]
    results += [S.asin(x), S.acos(x), S.atan(x), S.atan2(y: x, x: -y), S.exp(x), S.expMinusOne(x)]
    results += [S.log(x), S.log(onePlus: x), S.pow(x, y), S.sinh(x), S.cosh(x), S.tanh(x)]
    results += [S.asinh(x), S.polynomial(x, [1.0, 0.5, -0.25, 3.0]), S.sinc(y), S.atanc(y)]
    results += [S.select((x < y) .| (y <= S(0.1)), x, y), S.select(.!(x <= y), x, y)]
    results += [S.sqrtOnePlusMinusOne(x), S.atancRemainder(y), Stumpff(-y).c3]
    results += [2.0 * x + y, y - 2.0 * x, x * y + 2.0, 2.0 - x * y, x * y - y, 2.0 * x - y]
    return results
  }

  private let arguments = [(0.3, 0.7), (0.9, 0.2), (0.05, 3.1), (0.6, 0.6)]

  @Test func operationsOfThePointHaveTheBitsOfDouble() {
    let recorded = RecordedFormula(parameters: [], variables: 2) { _, z in
      FormulaResult(everything(z[0], z[1]))
    }
    for (x, y) in arguments {
      #expect(recorded(parameters: [], variables: [x, y]).outputs == everything(x, y))
    }
  }

  @Test func operationsOfParametersHaveTheBitsOfDouble() {
    for (x, y) in arguments {
      let recorded = RecordedFormula(parameters: [x, y], variables: 0) { p, _ in
        FormulaResult(everything(p[0], p[1]))
      }
      #expect(recorded.fast.instructionCount == 0)
      #expect(recorded(parameters: [x, y], variables: [Double]()).outputs == everything(x, y))
    }
  }

  @Test func operationsOfLiteralsHaveTheBitsOfDouble() {
    for (x, y) in arguments {
      let recorded = RecordedFormula(parameters: [], variables: 0) { _, _ in
        FormulaResult(everything(Recorded(x), Recorded(y)))
      }
      #expect(recorded.prologue.instructionCount == 0 && recorded.fast.instructionCount == 0)
      #expect(recorded(parameters: [], variables: [Double]()).outputs == everything(x, y))
    }
  }

  @Test func derivativesOfAllOperationsAreThoseOfTangents() {
    typealias Second = Tangent<Tangent<Double>>
    let recorded = RecordedFormula(parameters: [], variables: 2) { _, z in
      FormulaResult(everything(z[0], z[1]))
    }
    let curvature = FormulaDerivatives(of: recorded, about: .point, order: 2)
    for (a, b) in arguments {
      let x = Second(Tangent(a, tangent: 1), tangent: Tangent(0.0, tangent: 0.0))
      let y = Second(Tangent(b, tangent: 0), tangent: Tangent(1.0, tangent: 0.0))
      let native = everything(x, y)
      let run = recorded(parameters: [], variables: [x, y]).outputs
      let program = curvature(parameters: [], point: [a, b]).outputs
      for i in native.indices {
        let expected = native[i].tangent.tangent
        // Second derivatives of up to 1e4 from a few dozen roundings each.
        let tolerance =
          200 * 0x1p-52 * max(1, expected.magnitude, native[i].value.tangent.magnitude)
        #expect((run[i].tangent.tangent - expected).magnitude <= tolerance, "\(i)")
        #expect(
          (program[curvature.index(of: i, to: 0, 1)] - expected).magnitude <= tolerance, "\(i)")
        #expect(
          (program[curvature.index(of: i, to: 0)] - native[i].value.tangent).magnitude <= tolerance)
      }
    }
  }

  @Test func aTapeRunsAProgramBackward() {
    let recorded = EnergyDependentLens().recorded()
    let tape = Tape()
    let variables = [1e-3, 2e-3, -1e-3, 3e-3, 0, 1e-3]
    let z = variables.map { tape.variable($0) }
    let result = recorded(
      parameters: EnergyDependentLens().parameters.map { Adjoint($0) }, variables: z)
    tape.runBackward(from: result.outputs[4])
    let dual = recorded(
      parameters: EnergyDependentLens().parameters.map { Dual<6, Double>($0) },
      variables: variables.enumerated().map { Dual<6, Double>($1, variable: $0) })
    for i in 0..<6 {
      let forward = dual.outputs[4].tangent[i]
      // Forward and backward sums have their roundings in another order.
      #expect((tape.adjoint(of: z[i]) - forward).magnitude <= 20 * 0x1p-52)
    }
  }
}
