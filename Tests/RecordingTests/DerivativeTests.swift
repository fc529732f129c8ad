import AutoDiff
import Recording
import Testing

/// Derivatives that programs give against those of the formula itself.
@Suite struct DerivativeTests {
  private typealias First = Tangent<Double>
  private typealias Second = Tangent<Tangent<Double>>

  /// Differences in the order of operations: a hundred roundings of the largest number of a result.
  private func expectClose(
    _ a: [Double], _ b: [Double], _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let scale = b.reduce(1) { max($0, $1.magnitude) }
    for (x, y) in zip(a, b) {
      #expect(
        (x - y).magnitude <= 100 * 0x1p-52 * scale, "\(name): \(x), not \(y)",
        sourceLocation: sourceLocation)
    }
  }

  private func nearPoints(of formula: any SampleFormula) -> [[Double]] {
    points(20, size: 1e-3, seed: 11)
      + points(40, size: 0.4, seed: 12).filter { formula(formula.parameters, $0).isInside }
  }

  @Test func aProgramOverTangentsGivesTheFormulasDerivatives() {
    for formula in sampleFormulas {
      let recorded = formula.recorded()
      let parameters = formula.parameters.enumerated().map { First($1, tangent: Double($0) - 0.7) }
      for z in nearPoints(of: formula) {
        let point = z.enumerated().map { First($1, tangent: 0.3 * Double($0) - 1) }
        let result = recorded(parameters: parameters, variables: point).outputs
        let native = formula(parameters, point).outputs
        expectClose(result.map(\.value), native.map(\.value), formula.name)
        expectClose(result.map(\.tangent), native.map(\.tangent), formula.name)
      }
    }
  }

  @Test func aProgramOverDualNumbersAndPairsGivesTheSame() {
    let formula = EnergyDependentLens()
    let recorded = formula.recorded()
    for z in nearPoints(of: formula) {
      let dual = recorded(
        parameters: formula.parameters.map { Dual<6, Double>($0) },
        variables: z.enumerated().map { Dual<6, Double>($1, variable: $0) })
      let pair = recorded(
        parameters: formula.parameters.map { TangentPair<Double>($0) },
        variables: z.enumerated().map {
          TangentPair<Double>($1, $0 == 1 ? 1 : 0, $0 == 5 ? 1 : 0)
        })
      for i in 0..<6 {
        #expect(dual.outputs[i].tangent[1] == pair.outputs[i].first)
        #expect(dual.outputs[i].tangent[5] == pair.outputs[i].second)
      }
    }
  }

  @Test func aProgramThatIsRecordedAnewOverTangentsDifferentiatesItself() {
    for formula in sampleFormulas {
      let recorded = formula.recorded()
      let moved = RecordedFormula(parameters: formula.parameters, variables: 12) { p, z in
        let result = recorded(
          parameters: p.map { Tangent<Recorded>($0) },
          variables: (0..<6).map { Tangent<Recorded>(z[$0], tangent: z[6 + $0]) })
        return FormulaResult(
          result.outputs.map(\.value) + result.outputs.map(\.tangent), isInside: result.isInside)
      }
      #expect((moved.general != nil) == (recorded.general != nil))
      for z in nearPoints(of: formula) {
        let direction = (0..<6).map { 0.3 * Double($0) - 1 }
        let result = moved(parameters: formula.parameters, variables: z + direction)
        let native = formula(
          formula.parameters.map { First($0) },
          zip(z, direction).map { First($0, tangent: $1) })
        expectClose(Array(result.outputs[..<6]), native.outputs.map(\.value), formula.name)
        expectClose(Array(result.outputs[6...]), native.outputs.map(\.tangent), formula.name)
      }
    }
  }

  @Test func aMatrixAboutTheOriginIsThatOfTheFormula() {
    for formula in sampleFormulas {
      let recorded = formula.recorded()
      let matrix = FormulaDerivatives(of: recorded, about: .origin)
      let result = matrix(parameters: formula.parameters)
      expectMatrix(
        matrix, result, formula, at: [Double](repeating: 0, count: 6))
      // Six directions of the whole formula would be six times as long.
      #expect(matrix.formula.fast.instructionCount < 3 * recorded.fast.instructionCount)
    }
  }

  @Test func aMatrixAboutAPointIsThatOfTheFormula() {
    for formula in sampleFormulas {
      let matrix = FormulaDerivatives(of: formula.recorded(), about: .point)
      for z in nearPoints(of: formula) {
        expectMatrix(
          matrix, matrix(parameters: formula.parameters, point: z), formula, at: z)
      }
    }
  }

  private func expectMatrix(
    _ matrix: FormulaDerivatives, _ result: FormulaResult<Double>, _ formula: any SampleFormula,
    at z: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.isInside, sourceLocation: sourceLocation)
    for i in 0..<6 {
      let point = z.enumerated().map { First($1, tangent: $0 == i ? 1 : 0) }
      let native = formula(formula.parameters.map { First($0) }, point).outputs
      expectClose(
        (0..<6).map { result.outputs[matrix.index(of: $0)] }, native.map(\.value), formula.name,
        sourceLocation: sourceLocation)
      expectClose(
        (0..<6).map { result.outputs[matrix.index(of: $0, to: i)] }, native.map(\.tangent),
        formula.name, sourceLocation: sourceLocation)
    }
  }

  @Test func secondDerivativesAreThoseOfTheFormula() {
    for formula in sampleFormulas where !(formula is SteppedLens) {
      for place in [FormulaDerivatives.Place.origin, .point] {
        let curvature = FormulaDerivatives(of: formula.recorded(), about: place, order: 2)
        let z =
          place == .origin ? [Double](repeating: 0, count: 6) : [0.02, 0.1, -0.03, 0.05, 0.1, 0.04]
        let result = curvature(
          parameters: formula.parameters, point: place == .origin ? [] : z
        ).outputs
        for i in 0..<6 {
          for j in 0..<6 {
            let point = z.indices.map { q in
              Second(
                Tangent(z[q], tangent: q == i ? 1 : 0),
                tangent: Tangent(q == j ? 1.0 : 0.0, tangent: 0.0))
            }
            let native = formula(formula.parameters.map { Second(First($0)) }, point).outputs
            expectClose(
              (0..<6).map { result[curvature.index(of: $0, to: i, j)] },
              native.map(\.tangent.tangent), formula.name)
            expectClose(
              (0..<6).map { result[curvature.index(of: $0, to: i)] },
              native.map(\.value.tangent), formula.name)
          }
        }
      }
    }
  }

  @Test func aMatrixRunOverTangentsHasItsDerivativeToAParameter() {
    let formula = EnergyDependentLens()
    let matrix = FormulaDerivatives(of: formula.recorded(), about: .origin)
    let result = matrix(
      parameters: formula.parameters.enumerated().map { First($1, tangent: $0 == 0 ? 1 : 0) })
    for i in 0..<6 {
      let native = formula(
        formula.parameters.enumerated().map {
          Second(First($1), tangent: First($0 == 0 ? 1.0 : 0.0, tangent: 0.0))
        },
        (0..<6).map { Second(First(0.0, tangent: $0 == i ? 1.0 : 0.0)) }
      ).outputs
      expectClose(
        (0..<6).map { result.outputs[matrix.index(of: $0, to: i)].tangent },
        native.map(\.tangent.tangent), "matrix")
    }
  }

  @Test func aMatrixTakesItsGeneralFormWhereTheGuardFails() {
    // |k|L² above 1, where the lens has no short form.
    let formula = EnergyDependentLens()
    let matrix = FormulaDerivatives(of: formula.recorded(), about: .origin)
    let parameters = [7, 0.9, 3.0]
    let result = matrix(parameters: parameters)
    for i in 0..<6 {
      let native = formula(
        parameters.map { First($0) },
        (0..<6).map { First(0.0, tangent: $0 == i ? 1 : 0) }
      ).outputs
      expectClose(
        (0..<6).map { result.outputs[matrix.index(of: $0, to: i)] }, native.map(\.tangent), "large")
    }
  }
}
