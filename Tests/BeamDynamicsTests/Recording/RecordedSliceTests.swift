import AutoDiff
import BeamDynamics
import BeamSamples
import Recording
import Testing
import TruncatedSeries

/// Slices of all kinds of elements, recorded, against their native maps.
@Suite struct RecordedSliceTests {
  private static let references: [ReferenceParticle<Double>] = [
    ReferenceParticle(species: .electron, kineticEnergy: 99.48900105),
    ReferenceParticle(species: .proton, kineticEnergy: 6.7),
  ]
  /// The numbers of the reference particle, which come first among the parameters.
  private static let referenceNumberCount = {
    var count = 0
    _ = references[0].map { number in
      count += 1
      return number
    }
    return count
  }()
  private static let slices = [
    Slice(), Slice(index: 0, of: 3), Slice(index: 1, of: 3, backward: true),
  ]

  /// Near the axis, off energy, far out, and outside the domain of most maps.
  private static let points: [[Double]] = [
    [0, 0, 0, 0, 0, 0], [1e-3, -0.5e-3, -0.7e-3, 0.8e-3, 0.2e-3, 0.01],
    [5e-3, 12e-3, -4e-3, -9e-3, 2e-3, -0.04], [0.4, 0.3, -0.5, -0.2, 0.1, 0.3],
    [-0.3, -0.7, 0.2, 0.65, 1, -0.9], [0.1, 0.9, -2, 0.8, -3, 1.4],
  ]

  /// The inputs of a slice's map: the reference particle where the slice leads to.
  private func inputs(
    _ element: any Element, _ slice: Slice, _ start: ReferenceParticle<Double>
  ) -> SliceInputs<Double> {
    var reference = start
    element.advance(&reference, over: slice)
    return SliceInputs(slice, reference)
  }

  /// - Parameter count: About how many; nil for all.
  private func samples(_ kind: Int, _ count: Int? = nil) -> [any Element] {
    func chosen<E: Element>(_: E.Type) -> [any Element] {
      count.map { ElementSamples<E>().some($0) } ?? ElementSamples<E>().all
    }
    return chosen(ElementCatalog.beamElements.kinds[kind])
  }

  private func forEachSlice(
    of samples: [any Element], _ body: (any Element, SliceInputs<Double>) -> Void
  ) {
    for element in samples {
      for reference in Self.references {
        for slice in Self.slices { body(element, inputs(element, slice, reference)) }
      }
    }
  }

  private func native(_ element: any Element, _ inputs: SliceInputs<Double>, _ z: [Double])
    -> (outputs: [Double], isInside: Bool)
  {
    let map: TransferMap<Double> = element.map(inputs)
    var point = PhaseSpace(x: z[0], px: z[1], y: z[2], py: z[3], t: z[4], pt: z[5])
    let isInside = map(&point)
    return ([point.x, point.px, point.y, point.py, point.t, point.pt], isInside)
  }

  @Test(arguments: ElementCatalog.beamElements.kinds.indices)
  func everySliceHasTheBitsOfItsMap(kind: Int) {
    let cache = SliceRecordings()
    var (count, total, others) = (0, 0, 0)
    forEachSlice(of: samples(kind)) { element, inputs in
      count += 1
      let formula = cache.recording(of: element, inputs).formula
      let bound = BoundFormula<Double>(
        formula, parameters: SliceParameters(element, inputs).values)
      var machine = Machine<Double>()
      for z in Self.points {
        var outputs = [Double](repeating: 0, count: 6)
        let isInside = machine.run(bound, z, to: &outputs)
        let expected = native(element, inputs, z)
        #expect(isInside == expected.isInside, "\(element) at \(z)")
        // Where nothing is asked of the point it is inside; a number may still overflow.
        guard expected.isInside, expected.outputs.allSatisfy(\.isFinite) else { continue }
        let scale = expected.outputs.reduce(1) { max($0, $1.magnitude) }
        // One series of a map may be in its domain and another not: the form that serves everywhere has the longer
        // form of both, and other last bits.
        let isSame = outputs == expected.outputs
        total += 1
        if !isSame { others += 1 }
        #expect(
          isSame
            || bound.general != nil
              && zip(outputs, expected.outputs).allSatisfy {
                ($0 - $1).magnitude <= 4 * 0x1p-52 * scale
              },
          "\(element), \(inputs.slice), at \(z)")
        guard let general = bound.general else { continue }
        // The form that serves everywhere has other, longer series: a thousand roundings.
        machine.run(general, z, to: &outputs)
        let isInsideInGeneral = machine.truth(0, of: general.program)
        #expect(isInsideInGeneral)
        #expect(
          zip(outputs, expected.outputs).allSatisfy {
            ($0 - $1).magnitude <= 1000 * 0x1p-52 * scale
          }, "\(element), \(inputs.slice), at \(z), in general")
      }
    }
    #expect(others * 50 <= total, "\(others) of \(total) have other bits")
    let name = ElementCatalog.beamElements.kinds[kind].kind
    print("\(name): \(count) slices, \(cache.count) recordings")
  }

  @Test(arguments: ElementCatalog.beamElements.kinds.indices)
  func everyMatrixAboutTheOriginIsThatOfTheMap(kind: Int) {
    let cache = SliceRecordings()
    forEachSlice(of: samples(kind, 32)) { element, inputs in
      let matrix = cache.matrix(of: element, inputs, about: .origin)
      let result = matrix(parameters: SliceParameters(element, inputs).values).outputs
      let map: TransferMap<Tangent<Double>> = element.map(inputs.map { Tangent($0) })
      for i in 0..<6 {
        var point = PhaseSpace<Tangent<Double>>.zero
        point[i] = Tangent(0, tangent: 1)
        map(&point)
        let scale = (0..<6).reduce(1) { max($0, point[$1].tangent.magnitude) }
        for k in 0..<6 {
          // A hundred roundings of the column's largest number.
          #expect(
            (result[matrix.index(of: k, to: i)] - point[k].tangent).magnitude
              <= 100 * 0x1p-52 * scale, "\(element), \(inputs.slice)")
        }
      }
    }
  }

  @Test(arguments: ElementCatalog.beamElements.kinds.indices)
  func everySliceHasTheDerivativesOfItsMap(kind: Int) {
    let cache = SliceRecordings()
    forEachSlice(of: samples(kind, 32)) { element, inputs in
      let formula = cache.recording(of: element, inputs).formula
      // All numbers of the element and the energy vary, at different rates.
      let parameters = SliceParameters(element, inputs)
      let moved = parameters.values.enumerated().map {
        Tangent($1, tangent: $0 == 0 ? 0.1 : $0 < Self.referenceNumberCount ? 0 : 0.3 * $1)
      }
      let map: TransferMap<Tangent<Double>> = element.map(parameters.inputs(with: moved))
      for z in Self.points.prefix(3) {
        let start = z.enumerated().map { Tangent($1, tangent: 1 - 0.3 * Double($0)) }
        var point = PhaseSpace(
          x: start[0], px: start[1], y: start[2], py: start[3], t: start[4], pt: start[5])
        map(&point)
        let result = formula(parameters: moved, variables: start).outputs
        let scale = (0..<6).reduce(1) { max($0, point[$1].tangent.magnitude) }
        for k in 0..<6 {
          #expect((result[k].value - point[k].value).magnitude <= 20 * 0x1p-52)
          // A thousand roundings of the largest derivative: cavities take many steps.
          #expect(
            (result[k].tangent - point[k].tangent).magnitude <= 1000 * 0x1p-52 * scale,
            "\(element), \(inputs.slice)")
        }
      }
    }
  }

  @Test(arguments: ElementCatalog.beamElements.kinds.indices)
  func everyPassageOfTheReferenceParticleHasItsBitsAndDerivatives(kind: Int) {
    for element in samples(kind, 32) {
      for start in Self.references {
        // Not the first slice, where autophase tries tens of phases: what is recorded would have as many passages.
        let inputs = SliceInputs(Slice(index: 1, of: 3), start)
        let recording = ReferenceRecording(element, inputs)
        let result = recording(element, inputs)
        let native = element.referenceAfter(inputs)
        #expect(result.kineticEnergyOverMass == native.kineticEnergyOverMass)
        #expect(result.t == native.t && result.s == native.s)
        #expect(result.momentum.x == native.momentum.x && result.position.z == native.position.z)

        let moved = inputs.map { Tangent($0, tangent: 0.2 * $0) }
        let tangent = recording(element, moved)
        let expected = element.referenceAfter(moved)
        let slopes = [
          (tangent.kineticEnergyOverMass, expected.kineticEnergyOverMass), (tangent.t, expected.t),
          (tangent.momentum.x, expected.momentum.x),
        ]
        for (slope, native) in slopes {
          // A thousand roundings, as above.
          #expect(
            (slope.tangent - native.tangent).magnitude
              <= 1000 * 0x1p-52 * max(1, native.tangent.magnitude), "\(element)")
        }
      }
    }
  }

  @Test(arguments: ElementCatalog.beamElements.kinds.indices)
  func everySliceHasTheSecondDerivativesOfItsMap(kind: Int) {
    typealias Number = Tangent<Tangent<Double>>
    let cache = SliceRecordings()
    forEachSlice(of: samples(kind, 32)) { element, inputs in
      let formula = cache.recording(of: element, inputs).formula
      let parameters = SliceParameters(element, inputs)
      let moved = parameters.values.enumerated().map {
        Number(
          Tangent($1, tangent: $0 < Self.referenceNumberCount ? 0 : 0.3 * $1),
          tangent: Tangent($0 == 0 ? 0.1 : 0, tangent: 0))
      }
      let map: TransferMap<Number> = element.map(parameters.inputs(with: moved))
      let start = Self.points[1].enumerated().map {
        Number(Tangent($1, tangent: 1 - 0.3 * Double($0)), tangent: Tangent(0.2, tangent: 0))
      }
      var point = PhaseSpace(
        x: start[0], px: start[1], y: start[2], py: start[3], t: start[4], pt: start[5])
      map(&point)
      let result = formula(parameters: moved, variables: start).outputs
      let scale = (0..<6).reduce(1) { max($0, point[$1].tangent.tangent.magnitude) }
      for k in 0..<6 {
        // As for first derivatives.
        #expect(
          (result[k].tangent.tangent - point[k].tangent.tangent).magnitude
            <= 1000 * 0x1p-52 * scale, "\(element), \(inputs.slice)")
      }
    }
  }

  /// Cut behind order n, the error of a series falls by 2ⁿ⁺¹ where the displacement is halved; where it is
  /// of the size of roundings from the start, the map is a polynomial.
  @Test(arguments: ElementCatalog.beamElements.kinds.indices)
  func seriesOfEverySliceConverge(kind: Int) throws {
    let center = [3e-3, 2e-3, -2e-3, 1e-3, 1e-3, 0.01]
    let direction = [1, 0.7, -0.4, 0.9, -1, 0.8]
    var elements: [any Element] = []
    var checked = 0
    for model in ElementCatalog.beamElements.kinds[kind].models {
      let all = samples(kind).filter { $0.model == model }
      // Without length most maps are polynomials.
      let long = all.filter { $0.length != 0 }
      elements += (long.isEmpty ? all : long).suffix(2)
    }
    for element in elements {
      let inputs = inputs(element, Slice(), Self.references[0])
      let formula = SliceRecording(element, inputs).formula
      let parameters = SliceParameters(element, inputs).values
      for order in 1...6 {
        let index = SeriesIndex.all[order]
        let series = formula(
          parameters: parameters,
          variables: center.enumerated().map { TruncatedSeries($1, variable: $0, in: index) }
        ).outputs
        func error(_ scale: Double) -> Double {
          let displacement = direction.map { scale * $0 }
          let exact = native(element, inputs, zip(center, displacement).map(+))
          guard exact.isInside else { return .infinity }
          return zip(series, exact.outputs).map { ($0.value(at: displacement) - $1).magnitude }
            .max() ?? 0
        }
        // The smallest displacement that is above the roundings.
        let errors = (0..<10).map { error(0.16 / Double(1 << $0)) }
        guard let last = errors.indices.dropFirst().last(where: { errors[$0] > 1e-12 }) else {
          continue
        }
        let ratio = errors[last - 1] / errors[last]
        checked += 1
        #expect(errors[last - 1].isFinite, "\(element): \(errors), order \(order)")
        #expect(
          ratio > 0.6 * Double(2 << order), "\(element): \(errors), order \(order)")
      }
      try expectThirdDerivatives(element, inputs, formula, parameters, center)
    }
    // No exact map is a polynomial in all of its six coordinates, except for a linear one.
    let isCurved = elements.contains { $0.model == .exact && !$0.isLinear }
    #expect(checked > 0 || !isCurved)
  }

  /// ∂³/∂px²∂pt of the series, and of the map by nested tangents.
  private func expectThirdDerivatives(
    _ element: any Element, _ inputs: SliceInputs<Double>, _ formula: RecordedFormula,
    _ parameters: [Double], _ center: [Double]
  ) throws {
    typealias Third = Tangent<Tangent<Tangent<Double>>>
    let index = SeriesIndex.all[3]
    let series = formula(
      parameters: parameters,
      variables: center.enumerated().map { TruncatedSeries($1, variable: $0, in: index) }
    ).outputs
    let term = try #require(index.exponents.firstIndex(of: [0, 2, 0, 0, 0, 1]))
    let map: TransferMap<Third> = element.map(inputs.map { Third($0) })
    var point = PhaseSpace<Third> { Third(center[$0]) }
    point.px.value.value.tangent = 1
    point.px.value.tangent.value = 1
    point.pt.tangent.value.value = 1
    map(&point)
    for i in 0..<6 {
      let expected = point[i].tangent.tangent.tangent
      // A thousand roundings, as for the first and second derivatives.
      #expect(
        (2 * series[i].coefficients[term] - expected).magnitude
          <= 1000 * 0x1p-52 * max(1, expected.magnitude), "\(element), \(i)")
    }
  }

  /// What depends on the slice alone is calculated in double precision, also where the formula has it
  /// in single precision.
  @Test(arguments: ElementCatalog.beamElements.kinds.indices)
  func everySliceIsThatOfItsMapInSinglePrecision(kind: Int) {
    forEachSlice(of: samples(kind, 32)) { element, inputs in
      let formula = SliceRecording(element, inputs, precision: SinglePrecision.self).formula
      let map: TransferMap<Float> = element.map(inputs)
      let start = Self.points[1].map { Float($0) }
      var point = PhaseSpace(
        x: start[0], px: start[1], y: start[2], py: start[3], t: start[4], pt: start[5])
      let isInside = map(&point)
      let result = formula(
        parameters: SliceParameters(element, inputs).values, variables: start)
      #expect(result.isInside == isInside)
      let scale = (0..<6).reduce(0.01) { max($0, point[$1].magnitude) }
      for k in 0..<6 {
        // Fifty roundings: a splitting has many steps.
        #expect(
          (result.outputs[k] - point[k]).magnitude <= 50 * 0x1p-23 * scale,
          "\(element), \(inputs.slice)")
      }
    }
  }
}
