import AutoDiff
import Recording
import Testing

/// What a recording leaves out.
@Suite struct SimplificationTests {
  private func program(
    _ formula: (_ z: [Recorded]) -> [Recorded]
  ) -> Program {
    RecordedFormula(parameters: [], variables: 3) { _, z in FormulaResult(formula(z)) }.fast
  }

  @Test func operationsOnTheSameOperandsAreOne() {
    let shared = program { z in
      let a = (z[0] * z[1] + z[2]) / z[1]
      let b = (z[1] * z[0] + z[2]) / z[1]
      return [a, b, a]
    }
    // a·b + c and the quotient.
    #expect(shared.instructionCount == 2 && shared.outputCount == 3)
    let polynomials = program { z in
      [
        .polynomial(z[0], [1.0, 2.0, 3.0]), .polynomial(z[0], [1.0, 2.0, 3.0, 0.0]),
        .sin(z[0]) + .cos(z[0]),
      ]
    }
    // The polynomial once; sine and cosine together, and their sum.
    #expect(polynomials.instructionCount == 3)
  }

  @Test func whatNoResultNeedsIsLeftOut() {
    let unused = program { z in
      _ = Recorded.sin(z[0]) * z[1]
      return [z[2] + 1.0]
    }
    #expect(unused.instructionCount == 1)
  }

  @Test func neutralLiteralsVanish() {
    let z = program { z in
      [z[0] * 1.0, 1.0 * z[0], z[0] + 0.0, 0.0 + z[0], z[0] - 0.0, z[0] / 1.0, -(-z[0])]
    }
    #expect(z.instructionCount == 0)
    let zeros = program { z in [z[0] * 0.0, 0.0 * .sin(z[0]), 0.0 / z[1]] }
    #expect(zeros.instructionCount == 0)
    let negations = program { z in [-1.0 * z[0], z[0] / -1.0, 0.0 - z[0], z[0] * -1.0] }
    #expect(negations.instructionCount == 1)
    let differences = program { z in [z[0] - (-z[1]), z[1] + z[0]] }
    #expect(differences.instructionCount == 1)
  }

  @Test func literalsAreCalculatedAtOnce() {
    let folded = program { z in
      let c = Recorded.sqrt(Recorded(2.0)) * 3.0 - .exp(Recorded(0.5)) / 7.0
      let isLarge = Recorded(1.0) < c
      return [.select(isLarge, c, z[0]), .polynomial(Recorded(0.5), [1.0, -1.0, 0.25])]
    }
    #expect(folded.instructionCount == 0)
    let recorded = RecordedFormula(parameters: [], variables: 1) { _, z in
      FormulaResult([.atan2(y: Recorded(0.3), x: Recorded(-1.0)) * z[0]])
    }
    #expect(
      recorded(parameters: [], variables: [2.0]).outputs == [Double.atan2(y: 0.3, x: -1) * 2])
  }

  @Test func productsAndSumsAreOneInstructionWithTwoRoundings() {
    let joined = program { z in
      let half: Recorded = 0.5 * z[2]
      return [
        z[0] * z[1] + z[2], z[1] - z[0] * z[2], z[1] * z[1] - z[0], 1.0 - z[0] * z[0], half - z[1],
      ]
    }
    #expect(joined.instructionCount == 6)
    let recorded = RecordedFormula(parameters: [], variables: 3) { _, z in
      FormulaResult([z[0] * z[1] + z[2]])
    }
    // (1 + ε)² − (1 + 2ε) is 0 with two roundings and ε² with one.
    let x = 1 + 0x1p-52
    #expect(recorded(parameters: [], variables: [x, x, -(1 + 0x1p-51)]).outputs == [0])
  }

  @Test func registersAreUsedAgain() {
    let chain = program { z in
      var sum = z[0]
      for _ in 0..<100 { sum = .sin(sum) * z[1] }
      return [sum]
    }
    #expect(chain.instructionCount == 200 && chain.registerCount == 1)
  }

  @Test func whatDependsOnParametersAloneIsCalculatedOnce() {
    let formula = EnergyDependentLens().recorded()
    #expect(formula.prologue.instructionCount > 0)
    #expect(formula.fast.uniformCount == formula.prologue.outputCount)
    let wave = WaveKick().recorded()
    // A sine and a cosine of the point; the product with k/2 and the results.
    #expect(wave.fast.instructionCount <= 8)
  }

  /// The price of leaving products with zero out: natively ∞·0 and NaN·0 are no numbers.
  @Test func aProductWithALiteralZeroIsZeroAlsoForInfinitiesAndNaN() {
    let formula = RecordedFormula(parameters: [], variables: 1) { _, z in
      FormulaResult([z[0] * 0.0, 0.0 / z[0], z[0] * z[0], .abs(z[0])])
    }
    for x in [Double.nan, .infinity] {
      let result = formula(parameters: [], variables: [x]).outputs
      #expect(result[0] == 0 && result[1] == 0)
      #expect(areSame(result[2], x * x) && areSame(result[3], x.magnitude))
    }
  }

  @Test func aConditionOnNaNIsFalseAsNatively() {
    let formula = RecordedFormula(parameters: [.nan], variables: 1) { p, z in
      FormulaResult([.select(z[0] <= z[0], z[0], Recorded(3.0))], isInside: p[0] < z[0])
    }
    let result = formula(parameters: [.nan], variables: [Double.nan])
    #expect(result.outputs == [3] && !result.isInside)
  }
}
