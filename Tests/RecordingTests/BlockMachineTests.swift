import AutoDiff
import Recording
import Testing

/// Blocks of particles against particles one by one.
@Suite struct BlockMachineTests {
  /// Points in planes of `pitch` words, tangents in blocks of 6 planes behind the values.
  private struct Planes<S: StoredScalar> where S.Word: Sendable {
    static var pitch: Int { 64 }
    static var stride: Int { 6 * pitch }
    var words: [S.Word]

    init(_ points: [[Double]], tangent: (Int, Int, Int) -> Double = { _, _, _ in 0 }) {
      words = [S.Word](repeating: 0, count: S.componentCount * Self.stride)
      for (n, z) in points.enumerated() {
        for i in 0..<6 {
          words[i * Self.pitch + n] = S.Word(z[i])
          for component in 1..<max(S.componentCount, 1) where S.componentCount > 1 {
            words[component * Self.stride + i * Self.pitch + n] = S.Word(tangent(component, i, n))
          }
        }
      }
    }

    /// Component `component` of coordinate `i` of point `n`.
    subscript(n: Int, i: Int, component: Int) -> Double {
      Double(words[component * Self.stride + i * Self.pitch + n])
    }
  }

  private func advance<S: StoredScalar>(
    _ planes: inout Planes<S>, _ formulas: [BoundFormula<S>], count: Int
  ) -> [S.Mask] {
    var machine = BlockMachine<S>(variables: 6, particles: 48)
    var inside: [S.Mask] = []
    planes.words.withUnsafeMutableBufferPointer { words in
      guard let address = words.baseAddress else { return }
      var first = 0
      while first < count {
        let size = min(machine.capacity, count - first)
        machine.load(
          from: address + first, pitch: Planes<S>.pitch, stride: Planes<S>.stride, count: size)
        for formula in formulas {
          machine.run(formula)
          machine.accept()
        }
        machine.store(to: address + first, pitch: Planes<S>.pitch, stride: Planes<S>.stride)
        for g in 0..<(size + S.laneCount - 1) / S.laneCount {
          inside.append(machine.isInside(group: g))
        }
        first += size
      }
    }
    return inside
  }

  @Test func aBlockOfPlainNumbersHasTheBitsOfTheFormulaEverywhere() {
    for formula in sampleFormulas {
      let bound = BoundFormula<Double>(formula.recorded(), parameters: formula.parameters)
      for group in [points(60, size: 1e-3, seed: 5), points(60, size: 1.5, seed: 6)] {
        var planes = Planes<Double>(group)
        let inside = advance(&planes, [bound], count: group.count)
        for (n, z) in group.enumerated() {
          let native = formula(formula.parameters, z)
          #expect(inside[n] == native.isInside)
          // Whoever is outside keeps his coordinates.
          let expected = native.isInside ? native.outputs : z
          for i in 0..<6 {
            // Where one particle fails the guard, its block takes the general form.
            #expect(
              (planes[n, i, 0] - expected[i]).magnitude <= 8 * 0x1p-52
                * max(1, expected[i].magnitude),
              "\(formula.name)")
          }
        }
      }
    }
  }

  @Test func formulasFollowEachOtherInABlock() {
    let chain: [any SampleFormula] = [StraightFlight(), EnergyDependentLens(), Arc(), TimeFrame()]
    let group = points(60, size: 0.05, seed: 7)
    let bound = chain.map {
      BoundFormula<Lanes<DoubleX4>>($0.recorded(), parameters: $0.parameters)
    }
    var planes = Planes<Lanes<DoubleX4>>(group)
    _ = advance(&planes, bound, count: group.count)
    for (n, z) in group.enumerated() {
      let expected = chain.reduce(z) { $1($1.parameters, $0).outputs }
      for i in 0..<6 {
        // Lanes join products and sums to one rounding: some ulps of coordinates up to 1.
        #expect((planes[n, i, 0] - expected[i]).magnitude <= 1e-14)
      }
    }
  }

  @Test func wholeNumbersWithDerivativesGoThroughABlock() {
    typealias Number = Tangent<Tangent<Double>>
    let direction = { (component: Int, i: Int, n: Int) in
      Double((component * 7 + i * 3 + n) % 5 - 2)
    }
    for formula in sampleFormulas {
      let parameters = formula.parameters.map { Number(Tangent($0, tangent: 0.3)) }
      let group = points(50, size: 0.05, seed: 8)
      let bound = BoundFormula<Tangent<Tangent<Lanes<DoubleX4>>>>(
        formula.recorded(), parameters: parameters)
      var planes = Planes<Tangent<Tangent<Lanes<DoubleX4>>>>(group, tangent: direction)
      _ = advance(&planes, [bound], count: group.count)
      for (n, z) in group.enumerated() {
        let point = (0..<6).map { i in
          Number(
            Tangent(z[i], tangent: direction(1, i, n)),
            tangent: Tangent(direction(2, i, n), tangent: direction(3, i, n)))
        }
        let expected = formula(parameters, point).outputs
        for i in 0..<6 {
          let parts = [
            expected[i].value.value, expected[i].value.tangent, expected[i].tangent.value,
            expected[i].tangent.tangent,
          ]
          let scale = parts.reduce(1) { max($0, $1.magnitude) }
          for (component, part) in parts.enumerated() {
            // A hundred roundings of the largest part.
            #expect(
              (planes[n, i, component] - part).magnitude <= 100 * 0x1p-52 * scale,
              "\(formula.name) \(component)")
          }
        }
      }
    }
  }

  @Test func singlePrecisionTakesItsConstantsFromDouble() {
    let formula = Arc()
    let recorded = RecordedFormula(
      parameters: formula.parameters, variables: 6, precision: SinglePrecision.self
    ) { formula($0, $1) }
    let group = points(60, size: 0.01, seed: 9)
    var planes = Planes<Lanes<FloatX8>>(group)
    _ = advance(
      &planes, [BoundFormula(recorded, parameters: formula.parameters)], count: group.count)
    for (n, z) in group.enumerated() {
      let expected = formula(formula.parameters, z).outputs
      // Ten roundings of lengths of order 1.
      for i in 0..<6 { #expect((planes[n, i, 0] - expected[i]).magnitude <= 10 * 0x1p-23) }
    }
  }

  @Test func outputsMayBeVariablesInAnotherOrder() {
    let turn = RecordedFormula(parameters: [], variables: 6) { _, z in
      FormulaResult(
        [z[2], z[3], -z[0], -z[1], Recorded(4.0), z[5]], isInside: z[0] < Recorded(0.5))
    }
    let group = points(48, size: 1, seed: 10)
    var planes = Planes<Lanes<DoubleX2>>(group)
    _ = advance(&planes, [BoundFormula(turn, parameters: [])], count: group.count)
    for (n, z) in group.enumerated() {
      let expected = z[0] < 0.5 ? [z[2], z[3], -z[0], -z[1], 4, z[5]] : z
      for i in 0..<6 { #expect(planes[n, i, 0] == expected[i]) }
    }
  }

  @Test func whoIsOutsideDoesNotAskForTheGeneralForm() {
    // A short form that gives 1 and a general one that gives 2.
    let both = RecordedFormula(parameters: [], variables: 1) { _, z in
      let isSmall = Recorded.abs(z[0]) < Recorded(10.0)
      return FormulaResult(
        [isSmall.all ? Recorded(1.0) : Recorded(2.0)], isInside: z[0] < Recorded(5.0))
    }
    let leave = RecordedFormula(parameters: [], variables: 1) { _, z in
      FormulaResult([z[0]], isInside: z[0] < Recorded(5.0))
    }
    let bound = BoundFormula<Double>(both, parameters: [])
    var machine = BlockMachine<Double>(variables: 1, particles: 4)
    machine.begin(groups: 4)
    for g in 0..<4 { machine[0, group: g] = [1, 2, 100, 3][g] }
    machine.run(bound)
    #expect((0..<4).allSatisfy { machine.output(0, group: $0) == 2 })
    machine.run(BoundFormula<Double>(leave, parameters: []))
    machine.accept()
    machine.run(bound)
    machine.accept()
    #expect((0..<4).map { machine[0, group: $0] } == [1, 1, 100, 1])
    #expect((0..<4).map { machine.isInside(group: $0) } == [true, true, false, true])
  }
}
