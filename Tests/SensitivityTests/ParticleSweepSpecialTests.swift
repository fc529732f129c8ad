import AutoDiff
import BeamDynamics
import BeamSamples
import Communication
import LinearAlgebra
import Testing

@testable import Sensitivity

/// Where going back is not simply the inverse map.
@Suite struct ParticleSweepSpecialTests {
  /// Sums of a few hundred terms, in another order; see `ParticleSweepTests`.
  private static let tolerance = 1e-12

  @Test func anElementWithoutInverseGoesBackByItsLocalJacobian() throws {
    for beam in TestBeam.allCases {
      for placement in [Placement(dx: 1e-4, dy: 2e-4, tilt: 0.2), .displaced] {
        let small = SmallBeam(LossyLens(strength: 30, damping: 0.1), beam, placement)
        let found = try ParticleSweepTests.deviation(small)
        #expect(found.deviation <= Self.tolerance, "\(found)")
      }
    }
  }

  @Test func theReferenceEnergyMayChangeOnTheWay() throws {
    for beam in TestBeam.allCases {
      for wavenumber in [0, 3.0] {
        let small = SmallBeam(Gap(gain: 0.002, wavenumber: wavenumber), beam)
        let found = try ParticleSweepTests.deviation(small)
        #expect(found.deviation <= Self.tolerance, "\(found)")
      }
    }
  }

  /// At gain zero nothing happens to the beam, but the momentum's unit still depends on the gain:
  /// ∂²/∂gain² of the final moments is the difference of gradients. Central differences over 1e-5 of
  /// γ − 1 leave out 1e-10 of the fourth derivative and round to 1e-16/1e-5.
  @Test func aGapAtZeroHasItsSecondDerivative() throws {
    let small = SmallBeam(Gap(gain: 0, wavenumber: 0), .protons)
    let parameter = try small.beamline.parameter(named: "element.gain")
    func slope<C: SweepScalar>(_ gain: C, _ lift: (Double) -> C) throws -> C {
      let evaluation = try ParticleSweep<C>(
        beamline: small.beamline, parameters: [parameter], values: [gain],
        requests: [ObservationRequest(after: 2)], workers: .one
      ).forward(small.bunch, from: BeamStart(small.bunch.reference.map(lift)))
      let observation = evaluation.observations[0]
      var cotangent = observation.replacingNumbers(by: observation.numbers.map { _ in C.zero }[...])
      cotangent.covariance[0, 0] = .one
      cotangent.covariance[1, 1] = .one
      return try evaluation.pullBack([Cotangent(cotangent)]).parameters[0]
    }
    let exact = try slope(Tangent(0, tangent: 1)) { Tangent($0, tangent: 0) }.tangent
    let h = 1e-5 * small.bunch.reference.kineticEnergyOverMass
    let difference = (try slope(h) { $0 } - slope(-h) { $0 }) / (2 * h)
    #expect((exact - difference).magnitude <= 1e-7 * difference.magnitude)
  }

  /// The energy and the arrival time at a gap depend on what stands before it.
  @Test func whatComesBeforeAGapMovesItsPhase() throws {
    var small = SmallBeam(Quadrupole(length: 0.2, k1: 2), .protons)
    small.beamline = Beamline([
      BeamlineElement("first", Gap(gain: 0.001, wavenumber: 2)),
      BeamlineElement("element", Quadrupole(length: 0.2, k1: 2)),
      BeamlineElement("after", Gap(gain: 0.002, wavenumber: 5)),
    ])
    let found = try ParticleSweepTests.deviation(small)
    #expect(found.deviation <= Self.tolerance, "\(found)")
  }

  /// A particle that falls below its rest energy is lost there, and lives again on the way back.
  @Test func whoLostItsEnergyLivesAgainWhereItWasLost() throws {
    for element: any Element in [
      Buncher(normalizedVoltage: 0.6, wavenumber: 100), ConstantFocusing(length: 0.01, kt: 3e3),
      ShortRFCavity(normalizedVoltage: 0.03, frequency: 1e10, phase: -.pi / 2),
    ] {
      func check<E: Element>(_ element: E) throws {
        let small = SmallBeam(element, .protons, Placement(dx: 1e-4, tilt: 0.1))
        let evaluation = try small.sweep(small.values)
          .forward(small.bunch, from: BeamStart<Double>(small.bunch.reference))
        #expect(evaluation.losses.contains { $0.cause == .energy }, "\(element)")
        #expect(evaluation.losses.count < small.bunch.count)
        let found = try ParticleSweepTests.deviation(small)
        // Some of those that are left are slow: their flight enlarges roundings by 1/(βγ)³.
        #expect(found.deviation <= 10 * Self.tolerance, "\(found)")
      }
      try check(element)
    }
  }

  /// A particle that overflows counts for nothing in an objective of what comes behind: derivatives
  /// are those without it, to the last bit. Where the objective has looked at it before, there is no
  /// way back, and that is said with the place.
  @Test func whoOverflowsIsLeftOutOrNamed() throws {
    let beamline = Beamline([
      BeamlineElement("d", Drift(length: 1, model: .linear)),
      BeamlineElement("s", ThinMultipole(normal: [0, 0.1, 1])),
      BeamlineElement("e", Drift(length: 1, model: .linear)),
      BeamlineElement("f", ThinMultipole(normal: [0, -0.2, 2])),
    ])
    var bunch = Bunch<Double>(count: 20, reference: TestBeam.electrons.reference())
    for i in 0..<20 { bunch[i] = TestBeam.electrons.points[i % 6] }
    bunch[7].x = 1e170
    let parameters = [
      try beamline.parameter(named: "d.length"), try beamline.parameter(named: "f.normal[1]"),
    ]
    func gradient(_ bunch: Bunch<Double>, after place: Int?) throws -> [Double] {
      let evaluation = try ParticleSweep<Double>(
        beamline: beamline, parameters: parameters, values: [1, -0.2],
        requests: [ObservationRequest(after: place)], workers: .one
      ).forward(bunch, from: BeamStart(bunch.reference))
      let observation = evaluation.observations[0]
      var cotangent = observation.replacingNumbers(by: observation.numbers.map { _ in 0 }[...])
      cotangent.mean[1] = 1
      cotangent.covariance[0, 0] = 2
      return try evaluation.pullBack([Cotangent(cotangent)]).parameters
    }
    var others = bunch
    others.setAlive(7, to: false)
    let found = try gradient(bunch, after: 3)
    #expect(found.allSatisfy(\.isFinite) && found != [0, 0])
    #expect(found == (try gradient(others, after: 3)))
    do {
      _ = try gradient(bunch, after: 0)
      Issue.record("no error")
    } catch let error as UndefinedObjective {
      #expect(error.description.contains("particle 7 overflow at s"), "\(error)")
    }
  }

  /// A particle that was lost at an aperture moved the moments before, and nothing after.
  @Test func lostParticlesLiveAgainWhereTheyWereLost() throws {
    let placements =
      [
        Placement(aperture: ApertureShape.ellipse(x: 2e-3, y: 2e-3)),
        Placement(dx: 1e-3, tilt: 0.3, aperture: ApertureShape.ellipse(x: 2e-3, y: 2e-3)),
        Placement(
          dx: 1e-4, dz: 2e-3, pitch: 2e-3, yaw: 3e-3, tilt: 0.3,
          aperture: ApertureShape.ellipse(x: 2e-3, y: 2e-3)),
      ]
      + PlacedAperture.Position.allCases.flatMap { position in
        [false, true].map { isFixed in
          Placement(
            dx: 1e-4, dz: 2e-3, pitch: 2e-3, yaw: 3e-3, tilt: 0.3,
            aperture: PlacedAperture(.ellipse(x: 2e-3, y: 2e-3), at: position, isFixed: isFixed))
        }
      }
    for placement in placements {
      let small = SmallBeam(Quadrupole(length: 0.3, k1: 5), .electrons, placement)
      let evaluation = try small.sweep(small.values)
        .forward(small.bunch, from: BeamStart<Double>(small.bunch.reference))
      #expect(!evaluation.losses.isEmpty)
      #expect(evaluation.losses.count < small.bunch.count)
      let found = try ParticleSweepTests.deviation(small)
      #expect(found.deviation <= Self.tolerance, "\(found)")
    }
  }

  /// Particles that do not fly forward in the frame of a turned body are lost at its entrance; those that
  /// fly backward in the nominal one, at its exit.
  @Test func particlesLostAtChangesOfFrameLiveAgain() throws {
    for (yaw, slope) in [(0.7, -0.9), (-0.7, 0.9)] {
      var small = SmallBeam(
        Quadrupole(length: 0.3, k1: 5), .electrons, Placement(dx: 1e-4, pitch: 0.01, yaw: yaw))
      var bunch = small.bunch
      bunch[2].px = slope
      bunch[2].x = 0
      small.bunch = bunch
      let evaluation = try small.sweep(small.values)
        .forward(small.bunch, from: BeamStart<Double>(small.bunch.reference))
      #expect(evaluation.losses.map(\.cause) == [.domain])
      let found = try ParticleSweepTests.deviation(small)
      #expect(found.deviation <= Self.tolerance, "\(found)")
    }
  }

  /// The same at an element that is nothing but an aperture, a hole or an obstacle.
  @Test func lossesAtAnApertureHaveTheDerivativesOfThoseAtAnElementWithOne() throws {
    var obstacle = ApertureShape.racetrack(x: 2e-3, y: 1e-3, rx: 1e-3, ry: 1e-3)
    obstacle.offset = [1e-3, 0]
    obstacle.absorbed = .inside
    let shapes: [ApertureShape] = [
      .ellipse(x: 2e-3, y: 2e-3), .polygon([[-2e-3, -2e-3], [2e-3, -2e-3], [0, 3e-3]]), obstacle,
    ]
    for shape in shapes {
      let placement = Placement(dx: 1e-4, tilt: 0.3)
      var withHole = placement
      withHole.aperture = PlacedAperture(shape)
      let plate = SmallBeam(Aperture(shape), .electrons, placement)
      let marker = SmallBeam(Marker(), .electrons, withHole)
      let both = SmallBeam(Aperture(shape), .electrons, withHole)
      let gradients = try [plate, marker, both].map { small in
        let start = BeamStart<Double>(small.bunch.reference, energyVaries: true)
        let evaluation = try small.sweep(small.values).forward(small.bunch, from: start)
        #expect(!evaluation.losses.isEmpty)
        #expect(evaluation.losses.count < small.bunch.count)
        #expect(evaluation.losses.allSatisfy { $0.cause == .aperture })
        let objective = WeighedNumbers(evaluation.observations)
        return try evaluation.pullBack(objective.cotangents(evaluation.observations)).parameters
      }
      #expect(gradients[0].count == 3)
      #expect(gradients[0] == gradients[1])
      #expect(gradients[0] == gradients[2])
      let found = try ParticleSweepTests.deviation(plate)
      #expect(found.deviation <= Self.tolerance, "\(found)")
    }
  }

  /// Each particle's own coordinates, and the shape that all were drawn from.
  @Test func theStartHasDerivativesToo() throws {
    let small = SmallBeam(Quadrupole(length: 0.3, k1: 5), .electrons)
    var start = BeamStart<Double>(small.bunch.reference)
    start.coordinates = (0..<small.bunch.count).map { i in
      Vector6 { small.bunch[i][$0] }
    }
    let evaluation = try small.sweep(small.values).forward(small.bunch, from: start)
    let objective = WeighedNumbers(evaluation.observations)
    let gradient = try evaluation.pullBack(objective.cotangents(evaluation.observations))
    for particle in 0..<small.bunch.count {
      for i in 0..<6 {
        var moved = small.start()
        moved.coordinates = (0..<small.bunch.count).map { p in
          Vector6 { Tangent(small.bunch[p][$0], tangent: p == particle && $0 == i ? 1 : 0) }
        }
        let observations = try small.sweep(small.values.map { Tangent($0, tangent: 0) })
          .forward(small.bunch, from: moved).observations
        let forward = objective.value(observations).tangent
        let scale = zip(observations, objective.weights).reduce(0.0) { sum, pair in
          zip(pair.0.numbers, pair.1).reduce(sum) { $0 + ($1.0.tangent * $1.1).magnitude }
        }
        #expect((gradient.coordinates[particle][i] - forward).magnitude <= Self.tolerance * scale)
      }
    }
  }

  /// Gradients and Hessian-vector products have the same bits for any number of threads: more tiles
  /// than threads, the last of them not full.
  @Test func theBitsDoNotDependOnTheThreads() throws {
    let line = Beamline([
      Drift(length: 0.1), Quadrupole(length: 0.2, k1: 3), Bend(length: 0.3, angle: 0.1),
      Quadrupole(length: 0.2, k1: -3), Drift(length: 0.2),
    ])
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 100)
    let twiss = Twiss(beta: 2.0, emittance: 1e-8)
    let shape = try BeamShape(x: twiss, y: twiss, t: twiss)
    let recipe = InitialBeam(GaussianDistribution(), shape: shape, particles: 5_000, charge: 0)
    let bunch = try Bunch<Double>(recipe, reference: reference)
    let parameters = try ["quadrupole2.k1", "bend3.angle", "quadrupole4.dx"].map {
      try line.parameter(named: $0)
    }
    let requests = [ObservationRequest(after: 2), ObservationRequest(after: 4)]
    var results: [[Tangent<Double>]] = []
    for threads in [1, 2, 3, 7] {
      let values = parameters.enumerated().map { Tangent(line[$1], tangent: Double($0 + 1)) }
      let sweep = ParticleSweep<Tangent<Double>>(
        beamline: line, parameters: parameters, values: values, requests: requests,
        workers: Workers(count: threads))
      let start = BeamStart(
        reference.map { Tangent($0, tangent: 0) }, energyVaries: true,
        shape: (
          recipe, shape.transform.map { Tangent($0, tangent: 0) },
          Vector6 { _ in Tangent(0, tangent: 0) }
        ))
      let evaluation = try sweep.forward(bunch, from: start)
      let objective = WeighedNumbers(
        evaluation.observations.map { o in o.replacingNumbers(by: o.numbers.map(\.value)[...]) })
      let result = try evaluation.pullBack(objective.cotangents(evaluation.observations))
      results.append(
        result.parameters + [result.kineticEnergyOverMass]
          + (0..<36).map { (result.transform ?? .zero).entries[$0] })
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  /// Along two directions u, v of twelve strengths: uᵀHv = vᵀHu, and Hv is the difference of
  /// gradients. Central differences over 1e-5 of the strengths leave out 1e-10 of third
  /// derivatives, a few hundred times the second ones in these units, and round to 1e-16/1e-5.
  @Test func hessianVectorProductsAreSymmetricDifferencesOfGradients() throws {
    let line = Beamline(
      (0..<12).flatMap { i -> [any Element] in
        [
          Drift(length: 0.1), Quadrupole(length: 0.05, k1: i % 2 == 0 ? 20 : -20),
          Bend(length: 0.1, angle: 0.02),
        ]
      })
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 100)
    let twiss = Twiss(beta: 1.0, emittance: 1e-8)
    let shape = try BeamShape(x: twiss, y: twiss, t: Twiss(beta: 1.0, emittance: 1e-5))
    let recipe = InitialBeam(GaussianDistribution(), shape: shape, particles: 1_500, charge: 0)
    let bunch = try Bunch<Double>(recipe, reference: reference)
    let parameters = line.elements.indices.filter { line.elements[$0].element is Quadrupole }
      .map { BeamlineParameter(element: $0, .own(parameter: 1, entry: nil)) }
    let requests = [ObservationRequest(after: line.count - 1)]

    func gradient<C: SweepScalar>(_ values: [C], _ lift: (Double) -> C) throws -> [C] {
      let evaluation = try ParticleSweep<C>(
        beamline: line, parameters: parameters, values: values, requests: requests, workers: .one
      ).forward(bunch, from: BeamStart(reference.map(lift)))
      var cotangent = evaluation.observations[0].replacingNumbers(
        by: evaluation.observations[0].numbers.map { _ in C.zero }[...])
      cotangent.covariance[0, 0] = .one
      cotangent.covariance[2, 2] = .one
      return try evaluation.pullBack([Cotangent(cotangent)]).parameters
    }
    let values = parameters.map { line[$0] }
    func product(_ direction: [Double]) throws -> [Double] {
      try gradient(zip(values, direction).map { Tangent($0, tangent: $1) }) {
        Tangent($0, tangent: 0)
      }.map(\.tangent)
    }
    let u = values.indices.map { Double.sin(Double($0) + 1) }
    let v = values.indices.map { Double.cos(2 * Double($0)) }
    let (hu, hv) = (try product(u), try product(v))
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let size = zip(u, hv).reduce(0) { $0 + ($1.0 * $1.1).magnitude }
    #expect((dot(u, hv) - dot(v, hu)).magnitude <= 1e-12 * size)

    let h = 20 * 1e-5
    let up = try gradient(zip(values, v).map { $0 + h * $1 }) { $0 }
    let down = try gradient(zip(values, v).map { $0 - h * $1 }) { $0 }
    let largest = hv.reduce(0) { max($0, $1.magnitude) }
    for k in hv.indices {
      #expect((hv[k] - (up[k] - down[k]) / (2 * h)).magnitude <= 1e-7 * largest)
    }
  }
}
