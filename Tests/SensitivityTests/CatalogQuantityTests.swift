import AutoDiff
import BeamDynamics
import BeamSamples
import DoubleDouble
import LinearAlgebra
import Testing

@testable import Sensitivity

/// The gradient of every quantity to every number of every kind of element, by going back, against
/// differences of a plain computation in 32 digits.
///
/// The judge tracks point by point and sums in the order of the particles; central differences over
/// 1e-10 of a number's natural size leave out h²f‴/6 ≤ 1e-17 and round to 1e-21. A quantity is tried with every third
/// of twelve samples of each kind, which is each placement and both beams.
@Suite struct CatalogQuantityTests {
  private static let step = 1e-10
  /// Quantities that have no derivatives for these beams, and why. All others must have them.
  private static let undefined = [
    "eigenemittance_1": "six particles have no volume in six dimensions",
    "eigenemittance_2": "six particles have no volume in six dimensions",
    "eigenemittance_3": "six particles have no volume in six dimensions",
  ]

  @Test(arguments: catalogKinds)
  func everyQuantityHasItsExactGradient(_ name: String) throws {
    func check<E: Element>(_: E.Type) throws {
      var worst = (deviation: 0.0, name: "")
      var count = 0
      for (i, element) in ElementSamples<E>().some(12).enumerated() {
        let placement = Placement.samples[i % Placement.samples.count]
        let beam = TestBeam.allCases[i % 2]
        let small = SmallBeam(element, beam, placement)
        let found: (deviation: Double, name: String)
        do {
          found = try deviation(small, element, sample: i, &count)
        } catch {
          Issue.record("\(element), displaced by \(placement), for \(beam): \(error)")
          continue
        }
        if !(found.deviation <= worst.deviation) {
          worst = (found.deviation, "\(found.name) of \(element) for \(beam)")
        }
      }
      #expect(worst.deviation <= 1e-10, "\(worst)")
      #expect(count > 0)
    }
    try check(kind(name))
  }

  private func deviation<E: Element>(
    _ small: SmallBeam, _ element: E, sample: Int, _ count: inout Int
  ) throws -> (deviation: Double, name: String) {
    let start = BeamStart<Double>(small.bunch.reference, energyVaries: true)
    let request = [ObservationRequest(after: 2)]
    // Recorded once for all quantities.
    let recordings = SliceRecordings()
    func sweep() -> ParticleSweep<Double> {
      var sweep = ParticleSweep(
        beamline: small.beamline, slices: 2, parameters: small.parameters, values: small.values,
        requests: request, workers: .one)
      sweep.recordings = recordings
      return sweep
    }
    let evaluation = try sweep().forward(small.bunch, from: start)
    let observation = evaluation.observations[0]
    // The judge's observations with each number moved both ways, and the energy.
    // Without a gap there is no fringe field, and none on the other side of zero.
    func isOneSided(_ k: Int) -> Bool {
      guard k < small.values.count, small.values[k] == 0 else { return false }
      let name = String(small.beamline.name(of: small.parameters[k]).dropFirst("element.".count))
      return E.kind == DipoleEdge.kind && name == "gap" || element.hasKink(at: name, 0)
    }
    let judge = Judge(small: small, element: element)
    let values = small.values.map { DoubleDouble($0) }
    let moved = (0...values.count).map {
      k -> (up: BeamObservation<DoubleDouble>, down: BeamObservation<DoubleDouble>, h: Double) in
      let isEnergy = k == values.count
      let h =
        Self.step
        * (isEnergy
          ? small.bunch.reference.kineticEnergyOverMass : max(1, small.values[k].magnitude))
      func at(_ sign: Double) -> BeamObservation<DoubleDouble> {
        var shifted = values
        if !isEnergy && !isOneSided(k) { shifted[k] = shifted[k] + sign * h }
        return judge.observation(shifted, energyShift: isEnergy ? sign * h : 0)
      }
      return (at(1), at(-1), h)
    }
    let tape = Tape()
    var worst = (deviation: 0.0, name: "")
    for (number, quantity) in QuantityCatalog.standard.quantities.enumerated()
    where (number + sample) % 3 == 0 && !quantity.needsTransferMatrix {
      guard Self.undefined[quantity.name] == nil else { continue }
      let value = try quantity.value(of: observation, at: "end")
      let cotangent = try tape.record {
        let numbers = observation.numbers.map { tape.variable($0) }
        let result = try quantity.value(
          of: observation.replacingNumbers(by: numbers[...]), at: "end")
        tape.runBackward { seeds in seeds.add(1, to: result) }
        return Cotangent(
          observation.replacingNumbers(by: numbers.map { tape.adjoint(of: $0) }[...]))
      }
      let gradient = try sweep().forward(small.bunch, from: start).pullBack([cotangent])
      let found = gradient.parameters + [gradient.kineticEnergyOverMass]
      let expected = try moved.map { pair in
        let up = try quantity.value(of: pair.up, at: "end")
        let down = try quantity.value(of: pair.down, at: "end")
        return Double((up - down) / (2 * pair.h))
      }
      // Each derivative against itself, or where it cancels against what the quantity's own
      // rounding makes of it: its size over the number's.
      for k in found.indices where !isOneSided(k) {
        let size = k < values.count ? max(1, small.values[k].magnitude) : moved[k].h / Self.step
        let scale = max(
          expected[k].magnitude, conditioning(observation, cotangent) / size, value.magnitude / size
        )
        let deviation = (found[k] - expected[k]).magnitude / scale
        count += 1
        if !(deviation <= worst.deviation) {
          let parameter = k < values.count ? small.beamline.name(of: small.parameters[k]) : "energy"
          worst = (deviation, "∂\(quantity.name)/∂\(parameter)")
        }
      }
    }
    return worst
  }

  /// Σ |∂q/∂x|·|x|: what relative roundings of the observed numbers make of a quantity.
  private func conditioning(
    _ observation: BeamObservation<Double>, _ cotangent: Cotangent<BeamObservation<Double>>
  ) -> Double {
    zip(observation.numbers, cotangent.numbers).reduce(0) { $0 + ($1.0 * $1.1).magnitude }
  }
}

/// A plain computation of what is observed at the end of a small line, in any scalar.
private struct Judge<E: Element> {
  let small: SmallBeam
  let element: E

  func observation(
    _ values: [DoubleDouble], energyShift: Double
  ) -> BeamObservation<DoubleDouble> {
    typealias S = DoubleDouble
    var q = Lifted<E, S>(element)
    let placement = small.beamline[place: SmallBeam.place].placement
    var displacement = Displacement { S(placement.displacement[$0]) }
    var substitutions: [ParameterSubstitution<S>] = []
    for (parameter, value) in zip(small.parameters, values) {
      switch parameter.site {
      case .own(let number, let entry):
        substitutions.append(.init(parameter: number, entry: entry, value: value))
      case .placed(let degree): displacement[degree] = value
      case .girder: break
      }
    }
    q = element.lifted(substitutions)
    let isRigid = element.bendsOrbit || placement.isSpatial
    let before = small.beamline[place: 0].element as? Drift ?? Drift(length: 0)
    let after = small.beamline[place: 2].element as? Drift ?? Drift(length: 0)

    var reference = small.bunch.reference.map { S($0) }
    reference.kineticEnergyOverMass = reference.kineticEnergyOverMass + energyShift
    var points = (0..<small.bunch.count).map { i in
      PhaseSpace<S>(coordinates: { S(small.bunch[i][$0]) })
    }
    func frame(
      _ slice: Slice, _ before: ReferenceParticle<S>, _ after: ReferenceParticle<S>
    ) -> SliceFrame<S> {
      isRigid
        ? SliceFrame(
          of: element.bodyShape(q, after), displaced: displacement, about: placement.pivot,
          in: slice, isLinear: element.isLinear, before, after)
        : .planar(
          PlacementFrame(dx: displacement.dx, dy: displacement.dy, tilt: displacement.tilt))
    }
    func pass<F: Element>(_ e: F, _ q: Lifted<F, S>, isPlaced: Bool) {
      for i in 0..<2 {
        let slice = Slice(index: i, of: 2)
        if e.length == 0 && i > 0 { break }
        let one = e.length == 0 ? Slice() : slice
        let before = reference
        e.advance(&reference, over: one, q)
        let frame = isPlaced ? frame(one, before, reference) : nil
        let map: TransferMap<S> = e.map(q, one, reference)
        for k in points.indices {
          frame?.enter(&points[k])
          map(&points[k])
          frame?.leave(&points[k])
        }
      }
    }
    pass(before, Lifted(before), isPlaced: false)
    pass(element, q, isPlaced: true)
    pass(after, Lifted(after), isPlaced: false)

    let weights = (0..<small.bunch.count).map { small.bunch.weight(of: $0) }
    let total = weights.reduce(0, +)
    func average(_ f: (PhaseSpace<S>) -> S) -> S {
      zip(points, weights).reduce(S.zero) { $0 + $1.1 * f($1.0) } / total
    }
    let mean = Vector6<S> { i in average { $0[i] } }
    let covariance = Matrix6<S> { i, j in average { ($0[i] - mean[i]) * ($0[j] - mean[j]) } }
    return BeamObservation(
      mean: mean, covariance: covariance, reference: reference, particles: small.bunch.count)
  }
}
