import AutoDiff
import BeamDynamics
import BeamSamples
import Communication
import LinearAlgebra

@testable import Sensitivity

/// A line of one element between two short drifts, with a small bunch.
struct SmallBeam {
  let beam: TestBeam
  var beamline: Beamline { didSet { (parameters, values) = Self.numbers(of: beamline) } }
  var bunch: Bunch<Double>
  /// Every number of the element. Where it is only shifted, so that its frame is the same in all slices,
  /// errors that would change this are left out.
  private(set) var parameters: [BeamlineParameter]
  private(set) var values: [Double]
  /// The element's place, and its index.
  static let place = 1

  init<E: Element>(_ element: E, _ beam: TestBeam, _ placement: Placement = Placement()) {
    self.beam = beam
    beamline = Beamline([
      BeamlineElement("before", Drift(length: 0.1, model: .exact)),
      BeamlineElement("element", element, placement: placement),
      BeamlineElement("after", Drift(length: 0.2, model: .exact)),
    ])
    var bunch = Bunch<Double>(count: beam.points.count, reference: beam.reference())
    // Not alike in weight, so that a weight forgotten anywhere shows.
    for (i, point) in beam.points.enumerated() {
      bunch[i] = point
      bunch.setWeight(of: i, to: 1 + 0.1 * Double(i))
    }
    self.bunch = bunch
    (parameters, values) = Self.numbers(of: beamline)
  }

  private static func numbers(of beamline: Beamline) -> ([BeamlineParameter], [Double]) {
    let placement = beamline.elements[place].placement
    let parameters = beamline.parameters(ofElement: place).filter {
      guard case .placed(let degree) = $0.site else { return true }
      return placement.isAligned || placement.isSpatial || degree.isTransverse
    }
    return (parameters, parameters.map { beamline[$0] })
  }

  /// At the start, inside and at the end.
  var requests: [ObservationRequest] {
    [
      ObservationRequest(after: nil),
      ObservationRequest(
        after: Self.place,
        screens: [Screen([.init(0, from: -8e-3, to: 8e-3, cells: 8)], kernel: .gaussian(width: 1))]),
      ObservationRequest(
        after: 2, averages: [LossBesideTheAxis()]),
    ]
  }

  func sweep<C: SweepScalar>(_ values: [C], workers: Workers = .one) -> ParticleSweep<C> {
    ParticleSweep(
      beamline: beamline, slices: 2, parameters: parameters, values: values, requests: requests,
      workers: workers)
  }

  func start(energyTangent: Double? = nil) -> BeamStart<Tangent<Double>> {
    var reference = bunch.reference.map { Tangent($0, tangent: 0) }
    reference.kineticEnergyOverMass.tangent = energyTangent ?? 0
    return BeamStart(reference, energyVaries: energyTangent != nil)
  }
}

/// An objective that weighs every number of every observation, each in its own size.
struct WeighedNumbers {
  let weights: [[Double]]

  init(_ observations: [BeamObservation<Double>]) {
    var state = 0.3
    weights = observations.map { observation in
      observation.numbers.map { number in
        // A quasi-random weight; what is zero is weighed by the size of coordinates.
        state = (state + 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1)
        return (state - 0.5) / Swift.max(number.magnitude, 1e-6)
      }
    }
  }

  func value<S: RealScalar>(_ observations: [BeamObservation<S>]) -> S {
    var sum = S.zero
    for (observation, weights) in zip(observations, weights) {
      for (number, weight) in zip(observation.numbers, weights) { sum += weight * number }
    }
    return sum
  }

  func cotangents<C: RealScalar>(
    _ observations: [BeamObservation<C>]
  ) -> [Cotangent<BeamObservation<C>>] {
    zip(observations, weights).map { observation, weights in
      Cotangent(observation.replacingNumbers(by: weights.map { C($0) }[...]))
    }
  }
}

/// A smoothed loss whose centre, where it has a corner, is not where particles on the axis are.
private struct LossBesideTheAxis: ParticleFunction {
  func callAsFunction<S: RealScalar>(_ z: PhaseSpace<S>) -> S {
    var z = z
    z.x = z.x + 3.3e-4
    return SmoothedLoss(x: 4e-3, y: 5e-3, width: 0.3)(z)
  }
}

extension InitialBeam {
  /// A Gaussian beam about a millimetre in size, with 1 nC.
  static func gaussian(_ particles: Int) throws -> Self {
    var shape = BeamShapeDescription(.sigma)
    for (plane, sizes) in zip(Plane.allCases, [(1e-3, 2e-4), (5e-4, 1e-4), (1e-3, 1e-3)]) {
      shape["sigma_\(plane)"] = sizes.0
      shape["sigma_p\(plane)"] = sizes.1
    }
    return try Self(
      GaussianDistribution(), describedBy: shape, particles: particles, charge: 1e-9)
  }
}
