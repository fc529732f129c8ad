import AutoDiff
import Recording
import Testing

/// Recorded formulas against the same formulas run natively.
@Suite struct RecordedFormulaTests {
  /// Native and recorded results; the recorded one by the program that the machine chooses.
  private func expectSame(
    _ recorded: FormulaResult<Double>, _ native: FormulaResult<Double>, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(recorded.isInside == native.isInside, "\(name)", sourceLocation: sourceLocation)
    // Outside the domain the outputs mean nothing: a product with a literal zero may be 0 and not NaN.
    guard native.isInside else { return }
    for (a, b) in zip(recorded.outputs, native.outputs) {
      #expect(areSame(a, b), "\(name): \(a), not \(b)", sourceLocation: sourceLocation)
    }
  }

  @Test func valuesHaveTheBitsOfTheFormula() {
    for formula in sampleFormulas {
      let recorded = formula.recorded()
      for z in allPoints {
        expectSame(
          recorded(parameters: formula.parameters, variables: z), formula(formula.parameters, z),
          formula.name)
      }
    }
  }

  @Test func theGeneralProgramHasTheBitsOfTheFormulaInAMixedGroup() {
    for formula in sampleFormulas {
      let recorded = formula.recorded()
      let bound = BoundFormula<Double>(recorded, parameters: formula.parameters)
      guard let general = bound.general else { continue }
      var machine = Machine<Double>()
      for z in allPoints {
        var outputs = [Double](repeating: 0, count: 6)
        machine.run(general, z, to: &outputs)
        let native = formula(formula.parameters, z.map { MixedNumber($0) })
        expectSame(
          FormulaResult(outputs, isInside: machine.truth(0, of: general.program)),
          FormulaResult(native.outputs.map(\.value), isInside: native.isInside.value),
          formula.name)
      }
    }
  }

  @Test func theGuardTellsWhereTheShortFormIsRight() {
    for (formula, hasGuard) in [
      (EnergyDependentLens() as any SampleFormula, true), (Arc(), true), (Detour(), true),
      (StraightFlight(), false), (SteppedLens(), false),
    ] {
      let recorded = formula.recorded()
      #expect((recorded.general != nil) == hasGuard)
      guard hasGuard else { continue }
      let bound = BoundFormula<Double>(recorded, parameters: formula.parameters)
      var machine = Machine<Double>()
      var holding = 0
      for z in allPoints {
        var outputs = [Double](repeating: 0, count: 6)
        machine.run(bound.fast, z, to: &outputs)
        guard machine.truth(1, of: recorded.fast) else { continue }
        holding += 1
        expectSame(
          FormulaResult(outputs, isInside: machine.truth(0, of: recorded.fast)),
          formula(formula.parameters, z), formula.name)
      }
      #expect(200 <= holding && holding < allPoints.count)
    }
  }

  @Test func aRecordingServesOtherParameters() {
    let formula = EnergyDependentLens()
    let recorded = formula.recorded()
    for parameters in [[0, 0.7, 3.0], [-2, 1.5, 1.01], [0.01, 0, 1e4]] {
      #expect(recorded.holds(for: parameters))
      for z in allPoints {
        expectSame(
          recorded(parameters: parameters, variables: z), formula(parameters, z), "other values")
      }
    }
  }

  @Test func conditionsOnParametersTellWhereARecordingHolds() {
    // Stumpff's functions of a parameter take their short form where it is small.
    func formula<S: RealScalar>(_ p: [S.Constant], _ z: [S]) -> FormulaResult<S> {
      FormulaResult([S(Stumpff(p[0]).c1) * z[0]])
    }
    let small = RecordedFormula(parameters: [0.5], variables: 1) { formula($0, $1) }
    let large = RecordedFormula(parameters: [5], variables: 1) { formula($0, $1) }
    #expect(small.holds(for: [-0.9]) && !small.holds(for: [1.1]) && !small.holds(for: [.nan]))
    #expect(large.holds(for: [-7]) && !large.holds(for: [0.9]))
    for (recorded, value) in [(small, -0.9), (large, -7)] {
      let native = formula([value], [2.0])
      expectSame(recorded(parameters: [value], variables: [2]), native, "condition")
    }
    #expect(EnergyDependentLens().recorded().holds(for: [.nan, 0, 0]))
  }

  @Test func aConditionOnParametersMayChooseForThePoint() {
    // The choice is a number of the parameters' program and no condition.
    func formula<S: RealScalar>(_ p: [S.Constant], _ z: [S]) -> FormulaResult<S> {
      let isStrong = S(1.0) < S(p[0])
      return FormulaResult(
        [S.select(isStrong, z[0] * z[0], z[1])],
        isInside: isStrong .| (z[0] < z[1]))
    }
    let recorded = RecordedFormula(parameters: [0.5], variables: 2) { formula($0, $1) }
    for parameter in [0.5, 2] {
      #expect(recorded.holds(for: [parameter]))
      for z in [[0.3, 0.7], [0.7, 0.3]] {
        expectSame(
          recorded(parameters: [parameter], variables: z), formula([parameter], z), "choice")
      }
    }
  }

  @Test func aFormulaOfParametersAloneAndAnUnchangedVariableAreOutputs() {
    let recorded = RecordedFormula(parameters: [2, 3], variables: 2) { p, z in
      FormulaResult([p[0] * p[1], z[1], z[0], Recorded(7.0), p[0]], isInside: p[0] < p[1])
    }
    #expect(recorded.fast.instructionCount == 1)
    let result = recorded(parameters: [4, 3], variables: [1.5, 2.5])
    #expect(result.outputs == [12, 2.5, 1.5, 7, 4] && !result.isInside)
  }

  @Test func aLoopOfManyStepsIsRecorded() {
    let formula = SteppedLens(steps: 2000)
    let recorded = formula.recorded()
    #expect(recorded.fast.instructionCount > 20_000)
    #expect(recorded.fast.registerCount < 20)
    for z in points(10, size: 0.02, seed: 4) {
      expectSame(
        recorded(parameters: formula.parameters, variables: z), formula(formula.parameters, z),
        formula.name)
    }
  }

  @Test func seriesAreAsLongAsThePrecisionAsks() {
    func formula<S: RealScalar>(_ z: [S]) -> FormulaResult<S> {
      let s = Stumpff<S>(z[0])
      return FormulaResult([s.c0, s.c1, s.c2, s.c3])
    }
    let double = RecordedFormula(parameters: [], variables: 1) { _, z in formula(z) }
    let single = RecordedFormula(
      parameters: [], variables: 1, precision: SinglePrecision.self
    ) { _, z in formula(z) }
    for z: Float in [-0.9, 0, 0.3, 2, 30] {
      let native = formula([z]).outputs
      #expect(single(parameters: [], variables: [z]).outputs == native)
    }
    // The short series leaves out what a double would still see: 0.9⁶/14! = 6e-12 of c₂.
    let z = [0.9]
    let difference = zip(
      single(parameters: [], variables: z).outputs, double(parameters: [], variables: z).outputs
    ).map { ($0 - $1).magnitude }
    #expect((difference.max() ?? 0) > 1e-13)
  }
}
